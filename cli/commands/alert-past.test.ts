import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { AlertState, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  ExplainAlertResponse,
  ExplainedJudgement,
  HistoryOrder,
  PreviewAlertResponse,
  type PreviewAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { ALERT_ID, sampleAlert, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const START = new Date("2026-10-23T13:30:00Z");
const END = new Date("2026-11-22T14:30:00Z");

describe("bell alerts preview, backtest and explain", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0]): Promise<void> => {
    world = await World.open(script);
    world.logIn();
  };
  afterEach(() => world.close());

  it("previews with the options of a creation, and makes nothing", async () => {
    await open({ PreviewAlert: () => samplePreview() });
    const { exitCode, output } = await world.bell("alerts", "preview", "AAPL", "above", "210", "--repeat", "every");
    expect(exitCode).to.equal(0);
    expect(output.split("\n")).to.deep.equal([
      "AAPL is at or above 210.00",
      "",
      "AAPL  201.00 USD (2026-11-22 14:30:00 UTC); 210.00 is 4.48 % up",
      "      would have fired 7 times, 2 mails: 8,000 prices over 30d1h, from 2026-10-23 13:30:00 UTC",
      "",
      "FIRED                    SYMBOL   PRICE   LEVEL  MAIL",
      ...Array.from({ length: 5 }, (_, at) => `2026-11-22 14:0${at + 2}:00 UTC  AAPL    211.00  210.00  with the next`),
      "(the newest 5 of 7)",
      "",
    ]);
    const [request] = world.server.requests("PreviewAlert") as [PreviewAlertRequest];
    expect(request).to.include({ text: "AAPL above 210", startTime: undefined, endTime: undefined });
    expect(request.alert).to.include({ repeat: Repeat.EVERY });
    expect(world.server.seen.map(({ method }) => method)).to.deep.equal(["PreviewAlert", "GetStatus"]);
  });

  it("says how late an alert can be, when it is tried and when it is made", async () => {
    const cadence = { seconds: 35 * 60, nanos: 0 };
    const report = { plans: [{ symbol: "AAPL", cadence }], budget: { used: 3, limit: 25 } };
    await open({
      PreviewAlert: () => samplePreview(),
      CreateAlert: () => sampleAlert(),
      GetStatus: () => SystemStatus.fromPartial({ fetchers: [{}, { report }] }),
    });
    const line = "\n\nAAPL is read about every 35m (25 requests a day for 1 symbol); an alert can be that late.\n";
    for (const verb of ["preview", "create"]) {
      const words = ["alerts", verb, "AAPL", "above", "210"];
      expect((await world.bell(...words)).output, verb).to.include(line);
      expect((await world.bell(...words, "--json")).output, verb).not.to.include("that late");
    }
    expect(world.server.requests("GetStatus")).to.have.length(2);
  });

  it("says what is true already, and where there are no prices", async () => {
    const [one] = samplePreview().symbols;
    const symbols = [
      { ...one, alreadyTrue: true, nearestLevel: 190, distancePercent: -5.4726, fireCount: 0, fires: [] },
      { symbol: "MSFT" },
    ];
    await open({ PreviewAlert: () => PreviewAlertResponse.fromPartial({ sentence: "Any of …", symbols }) });
    const { output } = await world.bell("alerts", "preview", "any", "of", "AAPL,", "MSFT", "above", "190");
    expect(output).to.include("190.00 is 5.47 % down; ALREADY TRUE").and.include("would not have fired: 8,000 prices");
    expect(output).to.include("MSFT  no price yet; the first one is where it would start from");
  });

  it("says how often it would have told something after a fire", async () => {
    const [one] = samplePreview().symbols;
    const symbols = [{ ...one, reminderCount: 3, backCount: 1 }];
    await open({ PreviewAlert: () => PreviewAlertResponse.fromPartial({ sentence: "AAPL …", symbols }) });
    const { output } = await world.bell("alerts", "preview", "AAPL", "above", "210", "--tell-back");
    expect(output).to.include("would have fired 7 times, reminded 3 times, been back once, 2 mails");
  });

  it("says over what time the prices are, however short that is", async () => {
    const [one] = samplePreview().symbols;
    const pastOf = async (minutes: number, quoteCount: number) => {
      const endTime = new Date(START.getTime() + minutes * 60_000);
      await open({
        PreviewAlert: () => PreviewAlertResponse.fromPartial({ symbols: [{ ...one, endTime, quoteCount }] }),
      });
      const { output } = await world.bell("alerts", "preview", "AAPL", "above", "210");
      world.close();
      return output;
    };
    expect(await pastOf(100, 147)).to.include("147 prices over 1h40m, from 2026-10-23 13:30:00 UTC");
    expect(await pastOf(0, 1)).to.include("1 price, from 2026-10-23 13:30:00 UTC");
  });

  it("backtests any time, and tells every fire", async () => {
    await open({ PreviewAlert: () => samplePreview() });
    const words = ["AAPL", "above", "210", "--since", "2026-01-01", "--until", "2026-11-22T15:00:00Z"];
    const { output } = await world.bell("alerts", "backtest", ...words);
    expect(output.match(/211\.00/g)).to.have.length(7);
    expect(output).to.include("2026-11-22 14:00:00 UTC  AAPL    211.00  210.00  at once");
    const [request] = world.server.requests("PreviewAlert") as [PreviewAlertRequest];
    expect(request.startTime).to.deep.equal(new Date("2026-01-01T00:00:00Z"));
    expect(request.endTime).to.deep.equal(new Date("2026-11-22T15:00:00Z"));
    expect((await world.bell("alerts", "backtest", "AAPL", "above", "210", "--since", "soon")).errors).to.include(
      "--since",
    );
  });

  it("answers JSON with everything that the server told", async () => {
    await open({ PreviewAlert: () => samplePreview(), ExplainAlert: () => sampleExplanation() });
    const preview = JSON.parse((await world.bell("alerts", "preview", "AAPL", "above", "210", "--json")).output) as {
      symbols: { order: string; fires: unknown[] }[];
    };
    expect(preview.symbols[0]).to.include({ order: "JUDGED", mailCount: 2, nearestLevel: 210 });
    expect(preview.symbols[0]?.fires).to.have.length(7);
    const told = JSON.parse((await world.bell("alerts", "explain", ALERT_ID, "--json")).output) as {
      symbols: { judgements: unknown[] }[];
    };
    expect(told.symbols[0]?.judgements[0]).to.include({ reason: "NOT_MET", age: "2s", state: "ARMED" });
  });

  it("explains where an alert stands, what comes next, and what holds its mail back", async () => {
    await open({ ExplainAlert: () => sampleExplanation() });
    const { output } = await world.bell("alerts", "explain", ALERT_ID, "--at", "2026-11-22T14:40:00Z", "--limit", "3");
    expect(output.split("\n")).to.deep.equal([
      "AAPL is at or above 200.00",
      "",
      "AAPL  ARMED",
      "next  fires at or above 200.00 (0.50 % up)",
      "mail  at most one mail an hour",
      "",
      "TIME                      CLOSE  AGE  SESSION  STATE  WHY",
      "2026-11-22 14:30:42 UTC  199.00  2s   always   ARMED  NOT_MET: close 199.00 is below 200.00",
      "2026-11-22 14:29:00 UTC       -  -    -        ARMED  ARMED: armed on the last price",
      "",
      "AGE: how old the price was when it was judged. SESSION: the part of the trading day it is of (pre, regular, post or closed; always: it knows no trading hours).",
      "",
    ]);
    expect(world.server.requests("ExplainAlert")).to.deep.equal([
      { id: ALERT_ID, atTime: new Date("2026-11-22T14:40:00Z"), limit: 3 },
    ]);
    expect((await world.bell("alerts", "explain", ALERT_ID, "--limit", "101")).errors).to.include("--limit");
  });

  it("fits 80 columns, and breaks between words only", async () => {
    const reason = "ARMED_AWAITING_BASELINE";
    const told = sampleExplanation();
    told.symbols[0]?.judgements.push(
      ExplainedJudgement.fromPartial({ reason, detail: "armed; there is no price yet" }),
    );
    await open({ ExplainAlert: () => told });
    world.terminal.columns = 80;
    const { output } = await world.bell("alerts", "explain", ALERT_ID);
    for (const line of output.split("\n")) expect(line.length, line).to.be.at.most(80);
    for (const word of `2026-11-22 14:30:42 UTC 199.00 200.00 ${reason}:`.split(" ")) {
      expect(output.split(/\s+/)).to.include(word);
    }
  });

  it("says what an expired alert needs before it can be resumed", async () => {
    const nextChanges = [{ effect: "expire", detail: "expires at the first price from 2026-11-22 14:30 UTC on" }];
    const told = { symbol: "AAPL", state: AlertState.EXPIRED, nextChanges };
    const fired = { symbol: "AAPL", state: AlertState.TRIGGERED };
    for (const [alert, one] of [
      [sampleAlert(), told],
      [sampleAlert({ expireTime: new Date(1) }), fired],
    ] as const) {
      await open({ ExplainAlert: () => ExplainAlertResponse.fromPartial({ alert, symbols: [one] }) });
      const { output } = await world.bell("alerts", "explain", ALERT_ID);
      expect(output).to.include(
        "nothing by itself; ./bell alerts update 8c1f02ab --expires never, then ./bell alerts resume 8c1f02ab arms it anew",
      );
      world.close();
    }
  });

  it("says that nothing holds the mail back, and nothing comes next", async () => {
    const symbols = [{ symbol: "AAPL", state: AlertState.TRIGGERED }];
    await open({ ExplainAlert: () => ExplainAlertResponse.fromPartial({ alert: sampleAlert(), symbols }) });
    const { output } = await world.bell("alerts", "explain", ALERT_ID);
    expect(output).to.include("next  nothing by itself; ./bell alerts resume 8c1f02ab arms it anew");
    expect(output).to.include("mail  goes at once");
    expect(output).to.include("no price was judged yet");
  });

  it("shows with a new alert what it would have done", async () => {
    await open({ CreateAlert: () => sampleAlert(), PreviewAlert: () => samplePreview() });
    const { output } = await world.bell("alerts", "create", "AAPL", "above", "210");
    expect(output).to.include("ARMED").and.include("210.00 is 4.48 % up").and.include("would have fired 7 times");
    const json = await world.bell("alerts", "create", "AAPL", "above", "210", "--json");
    expect(JSON.parse(json.output)).to.include({ id: ALERT_ID }).and.have.property("preview").with.length(1);
  });

  it("makes the alert though it cannot tell that", async () => {
    await open({
      CreateAlert: () => sampleAlert(),
      PreviewAlert: () => {
        throw new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "50 others wait");
      },
    });
    const { exitCode, output, errors } = await world.bell("alerts", "create", "AAPL", "above", "210");
    expect([exitCode, output.includes(ALERT_ID)]).to.deep.equal([0, true]);
    expect(errors).to.include("The alert is made.").and.include("50 others wait");
  });
});

