import { expect } from "chai";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService as Service,
  CreateAlertRequest,
  ExplainAlertRequest,
  HistoryOrder,
  PreviewAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

const NOT_A_TIME = new Date(EXAMPLE_START_MS - 1_000);

describe("an alert's past", () => {
  let server: TestServer;
  let sender: QuoteSender;
  let ann: SignedUp;
  let bob: SignedUp;
  let afterMs = 0;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    [ann, bob] = [await server.signUp(), await server.signUp()];
    await send(195, 205, 195);
  });
  after(() => server.close());

  const send = (...prices: readonly number[]) =>
    sender.send(prices.map((price) => exampleTick((afterMs += MINUTE_MS), price)));
  const preview = (wish: Parameters<typeof PreviewAlertRequest.fromPartial>[0]) =>
    server.ask(Service.previewAlert, PreviewAlertRequest.fromPartial(wish), { token: ann.token });
  const create = (text: string) =>
    server.ask(Service.createAlert, CreateAlertRequest.fromPartial({ text }), { token: ann.token });
  const explain = (wish: Parameters<typeof ExplainAlertRequest.fromPartial>[0], { token } = ann) =>
    server.ask(Service.explainAlert, ExplainAlertRequest.fromPartial(wish), { token });

  describe("PreviewAlert", () => {
    it("tells the sentence, where the price stands, and what would have fired", async () => {
      const { sentence, symbols } = await preview({ text: "AAPL above 200" });
      expect(sentence).to.equal("AAPL at or above 200.00 USD, once");
      expect(symbols).to.have.length(1);
      expect(symbols[0]).to.include({ symbol: "AAPL", nearestLevel: 200, distancePercent: 2.5641, alreadyTrue: false });
      expect(symbols[0]).to.include({ fireCount: 1, mailCount: 1, quoteCount: 3, order: HistoryOrder.JUDGED });
      expect(symbols[0]?.lastQuote).to.include({ close: 195, seq: 3 });
      const fireTime = new Date(EXAMPLE_START_MS + 2 * MINUTE_MS);
      expect(symbols[0]?.fires).to.deep.equal([{ fireTime, price: 205, level: 200, isMailed: true }]);
      const alerts = await server.ask(
        Service.listAlerts,
        { filter: "", pageSize: 0, pageToken: "" },
        { token: ann.token },
      );
      expect(alerts.alerts).to.deep.equal([]);
    });

    it("tells the nearer edge, and what is true already", async () => {
      const { symbols } = await preview({ text: "AAPL inside 180..200" });
      expect(symbols[0]).to.include({ nearestLevel: 200, alreadyTrue: true });
    });

    it("says that there are no prices", async () => {
      const { symbols } = await preview({ text: "MSFT above 200" });
      expect(symbols[0]).to.include({ quoteCount: 0, fireCount: 0, order: HistoryOrder.UNSPECIFIED });
      expect(symbols[0]?.lastQuote).to.equal(undefined);
    });

    it("plays the prices that are asked for", async () => {
      const [startTime, endTime] = [2, 3].map((minute) => new Date(EXAMPLE_START_MS + minute * MINUTE_MS));
      const { symbols } = await preview({ text: "AAPL above 200", startTime, endTime });
      expect(symbols[0]).to.include({ quoteCount: 1 });
      const earlier = await preview({ text: "AAPL above 200", endTime: new Date(EXAMPLE_START_MS) });
      expect(earlier.symbols[0]).to.include({ quoteCount: 0 });
    });

    it("refuses what a creation refuses, and a time that ends before it begins", async () => {
      expect(await problemsOf(preview({ text: "AAPL abvoe 200" }))).to.deep.equal(["text CONDITION_SYNTAX"]);
      expect(await problemsOf(preview({ alert: { symbol: "AAPL", bandPercent: "99" } }))).to.deep.equal([
        "alert.condition FIELD_REQUIRED",
        "alert.band_percent FIELD_INVALID",
      ]);
      const startTime = new Date(EXAMPLE_START_MS);
      for (const endTime of [startTime, new Date(EXAMPLE_START_MS - DAY_MS)]) {
        expect(await problemsOf(preview({ text: "AAPL above 200", startTime, endTime }))).to.deep.equal([
          "end_time FIELD_INVALID",
        ]);
      }
    });
  });

  describe("ExplainAlert", () => {
    let id: string;
    before(async () => {
      ({ id } = await create("AAPL above 200"));
      await send(196, 201, 202);
    });

    it("tells how the alert came to stand where it stands, and what holds its mail back", async () => {
      const { alert, symbols } = await explain({ id });
      expect(alert).to.include({ id, state: AlertState.TRIGGERED });
      expect(symbols[0]).to.include({ symbol: "AAPL", state: AlertState.TRIGGERED });
      expect(symbols[0]?.judgements.map(({ reason, state, detail }) => [reason, state, detail])).to.deep.equal([
        ["FIRED", AlertState.TRIGGERED, "201.00 met 200.00 (the price before it 196.00)"],
        ["NOT_MET", AlertState.ARMED, "close 196.00 is below 200.00"],
        ["ARMED", AlertState.ARMED, "armed on the last price"],
      ]);
      expect(symbols[0]?.judgements[0]?.quote).to.include({ close: 201, seq: 5 });
    });

    it("tells how it stood then", async () => {
      const { symbols } = await explain({ id, atTime: new Date(EXAMPLE_START_MS + 4 * MINUTE_MS), limit: 1 });
      expect(symbols[0]).to.include({ state: AlertState.ARMED });
      expect(symbols[0]?.judgements).to.have.length(1);
      expect(symbols[0]?.nextChanges).to.deep.equal([
        { effect: "fire", level: 200, distancePercent: 2.0408, time: undefined, detail: "fires at or above 200.00" },
      ]);
    });

    it("calls expired what is over, though no price has said so yet", async () => {
      const expireTime = new Date(EXAMPLE_START_MS + afterMs + MINUTE_MS);
      const request = CreateAlertRequest.fromPartial({ text: "AAPL above 900", alert: { expireTime } });
      const short = await server.ask(Service.createAlert, request, { token: ann.token });
      await sender.send([exampleTick(afterMs + MINUTE_MS, 5, { symbol: "MSFT" })]);
      const { alert, symbols } = await explain({ id: short.id });
      expect([alert?.state, symbols[0]?.state]).to.deep.equal([AlertState.EXPIRED, AlertState.EXPIRED]);
      const then = await explain({ id: short.id, atTime: new Date(EXAMPLE_START_MS + afterMs) });
      expect(then.symbols[0]?.state).to.equal(AlertState.ARMED);
      await send(202);
    });

    it("refuses a time that is yet to come, and takes the present one", async () => {
      const now = new Date(EXAMPLE_START_MS + afterMs);
      expect((await explain({ id, atTime: now })).symbols[0]).to.include({ state: AlertState.TRIGGERED });
      const refused = explain({ id, atTime: new Date(now.getTime() + 1) });
      expect((await refusalOf(refused)).message)
        .to.include("at_time: ")
        .and.include("is yet to come");
      expect(await problemsOf(explain({ id, atTime: new Date(1e14) }))).to.deep.equal(["at_time FIELD_INVALID"]);
    });

    it("refuses another's alert, a time before there was one, and numbers out of bounds", async () => {
      expect(await refusalOf(explain({ id }, bob))).to.include({ code: "NOT_FOUND", reason: "ALERT_NOT_FOUND" });
      expect(await problemsOf(explain({ id, atTime: NOT_A_TIME }))).to.deep.equal(["at_time FIELD_INVALID"]);
      for (const limit of [-1, 101]) {
        expect(await problemsOf(explain({ id, limit }))).to.deep.equal(["limit FIELD_INVALID"]);
      }
      expect(await problemsOf(explain({ id: "" }))).to.deep.equal(["id FIELD_REQUIRED"]);
    });
  });
});
