// That a price is old by its market's time shows wherever the price is shown, or an alert that goes by it.
import { expect } from "chai";
import { AlertState, AlertSymbolState } from "../../proto/gen/tickerbell/v1/alert.ts";
import { ExplainAlertResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionClass, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { ageCell } from "../actions/price-age-text.ts";
import { ALERT_ID, sampleAlert, samplePage, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const SUNDAY = "2026-05-17T12:00-04:00";
const MONDAY_NOON = "2026-05-18T12:00-04:00";
const OLD = "2h30m of trading since";

/** The last minute of a Friday. */
function fridayClose(symbol = "AAPL", changes: Partial<Quote> = {}): Quote {
  const fetchTime = new Date("2026-05-15T16:00:02-04:00");
  const quoteTime = new Date("2026-05-15T15:59-04:00");
  const listed = { symbol, source: "alpha-vantage", sessionClass: SessionClass.REGULAR, quoteTime, fetchTime };
  return sampleQuote({ ...listed, ...changes });
}

describe("the age of a price", () => {
  let world: World;
  const open = async (now: string, quotes: readonly Quote[]): Promise<void> => {
    const watching = { symbol: "AAPL", state: AlertState.ARMED };
    const over = { symbol: "V", state: AlertState.TRIGGERED };
    const alert = sampleAlert({ symbolStates: [watching, over].map((one) => AlertSymbolState.fromPartial(one)) });
    const report = { symbols: ["AAPL", "V"], sourceState: SourceState.ANSWERING };
    world = await World.open({
      GetQuote: () => quotes[0],
      ListQuotes: ({ symbols }: { symbols: readonly string[] }) => ({
        quotes: quotes.filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol)),
      }),
      GetStatus: () => SystemStatus.fromPartial({ fetchers: [{ report }] }),
      ListAlerts: () => samplePage([alert]),
      GetAlert: () => alert,
      ExplainAlert: () => ExplainAlertResponse.fromPartial({ alert, symbols: [watching] }),
    });
    world.clock = new FakeClock(Date.parse(now));
    world.terminal.columns = 80;
    world.logIn();
  };
  const shown = async (...words: string[]): Promise<string> => (await world.bell(...words)).output;
  afterEach(() => world.close());

  it("does not make Friday's close old on Sunday", async () => {
    await open(SUNDAY, [fridayClose(), fridayClose("V")]);
    expect(await shown("quotes", "get", "AAPL")).to.match(/^age +1d20h; its market has not traded since$/m);
    expect(await shown("watch", "--once")).to.match(/^AAPL +201\.00 +USD +closed/m);
    const all = [
      ["quotes", "list"],
      ["alerts", "list"],
      ["alerts", "get", ALERT_ID],
      ["alerts", "explain", ALERT_ID],
    ];
    for (const words of all) expect(await shown(...words), words.join(" ")).not.to.include("OLD");
  });

  it("tells for how long the market has traded on, beside the price", async () => {
    await open(MONDAY_NOON, [fridayClose(), fridayClose("V")]);
    expect(await shown("quotes", "get", "AAPL")).to.match(/^age +OLD: 2h30m of trading since this price$/m);
    expect(await shown("quotes", "list")).to.match(/\n\nOLD AAPL, V: 2h30m of trading since these prices\n$/);
    expect(await shown("watch", "--once")).to.match(/^AAPL +201\.00 +USD +2h30m OLD/m);
  });

  it("counts long trading in hours, for a day of it is no trading day", async () => {
    await open("2026-06-15T12:00-04:00", [fridayClose()]);
    expect(await shown("quotes", "list")).to.include("OLD AAPL: 126h of trading since this price\n");
    expect(await shown("watch", "--once")).to.match(/^AAPL +201\.00 +USD +126h OLD/m);
  });

  it("tells it of an alert that goes by the price, and of none that does not", async () => {
    await open(MONDAY_NOON, [fridayClose(), fridayClose("V")]);
    expect(await shown("alerts", "list")).to.include(`\n\nOLD AAPL: ${OLD} this price\n`);
    expect(await shown("alerts", "get", ALERT_ID)).to.match(/^price +OLD AAPL: 2h30m of trading since this price$/m);
    expect(await shown("alerts", "explain", ALERT_ID)).to.match(/^price +OLD AAPL: 2h30m of trading/m);
    const past = await shown("alerts", "explain", ALERT_ID, "--at", "2026-05-18T15:00Z");
    expect(past, "as of a moment that is over").not.to.include("OLD");
  });

  it("is a problem in the status too, in the same words, where its source answers", async () => {
    const noon = new Date("2026-05-18T11:58-04:00");
    const quotes = [fridayClose(), fridayClose("V", { quoteTime: noon, fetchTime: noon }), fridayClose("IBM")];
    await open(MONDAY_NOON, quotes);
    const text = await shown("status");
    expect(text).to.match(/^! OLD AAPL: 2h30m of trading since this price\n {2}mend: \.\/bell quotes list/m);
    for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(80);
    const { problems } = JSON.parse(await shown("status", "--json")) as { problems: { message: string }[] };
    expect(problems.map(({ message }) => message)).to.include(`OLD AAPL: ${OLD} this price`);
  });

  it("asks for no prices where a program reads", async () => {
    await open(MONDAY_NOON, [fridayClose()]);
    await shown("alerts", "list", "--json");
    expect(world.server.requests("ListQuotes")).to.have.length(0);
  });

  it("names many in few words, and fits the screen", async () => {
    const symbols = ["AAPL", "AMZN", "GOOGL", "IBM", "META", "NVDA", "TSLA"];
    await open(
      MONDAY_NOON,
      symbols.map((symbol) => fridayClose(symbol)),
    );
    const output = await shown("quotes", "list");
    expect(output).to.include("OLD AAPL, AMZN, GOOGL, IBM, META and 2 more: 2h30m");
    for (const line of output.split("\n")) expect(line.length, line).to.be.at.most(80);
  });
});

describe("ageCell()", () => {
  const cases: [string, string, Partial<Quote>, string][] = [
    ["seconds while prices come", "2026-05-15T16:00:14-04:00", {}, "14s"],
    ["that the market is closed", SUNDAY, {}, "closed"],
    ["the trading that it does not tell of", "2026-05-18T09:45-04:00", {}, "15m"],
    ["that this is much", MONDAY_NOON, {}, "2h30m OLD"],
    ["hours of any kind where the market is always on", SUNDAY, { sessionClass: SessionClass.ALWAYS }, "1d20h OLD"],
    ["early hours too for a price of those", "2026-05-18T05:00-04:00", { sessionClass: SessionClass.POST }, "5h OLD"],
  ];
  for (const [sentence, now, changes, expected] of cases) {
    it(`says ${sentence}`, () => expect(ageCell(fridayClose("AAPL", changes), Date.parse(now))).to.equal(expected));
  }
});
