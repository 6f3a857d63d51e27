import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createTestWorld, FRIDAY_AFTERNOON, randomMarket } from "./ask-for-test.ts";
import { PLANS, type Plan } from "./plan.ts";
import { QueryDoor } from "./query-door.ts";
import { Quota } from "./quota.ts";

const QUOTE = "function=GLOBAL_QUOTE&symbol=IBM";
const INTRADAY = "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=1min";

function keyOf(body: string): string {
  return Object.keys(JSON.parse(body) as object)[0] ?? "nothing";
}

describe("QueryDoor.answer(): refusals", () => {
  it("refuses a question without a key, even if everything else is wrong", () => {
    const { ask } = createTestWorld();
    for (const query of ["apikey=", "apikey=&function=NO", `${QUOTE}&apikey=`]) {
      expect(ask(query)).to.match(/^\{\n {4}"Error Message": "the parameter apikey is invalid or missing\. /);
    }
  });

  it("refuses a function that there is not, by its case-sensitive name", () => {
    const { ask } = createTestWorld();
    expect(JSON.parse(ask("function=global_quote"))).to.deep.equal({
      "Error Message": "This API function (global_quote) does not exist.",
    });
    expect(ask("")).to.contain("This API function () does not exist.");
    expect(ask("FUNCTION=GLOBAL_QUOTE")).to.contain("This API function () does not exist.");
  });

  const invalid: readonly string[] = [
    "function=TIME_SERIES_INTRADAY&interval=1min",
    "function=TIME_SERIES_INTRADAY&symbol=ZZZ&interval=1min",
    "function=TIME_SERIES_INTRADAY&symbol=IBM",
    "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=2min",
    "function=TIME_SERIES_INTRADAY&symbol=%C4%B1BM&interval=1min",
    `${INTRADAY}&outputsize=huge`,
    `${INTRADAY}&datatype=xml`,
    `${INTRADAY}&adjusted=yes`,
    `${INTRADAY}&extended_hours=1`,
    `${INTRADAY}&month=2026-13`,
    `${INTRADAY}&month=1999-12`,
    `${INTRADAY}&entitlement=REALTIME`,
    "function=GLOBAL_QUOTE",
    `${QUOTE}&datatype=xml`,
    "function=REALTIME_BULK_QUOTES",
    "function=SYMBOL_SEARCH",
  ];
  for (const query of invalid) {
    it(`refuses ${query}`, () => {
      const name = /function=(\w+)/.exec(query)?.[1] ?? "";
      expect(JSON.parse(createTestWorld().ask(query))).to.deep.equal({
        "Error Message": `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
      });
    });
  }

  it("answers a refused csv question in JSON", () => {
    expect(keyOf(createTestWorld().ask("function=TIME_SERIES_INTRADAY&datatype=csv"))).to.equal("Error Message");
  });

  it("refuses the free key's second request within a second, and its 26th of a day, echoing the key", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const { ask } = createTestWorld({ clock, plan: PLANS.free });
    expect(keyOf(ask(QUOTE))).to.equal("Global Quote");
    expect(ask(QUOTE)).to.contain("(1 request per second)").and.contain('"Information"');
    for (let at = 0; at < 23; at++) {
      clock.advance(2_000);
      expect(keyOf(ask(QUOTE)), String(at)).to.equal("Global Quote");
    }
    clock.advance(2_000);
    expect(ask(QUOTE)).to.contain(
      "We have detected your API key as key and our standard API rate limit is 25 requests per day.",
    );
  });

  it("refuses a paid key's burst and minute in their own words, an unpaid minute by a Note", () => {
    const paid = createTestWorld({ plan: PLANS["75"] });
    const answers = Array.from({ length: 76 }, () => paid.ask(QUOTE));
    expect(answers[4]).to.contain("Global Quote");
    expect(answers[5]).to.contain("Burst pattern detected.").and.contain("no more than 5 requests per second");
    expect(answers[75]).to.contain("Minute-level rate limit exceed.");
    const old: Plan = { perSecond: null, perMinute: 5, perDay: 500, entitlement: "none", premium: false };
    const unpaid = createTestWorld({ plan: old });
    const last = Array.from({ length: 6 }, () => unpaid.ask(QUOTE))[5] ?? "";
    expect(keyOf(last)).to.equal("Note");
    expect(last).to.contain("5 calls per minute and 500 calls per day");
  });

  it("refuses premium functions, premium values and entitlements that a plan has not", () => {
    const free: Plan = { ...PLANS.free, perSecond: null };
    const { ask } = createTestWorld({ plan: free, premiumFunctions: ["SYMBOL_SEARCH"] });
    expect(ask("function=SYMBOL_SEARCH&keywords=ibm")).to.contain("This is a premium endpoint.");
    expect(ask(`${INTRADAY}&outputsize=full`)).to.contain("outputsize=full parameter value is a premium feature");
    for (const asked of ["realtime", "delayed"]) {
      expect(ask(`${QUOTE}&entitlement=${asked}`)).to.contain(`not yet entitled to ${asked} US market data`);
    }
    const delayed = createTestWorld({ plan: { ...PLANS.unlimited, entitlement: "delayed" } });
    expect(delayed.ask(`${QUOTE}&entitlement=realtime`)).to.contain("not yet entitled");
    expect(keyOf(delayed.ask(`${QUOTE}&entitlement=delayed`))).to.equal("Global Quote - DATA DELAYED BY 15 MINUTES");
  });

  it("looks at quota before premium, premium before parameters, and the function before any quota", () => {
    const { ask } = createTestWorld({ plan: PLANS.free, premiumFunctions: ["SYMBOL_SEARCH"] });
    expect(ask("function=SYMBOL_SEARCH")).to.contain("premium endpoint");
    expect(ask("function=SYMBOL_SEARCH")).to.contain("request per second");
    expect(ask("function=NOTHING")).to.contain("does not exist");
  });

  it("gives each key the plan that is its own", () => {
    const clock = new FakeClock(FRIDAY_AFTERNOON);
    const door = new QueryDoor({
      market: randomMarket(clock),
      quota: new Quota(clock),
      keys: new Map([["mine", PLANS.unlimited]]),
      defaultPlan: { ...PLANS.free, perDay: 0 },
      premiumFunctions: new Set(),
    });
    const ask = (key: string): string => door.answer(new URLSearchParams(`${QUOTE}&apikey=${key}`)).body;
    expect(keyOf(ask("mine"))).to.equal("Global Quote");
    expect(ask("other")).to.contain("requests per day");
  });

  it("answers the key demo the documented examples only", () => {
    const { ask } = createTestWorld();
    expect(keyOf(ask(`${QUOTE}&apikey=demo`))).to.equal("Global Quote");
    expect(ask("function=GLOBAL_QUOTE&symbol=AAPL&apikey=demo")).to.contain(
      "The **demo** API key is for demo purposes only.",
    );
  });
});
