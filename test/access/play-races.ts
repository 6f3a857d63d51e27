import { AlertServiceService as alerts, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceClient } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { exampleTick } from "../examples.ts";
import { startTestServer } from "../support/test-server.ts";
import { makeOperator } from "./bearers.ts";
import { DeliveryRace } from "./delivery-race.ts";
import { ObjectRace } from "./object-race.ts";

/** Nobody calls so fast as this does. */
const LIMITS = { callsPerSecond: 1_000_000, callsBurst: 1_000_000 };
const APART_MS = 10_000;
const NOTIFIERS = 4;

interface Play {
  readonly rounds: number;
  /** Told of each violation, in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** So many rounds, in each of which a new user's every wish, and the delivery of a mail, comes a hundred times at once. */
export async function playRaces({ rounds, onViolation }: Play): Promise<void> {
  const server = await startTestServer({ eventClock: "data", limits: LIMITS });
  const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
  try {
    const operator = await server.signUp();
    await makeOperator(server, operator);
    const notifiers: NotificationServiceClient[] = [];
    for (let at = 0; at < NOTIFIERS; at += 1)
      notifiers.push(await server.connect(NotificationServiceClient, "notifier"));
    for (let round = 1; round <= rounds; round += 1) {
      const tell = (text: string): void => onViolation(`round ${round}: ${text}`);
      const user = await server.signUp();
      const symbol = `R${round}`;
      const request = CreateAlertRequest.fromPartial({ text: `${symbol} above 100` });
      await sender.send([exampleTick(round * APART_MS, 90, { symbol })]);
      await server.ask(alerts.createAlert, request, { token: operator.token });
      await sender.send([exampleTick(round * APART_MS + 1_000, 101, { symbol })]);
      await new DeliveryRace(server, notifiers, tell).run();
      await new ObjectRace(server, user, operator, tell).run();
    }
    for (const line of server.log) if (line.includes("defect")) onViolation(`the server logged ${line}`);
  } finally {
    sender.cancel();
    await server.close();
  }
}