function samplePreview(): PreviewAlertResponse {
  const fires = Array.from({ length: 7 }, (_, at) => {
    const fireTime = new Date(`2026-11-22T14:0${at}:00Z`);
    return { fireTime, price: 211, level: 210, isMailed: at === 0 };
  });
  const preview = {
    symbol: "AAPL",
    lastQuote: sampleQuote({ source: "alpha-vantage" }),
    nearestLevel: 210,
    distancePercent: 4.4776,
    fireCount: 7,
    mailCount: 2,
    fires,
    startTime: START,
    endTime: END,
    quoteCount: 8_000,
    order: HistoryOrder.JUDGED,
  };
  return PreviewAlertResponse.fromPartial({ sentence: "AAPL is at or above 210.00", symbols: [preview] });
}

function sampleExplanation(): ExplainAlertResponse {
  const judged = { state: AlertState.ARMED, reason: "NOT_MET", detail: "close 199.00 is below 200.00" };
  const quote = sampleQuote({ close: 199 });
  const armed = { state: AlertState.ARMED, reason: "ARMED", detail: "armed on the last price" };
  const told = {
    symbol: "AAPL",
    state: AlertState.ARMED,
    judgements: [
      { ...judged, quote, time: new Date("2026-11-22T14:30:42Z"), age: { seconds: 2, nanos: 0 } },
      { ...armed, time: new Date("2026-11-22T14:29:00Z") },
    ],
    nextChanges: [{ effect: "fire", level: 200, distancePercent: 0.5025, detail: "fires at or above 200.00" }],
    mailDetail: "at most one mail an hour",
  };
  return ExplainAlertResponse.fromPartial({ alert: sampleAlert(), symbols: [told] });
}
