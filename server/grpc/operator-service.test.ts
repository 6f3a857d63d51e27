import { expect } from "chai";
import { DAY_MS, SECOND_MS } from "../../domain/time.ts";
import {
  HoldVerdict,
  OperatorServiceService,
  ReleaseSymbolRequest,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

describe("a doubted price, at the edge", () => {
  let server: TestServer;
  let sender: QuoteSender;
  beforeEach(async () => {
    server = await startTestServer({ eventClock: "data" });
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([exampleTick(0, 1_400)]);
  });
  afterEach(async () => {
    sender.cancel();
    await server.close();
  });

  const operator = { role: "operator" } as const;
  const held = async () => (await server.ask(OperatorServiceService.listHeldSymbols, {}, operator)).symbols;
  const release = (symbol: string, verdict: HoldVerdict) =>
    server.ask(OperatorServiceService.releaseSymbol, { symbol, verdict, seenPrice: 0 }, operator);

  it("is listed while it is on HOLD, also in the status, until an operator's word, which the log keeps", async () => {
    expect(await held()).to.deep.equal([]);
    await sender.send([exampleTick(DAY_MS, 200)]);
    const [one, ...others] = await held();
    expect(others).to.deep.equal([]);
    expect(one).to.deep.include({ symbol: "AAPL", acceptedPrice: 1_400, ratio: "7 for 1" });
    expect(one?.holdTime).to.deep.equal(new Date(EXAMPLE_START_MS + DAY_MS));
    expect(one?.newestQuote?.close).to.equal(200);
    const status = await server.ask(StatusServiceService.getStatus, {});
    expect(status.ingest?.heldSymbols).to.deep.equal([one]);
    await release("AAPL", HoldVerdict.ACCEPT);
    expect(await held()).to.deep.equal([]);
    const line = server.log.find((text) => text.includes("ended a HOLD"));
    expect(line).to.match(/"symbol":"AAPL","verdict":"accept","operator":"spiffe:..tickerbell.operator/);
    expect(sender.askedAgain).to.deep.equal([]);
  });

  it("is not released by who saw another price, which would be taken unseen", async () => {
    await sender.send([exampleTick(DAY_MS, 200), exampleTick(DAY_MS + SECOND_MS, 14)]);
    const word = { symbol: "AAPL", verdict: HoldVerdict.ACCEPT };
    const asSeen = (seenPrice: number) =>
      server.ask(OperatorServiceService.releaseSymbol, { ...word, seenPrice }, operator);
    const { code, reason, message } = await refusalOf(asSeen(200));
    expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
    expect(message).to.include("not near 200.00, which you saw: it is 14.00 now");
    expect(await held()).to.have.length(1);
    await asSeen(15); // a move that would be believed
    expect(await held()).to.deep.equal([]);
  });

  it("is refused an end that it cannot have", async () => {
    const request = ReleaseSymbolRequest.fromPartial({ symbol: "", verdict: HoldVerdict.UNRECOGNIZED, seenPrice: -1 });
    const refused = problemsOf(server.ask(OperatorServiceService.releaseSymbol, request, operator));
    expect(await refused).to.deep.equal(["symbol SYMBOL_FORMAT", "verdict FIELD_INVALID", "seen_price FIELD_INVALID"]);
    const { code, reason } = await refusalOf(release("AAPL", HoldVerdict.REJECT));
    expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
  });

  it("is asked for again, once, on the stream that brought it", async () => {
    const another = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await another.send([exampleTick(SECOND_MS, 50, { symbol: "MSFT" })]);
    await sender.send([exampleTick(SECOND_MS, 1_000), exampleTick(2 * SECOND_MS, 900)]);
    await eventually("it is asked for", () => sender.askedAgain.length > 0);
    await sender.send([exampleTick(3 * SECOND_MS, 700)]);
    await sender.send([exampleTick(4 * SECOND_MS, 1_390)]);
    await sender.send([exampleTick(5 * SECOND_MS, 1_000)]);
    await eventually("it is asked for anew", () => sender.askedAgain.length > 1);
    expect([sender.askedAgain, another.askedAgain]).to.deep.equal([["AAPL", "AAPL"], []]);
    another.cancel();
  });
});
