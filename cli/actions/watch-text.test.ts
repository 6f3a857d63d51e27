import { expect } from "chai";
import { SECOND_MS } from "../../domain/time.ts";
import { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { sampleAlert, sampleQuote } from "../testing/samples.ts";
import { WatchState } from "./watch-state.ts";
import { renderWatch, type WatchScreen } from "./watch-text.ts";

const NOW = Date.parse("2026-11-22T14:30:50Z");
const SCREEN: WatchScreen = { columns: 80, rows: null };

describe("renderWatch()", () => {
  let state: WatchState;
  beforeEach(() => {
    state = new WatchState("localhost:50051");
  });
  const render = (screen = SCREEN, now = NOW) => renderWatch(state, now, screen);
  const row = (symbol: string, screen = SCREEN) => render(screen).find((line) => line.startsWith(symbol)) ?? "";
  const fire = (price: number) =>
    state.takeTrigger(
      Trigger.fromPartial({ sentence: "AAPL at or above 200.00 USD, once", price, judgeTime: new Date(NOW) }),
    );

  it("shows each symbol's price with its age and its change since the watch began, by symbol", () => {
    for (const symbol of ["MSFT", "AAPL"]) state.takeQuote(sampleQuote({ symbol, close: 200 }));
    state.takeQuote(sampleQuote({ symbol: "AAPL", close: 201 }));
    state.takeQuote(sampleQuote({ symbol: "MSFT", close: 199 }));
    expect(render().slice(2)).to.deep.equal([
      "SYMBOL   PRICE       AGE   CHANGE",
      "AAPL*   201.00  USD   8s  +0.50 %",
      "MSFT*   199.00  USD   8s  -0.50 %",
    ]);
  });

  it("tells what is simulated, and of real prices nothing", () => {
    state.takeQuote(sampleQuote());
    expect(render()[0]).to.equal("live at localhost:50051  * SIMULATED");
    state = new WatchState("localhost:50051");
    state.takeQuote(sampleQuote({ source: "alpha-vantage" }));
    expect(render()[0]).to.equal("live at localhost:50051");
    expect(row("AAPL")).to.match(/^AAPL +201/);
  });

  it("shows the nearest alert of a logged-in user and how far it is, above or below", () => {
    state.user = "in";
    const above = (level: number) => ({ kind: { $case: "above" as const, value: { level } } });
    state.takeAlerts([
      sampleAlert({ condition: above(250), sentence: "AAPL at or above 250.00 USD, once" }),
      sampleAlert({ condition: above(190), sentence: "AAPL at or below 190.00 USD, once" }),
      sampleAlert({ symbol: "MSFT", condition: above(200), sentence: "MSFT at or above 200.00 USD, once" }),
    ]);
    state.takeQuote(sampleQuote({ close: 200 }));
    state.takeQuote(sampleQuote({ symbol: "V", close: 200 }));
    expect(row("AAPL")).to.match(/ -5\.00 % {2}at or below 190\.00 USD, once$/);
    expect(row("V")).to.match(/0\.00 %$/);
  });

  it("says how to log in to whoever is not", () => {
    state.user = "out";
    expect(render()[0]).to.equal("live at localhost:50051  your alerts: ./bell login EMAIL");
    expect(render()[2]).to.include("No prices yet").and.include("./bell status");
  });

  it("logs what fires below the table, the newest last", () => {
    state.takeQuote(sampleQuote());
    for (let price = 201; price <= 220; price += 1) fire(price);
    const lines = render();
    expect(lines).to.have.length(2 + 2 + 1 + 8);
    expect(lines.at(-1)).to.equal("14:30:50Z  AAPL at or above 200.00 USD, once: 220.00");
  });

  it("says that the server is away and since when, lets the ages grow, and says when it is there again", () => {
    state.user = "in";
    state.takeQuote(sampleQuote());
    state.markAway("it has gone", NOW);
    state.markAway("it is still not there", NOW + SECOND_MS);
    const later = render(SCREEN, NOW + 60 * SECOND_MS);
    expect(later[0]).to.equal("AWAY for 1m, trying again: it is still not there");
    expect(later[3]).to.match(/ 1m8s /);
    expect(state.markThere(NOW)).to.equal(true);
    expect(render()[0]).to.match(/^live/);
    expect(render().at(-1)).to.match(/there again; fired meanwhile: \.\/bell notifications list$/);
    expect(state.markThere(NOW)).to.equal(false);
  });

  it("fits every screen, and says what it leaves out", () => {
    state.user = "in";
    state.takeAlerts([sampleAlert({ sentence: `AAPL ${"word ".repeat(50)}` })]);
    for (let at = 0; at < 40; at += 1) state.takeQuote(sampleQuote({ symbol: at === 0 ? "AAPL" : `S${at}` }));
    fire(201);
    for (const columns of [30, 60, 80, 200]) {
      for (const rows of [5, 10, 24, 60]) {
        const lines = render({ columns, rows });
        expect(lines.length, `${columns} x ${rows}`).to.be.below(rows);
        expect(Math.max(...lines.map((line) => line.length)), `${columns} x ${rows}`).to.be.at.most(columns);
        expect(
          lines.some((line) => line.startsWith("and ")),
          `${rows} rows`,
        ).to.equal(rows < 60);
      }
    }
  });

  it("obeys nothing that a server writes", () => {
    state.user = "in";
    state.takeAlerts([sampleAlert({ sentence: "AAPL \u001b[2J" })]);
    state.takeQuote(sampleQuote());
    state.takeTrigger(Trigger.fromPartial({ sentence: "\u001b[2J", price: 1 }));
    state.markAway("\u001b[2J", NOW);
    expect(render().join("")).not.to.include("\u001b");
  });

  it("knows a price that came before", () => {
    expect(state.takeQuote(sampleQuote())).to.equal(true);
    expect(state.takeQuote(sampleQuote())).to.equal(false);
    expect(state.takeQuote(sampleQuote({ close: 202 }))).to.equal(true);
  });
});
