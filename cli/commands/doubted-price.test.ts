// That a symbol's price is doubted shows wherever the price is shown, or an alert that it keeps from being judged.
import { expect } from "chai";
import { AlertState, AlertSymbolState, HoldEnd, Trigger, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { ExplainAlertResponse, PreviewAlertResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { PriceDoubt, PriceStanding } from "../../proto/gen/tickerbell/v1/quote.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { triggerText } from "../actions/trigger-text.ts";
import { WatchState } from "../actions/watch-state.ts";
import { renderWatch } from "../actions/watch-text.ts";
import { ALERT_ID, sampleAlert, sampleNotification, samplePage, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const NOW = Date.parse("2026-11-23T14:30:50Z");
const HOLD = PriceDoubt.fromPartial({
  standing: PriceStanding.HELD,
  sinceTime: new Date("2026-11-22T14:31:00Z"),
  ratio: "7 for 1",
  doubtedPrice: 200,
  acceptedPrice: 1_400,
});
const ODD = PriceDoubt.fromPartial({ ...HOLD, standing: PriceStanding.QUARANTINED, ratio: "", doubtedPrice: 900 });
const HOLD_LINE = "HOLD since 22 Nov 14:31 UTC: 200.00 after 1400.00, like a 7:1 split";
const ODD_LINE = "QUARANTINED since 22 Nov 14:31 UTC: 900.00 after 1400.00, asked again";
const MORE = "and 1 more whose price is doubted";
const QUOTE = sampleQuote({ close: 1_400, doubt: HOLD });

function standing(doubt: PriceDoubt | undefined, state: AlertState = AlertState.ARMED, symbol = "AAPL") {
  return AlertSymbolState.fromPartial({ symbol, state, ...(doubt === undefined ? {} : { doubt }) });
}

describe("a doubted price", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0], columns: number | null = 80): Promise<void> => {
    world = await World.open(script);
    world.clock = new FakeClock(NOW);
    world.terminal.columns = columns;
    world.logIn();
  };
  afterEach(() => world.close());
  const fits = (output: string): void => {
    for (const line of output.split("\n")) expect(line.length, line).to.be.at.most(80);
  };

  it("stands beside the price, in one line, and in JSON", async () => {
    await open({
      GetQuote: () => QUOTE,
      ListQuotes: () => ({ quotes: [QUOTE, sampleQuote({ symbol: "V", doubt: ODD })] }),
    });
    const { output } = await world.bell("quotes", "get", "AAPL");
    expect(output).to.include(`\ndoubt    ${HOLD_LINE}\n`);
    const list = (await world.bell("quotes", "list")).output;
    expect(list.trimEnd().split("\n").slice(-3, -1)).to.deep.equal([`AAPL  ${HOLD_LINE}`, `V     ${ODD_LINE}`]);
    for (const text of [output, list]) fits(text);
    const json = JSON.parse((await world.bell("quotes", "get", "AAPL", "--json")).output) as { doubt: object };
    expect(json.doubt).to.deep.equal({
      standing: "HELD",
      sinceTime: "2026-11-22T14:31:00.000Z",
      ratio: "7 for 1",
      doubtedPrice: 200,
      acceptedPrice: 1_400,
    });
  });

  it("is named on the lines of a watch, and leaves the table at the last price that was believed", async () => {
    const odd = sampleQuote({ close: 200, seq: 0, doubt: HOLD });
    await open({
      WatchQuotes: () => [{ quote: odd }],
      ListQuotes: () => ({ quotes: [QUOTE] }),
      ListAlerts: () => samplePage([]),
    });
    expect((await world.bell("quotes", "watch")).output).to.match(/200\.00 USD {2}1m {4}SIMULATED {2}HOLD\n$/);
    const { output } = await world.bell("watch", "--once");
    expect(output)
      .to.match(/^AAPL\* +1400\.00 +USD/m)
      .and.include(`\nAAPL  ${HOLD_LINE}\n`);
    fits(output);
  });

  it("stands below the table of a screen until it is over, and leaves the prices their room", () => {
    const state = new WatchState("localhost:50051", [], NOW);
    const lines = (rows: number | null = null) => renderWatch(state, NOW, { columns: 80, rows });
    const calm = sampleQuote({ close: 1_400 });
    state.takeQuote(calm);
    expect(state.takeQuote(sampleQuote({ close: 200, seq: 0, doubt: HOLD }))).to.equal(true);
    expect(lines()[3]).to.match(/^AAPL\* +1400\.00 /);
    expect(lines().at(-1)).to.equal(`AAPL  ${HOLD_LINE}`);
    expect(state.takeQuote(calm), "the doubt is over").to.equal(true);
    expect(lines()).to.have.length(4);
    for (const symbol of ["A", "B", "C", "D"]) state.takeQuote(sampleQuote({ symbol, doubt: ODD }));
    expect(lines().slice(-4)).to.deep.equal([...["A", "B", "C"].map((symbol) => `${symbol}  ${ODD_LINE}`), MORE]);
    for (const rows of [7, 12, 24]) expect(lines(rows).length).to.be.below(rows);
  });

  it("stands beside the state of each alert that it keeps from being judged, and of no other", async () => {
    const alerts = [
      sampleAlert({ symbolStates: [standing(HOLD)] }),
      sampleAlert({
        id: "22222222-1",
        symbol: "V",
        sentence: "V above 1",
        symbolStates: [standing(ODD, AlertState.PENDING, "V")],
      }),
      sampleAlert({
        id: "33333333-1",
        state: AlertState.TRIGGERED,
        symbolStates: [standing(HOLD, AlertState.TRIGGERED)],
      }),
    ];
    await open({ ListAlerts: () => samplePage(alerts) });
    const { output } = await world.bell("alerts", "list");
    expect(output.match(/on HOLD/g)).to.have.length(1);
    expect(output)
      .to.match(/^8c1f02ab +ARMED, on HOLD /m)
      .and.match(/^22222222 +ARMED, price doubted /m);
    expect(output).to.include(`\n\nAAPL  ${HOLD_LINE}\nV     ${ODD_LINE}\n\n`);
    fits(output);
    const json = JSON.parse((await world.bell("alerts", "list", "--json")).output) as { alerts: object[] };
    expect(json.alerts[0]).to.have.nested.property("symbolStates[0].doubt.standing", "HELD");
  });

  it("is told of one alert, and when one is made, symbol by symbol", async () => {
    const one = sampleAlert({ symbolStates: [standing(HOLD)] });
    const pair = sampleAlert({
      symbols: ["AAPL", "V"],
      symbolStates: [standing(HOLD), standing(undefined, AlertState.ARMED, "V")],
    });
    await open({
      GetAlert: () => one,
      CreateAlert: () => pair,
      PreviewAlert: () => PreviewAlertResponse.fromPartial({}),
    });
    const { output } = await world.bell("alerts", "get", ALERT_ID);
    expect(output).to.match(
      /^state +ARMED, on HOLD\nprice +HOLD since 2026-11-22 14:31:00 UTC: 200\.00 after 1400\.00/m,
    );
    const made = (await world.bell("alerts", "create", "any", "of", "AAPL,", "V", "above", "200")).output;
    expect(made)
      .to.match(/^price +AAPL: HOLD since/m)
      .and.match(/^AAPL +ARMED, on HOLD +-/m)
      .and.match(/^V +ARMED +-/m);
    for (const text of [output, made]) fits(text);
  });

  it("is the first thing that an explanation says, with what ends it and what was not judged", async () => {
    const detail = "nothing of AAPL is judged until its HOLD ends";
    const word = { time: new Date(NOW), state: AlertState.ARMED, reason: "HOLD_REJECTED", detail: "taken for wrong" };
    const told = {
      symbol: "AAPL",
      state: AlertState.ARMED,
      doubt: HOLD,
      judgements: [word],
      nextChanges: [{ effect: "hold", detail }],
    };
    await open({ ExplainAlert: () => ExplainAlertResponse.fromPartial({ alert: sampleAlert(), symbols: [told] }) });
    const { output } = await world.bell("alerts", "explain", ALERT_ID);
    expect(output).to.match(
      /^AAPL {3}ARMED, on HOLD\nprice {2}HOLD since [^]*\nnext {3}nothing of AAPL is judged until its HOLD ends\nmail/m,
    );
    expect(output).to.include("HOLD_REJECTED:").and.not.include("fires");
    fits(output);
  });

  for (const [end, words] of [
    [HoldEnd.ACCEPTED, "judged again, the new price was found right: 200.00"],
    [HoldEnd.REJECTED, "judged again, the new price was found wrong; from 200.00"],
    [HoldEnd.PRICE_BACK, "judged again, a price came that is believed: 200.00"],
  ] as const) {
    it(`is told by its notices when it begins and when it ends: ${words}`, async () => {
      const notice = {
        symbol: "AAPL",
        sentence: "AAPL above 1",
        price: 200,
        hold: { ratio: "7 for 1", acceptedPrice: 1_400, heldPrice: 200 },
      };
      const held = Trigger.fromPartial({ ...notice, kind: TriggerKind.HELD });
      expect(triggerText(held)).to.equal("AAPL above 1: not judged, 200.00 after 1400.00, like a 7:1 split");
      const over = Trigger.fromPartial({ ...notice, kind: TriggerKind.HOLD_ENDED, hold: { ...notice.hold, end } });
      expect(triggerText(over)).to.equal(`AAPL above 1: ${words}`);
      await open({
        ListNotifications: () => ({ notifications: [sampleNotification({ triggers: [over] })], nextPageToken: "" }),
      });
      expect((await world.bell("notifications", "list")).output).to.include("HOLD OVER:");
    });
  }

  it("can be tried with the simulator, as its help says", async () => {
    await open({});
    const { output } = await world.bell("simulator", "set", "--help");
    expect(output).to.include("To try a HOLD").and.include("100 times").and.include("./bell symbols release AAPL");
    fits(output);
  });
});

describe("bell watch --once", () => {
  let world: World;
  afterEach(() => world.close());

  it("shows an alert that is PENDING, as one that is there", async () => {
    const pending = sampleAlert({ state: AlertState.PENDING, sentence: "AAPL at or above 200.00 USD for 10m, once" });
    const asked: string[] = [];
    world = await World.open({
      ListQuotes: () => ({ quotes: [sampleQuote()] }),
      ListAlerts: ({ filter }: { filter: string }) => {
        asked.push(filter);
        return samplePage(filter === "state=PENDING" ? [pending] : []);
      },
    });
    world.clock = new FakeClock(NOW);
    world.logIn();
    const { output } = await world.bell("watch", "--once");
    expect(output).to.match(/^AAPL\* .* PENDING {2}at or above 200\.00 USD for 10m, once$/m);
    expect(asked).to.deep.equal(["state=ARMED", "state=PENDING"]);
  });
});
