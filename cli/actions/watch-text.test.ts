import { expect } from "chai";
import { SECOND_MS } from "../../domain/time.ts";
import { AlertState, AlertSymbolState, Trigger, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { sampleAlert, sampleQuote } from "../testing/samples.ts";
import { WatchState } from "./watch-state.ts";
import { renderLook, renderWatch, type WatchScreen } from "./watch-text.ts";

const NOW = Date.parse("2026-11-22T14:30:50Z");
const SCREEN: WatchScreen = { columns: 80, rows: null };

describe("renderWatch()", () => {
  let state: WatchState;
  beforeEach(() => {
    state = watching();
  });
  const watching = (...symbols: string[]) => new WatchState("localhost:50051", symbols, NOW - 12 * SECOND_MS);
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
      "SYMBOL   PRICE       AGE  SINCE START",
      "AAPL*   201.00  USD   8s      +0.50 %",
      "MSFT*   199.00  USD   8s      -0.50 %",
    ]);
  });

  it("tells what is simulated, and of real prices nothing", () => {
    state.takeQuote(sampleQuote());
    expect(render()[0]).to.equal("live at localhost:50051  * SIMULATED");
    state = watching();
    state.takeQuote(sampleQuote({ source: "alpha-vantage" }));
    expect(render()[0]).to.equal("live at localhost:50051");
    expect(row("AAPL")).to.match(/^AAPL +201/);
  });

  it("shows the nearest alert of a logged-in user and how far it is, above or below", () => {
    state.user = "in";
    const above = (level: number) => ({ kind: { $case: "above" as const, value: { level, forDuration: undefined } } });
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

  it("measures a band by its nearer level, and a rule for several symbols only where it is armed", () => {
    state.user = "in";
    const value = { lower: 150, upper: 190, forDuration: undefined };
    const standing = (symbol: string, one: AlertState) => AlertSymbolState.fromPartial({ symbol, state: one });
    state.takeAlerts([
      sampleAlert({
        symbols: ["AAPL", "MSFT"],
        condition: { kind: { $case: "inside", value } },
        sentence: "Any of AAPL, MSFT from 150.00 to 190.00 USD, once each",
        symbolStates: [standing("AAPL", AlertState.TRIGGERED), standing("MSFT", AlertState.ARMED)],
      }),
    ]);
    for (const symbol of ["AAPL", "MSFT"]) state.takeQuote(sampleQuote({ symbol, close: 200 }));
    expect(row("MSFT", { columns: 120, rows: null })).to.match(
      / -5\.00 % {2}any of 2: from 150\.00 to 190\.00 USD, once each$/,
    );
    expect(row("AAPL")).to.match(/0\.00 %$/);
  });

  it("logs what else becomes of an alert in words of its own", () => {
    const told = (kind: TriggerKind) => {
      state.takeTrigger(
        Trigger.fromPartial({ sentence: "AAPL at or above 200.00 USD, once", symbol: "AAPL", price: 20, kind }),
      );
      return state.log.at(-1)?.text.slice("AAPL at or above 200.00 USD, once".length);
    };
    expect(told(TriggerKind.EXPIRED)).to.equal(": its time is over");
    expect(told(TriggerKind.STOPPED)).to.equal(": stopped, it fired too often");
    expect(told(TriggerKind.HELD)).to.equal(": not judged, the price of AAPL, 20.00, is doubted");
    expect(told(TriggerKind.STILL_TRUE)).to.equal(": still true at 20.00");
    expect(told(TriggerKind.BACK_TO_NORMAL)).to.equal(": back at 20.00");
    for (const kind of [TriggerKind.FIRED, TriggerKind.UNSPECIFIED]) expect(told(kind)).to.equal(": 20.00");
  });

  it("says how to log in to whoever is not", () => {
    state.user = "out";
    expect(render()[0]).to.equal("live at localhost:50051  your alerts: ./bell login EMAIL");
    expect(render()[2]).to.equal("waiting 12s for prices: none has come yet (./bell status says more)");
  });

  it("says at once what nothing brings, and how long it has been waited for, until it comes", () => {
    state = watching("AAPL", "NOPE", "NOPE");
    state.takeQuote(sampleQuote());
    const supply = { fetcherCount: 1, symbols: ["AAPL", "NOVE"], isWhole: true, followsList: false };
    expect(state.takeSupply(supply)).to.deep.equal(["NOPE"]);
    expect(state.takeSupply(supply), "the same again is nothing new").to.deep.equal([]);
    expect(render({ columns: 60, rows: null }).slice(4)).to.deep.equal([
      "waiting 12s for NOPE: no fetcher asks for it (BELL_SYMBOLS);",
      "near it: NOVE",
    ]);
    expect(state.takeSupply(null), "a server that does not answer tells nothing new").to.deep.equal([]);
    state.takeQuote(sampleQuote({ symbol: "NOPE" }));
    expect(render()).to.have.length(5);
  });

  it("shows the prices rather than a long list of what is missing", () => {
    state = watching("AAPL", ...Array.from({ length: 40 }, (_none, at) => `S${at}`));
    state.takeQuote(sampleQuote());
    expect(render().at(-1)).to.equal("and 37 more without a price");
    for (const rows of [5, 6, 10, 24]) {
      expect(render({ columns: 80, rows }).length).to.be.below(rows);
      expect(row("AAPL", { columns: 80, rows })).to.include("201.00");
    }
  });

  it("logs what fires below the table, the newest last", () => {
    state.takeQuote(sampleQuote());
    for (let price = 201; price <= 220; price += 1) fire(price);
    const lines = render();
    expect(lines).to.have.length(2 + 2 + 1 + 8);
    expect(lines.at(-1)).to.equal("14:30:50 UTC  AAPL at or above 200.00 USD, once: 220.00");
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

describe("renderLook()", () => {
  it("shows the prices of one moment without a change, and why others are missing", () => {
    const state = new WatchState("localhost:50051", ["AAPL", "NOPE"], NOW);
    state.takeQuote(sampleQuote());
    state.takeSupply({ fetcherCount: 0, symbols: [], isWhole: true, followsList: false });
    expect(renderLook(state, NOW, null)).to.deep.equal([
      "SYMBOL   PRICE       AGE",
      "AAPL*   201.00  USD   8s",
      "no price of NOPE: no fetcher is connected (./bell status says more)",
      "* SIMULATED",
    ]);
    expect(renderLook(new WatchState("localhost:50051", [], NOW), NOW, 80)).to.deep.equal([
      "no prices: none has come yet (./bell status says more)",
    ]);
  });
});
