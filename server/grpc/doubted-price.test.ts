// Whoever asks for a price, or for an alert on it, sees that the price is doubted, until that is over.
import { expect } from "chai";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { once } from "node:events";
import { DAY_MS, SECOND_MS } from "../../domain/time.ts";
import { HoldEnd, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceClient,
  AlertServiceService as AlertService,
  CreateAlertRequest,
  ExplainAlertRequest,
  type WatchTriggersResponse,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { HoldVerdict, OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { PriceStanding } from "../../proto/gen/tickerbell/v1/quote.ts";
import {
  QuoteServiceClient,
  QuoteServiceService as QuoteService,
  type WatchQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

const HOLD = {
  standing: PriceStanding.HELD,
  sinceTime: new Date(EXAMPLE_START_MS + DAY_MS),
  ratio: "7 for 1",
  doubtedPrice: 200,
  acceptedPrice: 1_400,
};

describe("a doubted price, where it is shown", () => {
  let server: TestServer;
  let sender: QuoteSender;
  let ann: SignedUp;
  let id: string;
  const calls: { cancel: () => void }[] = [];
  beforeEach(async () => {
    server = await startTestServer({ eventClock: "data" });
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    ann = await server.signUp();
    await sender.send([exampleTick(0, 1_400), exampleTick(0, 90, { symbol: "MSFT" })]);
    ({ id } = await create("AAPL below 1000"));
  });
  afterEach(async () => {
    for (const call of calls.splice(0)) call.cancel();
    sender.cancel();
    await server.close();
  });

  const create = (text: string) =>
    server.ask(AlertService.createAlert, CreateAlertRequest.fromPartial({ text }), { token: ann.token });
  const release = (verdict: HoldVerdict) =>
    server.ask(OperatorServiceService.releaseSymbol, { symbol: "AAPL", verdict, seenPrice: 0 }, { role: "operator" });
  const getQuote = (symbol: string) => server.ask(QuoteService.getQuote, { symbol });
  const open = <Response>(call: ClientReadableStream<Response>): ClientReadableStream<Response> => {
    call.on("error", () => undefined);
    calls.push(call);
    return call;
  };
  async function watchQuotes(): Promise<() => Promise<readonly unknown[]>> {
    const client = await server.connect(QuoteServiceClient, "cli");
    const watch = open<WatchQuotesResponse>(client.watchQuotes({ symbols: ["AAPL"] }));
    const items = watch[Symbol.asyncIterator]() as AsyncIterator<WatchQuotesResponse>;
    return async () => {
      const { quote } = ((await items.next()) as { value: WatchQuotesResponse }).value;
      return [quote?.close, quote?.seq === 0, quote?.doubt];
    };
  }

  it("stands beside the last price that was believed, and beside each alert that it keeps from being judged", async () => {
    await sender.send([exampleTick(DAY_MS, 200), exampleTick(SECOND_MS, 60, { symbol: "MSFT" })]);
    expect(await getQuote("AAPL")).to.deep.include({ close: 1_400, doubt: HOLD });
    const { quotes } = await server.ask(QuoteService.listQuotes, { symbols: [] });
    const odd = { standing: PriceStanding.QUARANTINED, sinceTime: new Date(EXAMPLE_START_MS + SECOND_MS), ratio: "" };
    expect(quotes.map(({ doubt }) => doubt)).to.deep.equal([HOLD, { ...odd, doubtedPrice: 60, acceptedPrice: 90 }]);
    const { token } = ann;
    const made = await create("any of AAPL, MSFT, IBM above 2000");
    expect(made.symbolStates.map(({ doubt }) => doubt?.doubtedPrice)).to.deep.equal([200, 60, undefined]);
    const got = await server.ask(AlertService.getAlert, { id }, { token });
    expect(got.symbolStates[0]?.doubt).to.deep.equal(HOLD);
    const listed = await server.ask(AlertService.listAlerts, { filter: "", pageSize: 0, pageToken: "" }, { token });
    expect(listed.alerts.map(({ symbolStates: [first] }) => first?.doubt)).to.deep.equal([HOLD, HOLD]);
    const explained = await server.ask(AlertService.explainAlert, ExplainAlertRequest.fromPartial({ id }), { token });
    expect(explained.alert?.symbolStates[0]?.doubt).to.deep.equal(HOLD);
    expect(explained.symbols[0]).to.deep.include({ doubt: HOLD, heldSinceTime: HOLD.sinceTime });
    expect(explained.symbols[0]?.nextChanges[0]).to.include({ effect: "hold", level: 0, distancePercent: 0 });
  });

  it("is over for everybody at once when an operator says so, though no price comes", async () => {
    const next = await watchQuotes();
    expect(await next()).to.deep.equal([1_400, false, undefined]);
    const alerts = await server.connect(AlertServiceClient, "cli");
    const watch = open<WatchTriggersResponse>(alerts.watchTriggers({ symbols: [] }, bearer(ann.token)));
    await once(watch, "metadata");
    const triggers = watch[Symbol.asyncIterator]() as AsyncIterator<WatchTriggersResponse>;
    const told = async () => ((await triggers.next()) as { value: WatchTriggersResponse }).value.trigger;
    await sender.send([exampleTick(DAY_MS, 200)]);
    expect(await next()).to.deep.equal([200, true, HOLD]);
    const notice = { ratio: "7 for 1", acceptedPrice: 1_400, heldPrice: 200 };
    expect(await told()).to.deep.include({ kind: TriggerKind.HELD, hold: { ...notice, end: HoldEnd.UNSPECIFIED } });
    await release(HoldVerdict.ACCEPT);
    expect(await told()).to.deep.include({ kind: TriggerKind.HOLD_ENDED, hold: { ...notice, end: HoldEnd.ACCEPTED } });
    expect(await next()).to.deep.equal([200, false, undefined]);
    expect((await getQuote("AAPL")).doubt).to.equal(undefined);
  });
});
