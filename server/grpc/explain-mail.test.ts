import { expect } from "chai";
import { HOUR_MS } from "../../domain/time.ts";
import {
  AlertServiceService,
  CreateAlertRequest,
  ExplainAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { HoldReason, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { User, UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { exampleTick } from "../../test/examples.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("ExplainAlert, of the mail", () => {
  let server: TestServer;
  let ann: SignedUp;
  let id = "";
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    ann = await server.signUp();
    await sender.send([exampleTick(60_000, 195)]);
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 200" });
    ({ id } = await server.ask(AlertServiceService.createAlert, request, { token: ann.token }));
    await sender.send([exampleTick(120_000, 205)]);
  });
  after(() => server.close());

  const explain = async () => {
    const request = ExplainAlertRequest.fromPartial({ id });
    const { symbols } = await server.ask(AlertServiceService.explainAlert, request, { token: ann.token });
    return symbols[0];
  };
  const snoozeUntil = (snoozeUntilTime: Date | undefined) =>
    server.ask(
      UserServiceService.updateCurrentUser,
      {
        user: User.fromPartial({ mailSettings: { snoozeUntilTime } }),
        updateMask: ["mail_settings.snooze_until_time"],
      },
      { token: ann.token },
    );

  it("tells what waits, of which alert, and that nothing holds it", async () => {
    const told = await explain();
    expect(told?.waitingNotification).to.include({ symbol: "AAPL", state: NotificationState.WAITING });
    expect(told?.waitingNotification?.holdReason).to.equal(HoldReason.UNSPECIFIED);
    expect(told?.waitingNotification?.triggers.map(({ alertId }) => alertId)).to.deep.equal([id]);
    expect([told?.mailDetail, told?.lastMailTime]).to.deep.equal(["", undefined]);
  });

  it("tells a wish that holds it, and until when", async () => {
    const until = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + HOUR_MS);
    await snoozeUntil(until);
    const told = await explain();
    expect(told?.waitingNotification).to.deep.include({ holdReason: HoldReason.SNOOZED, heldUntilTime: until });
    expect(told?.mailHeldUntilTime).to.deep.equal(until);
    expect(told?.mailDetail).to.match(/^you have snoozed mail until .* UTC; 1 line waits for it$/);
    await snoozeUntil(undefined);
    expect((await explain())?.mailDetail).to.equal("");
  });
});
