import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import type { RefusalClass } from "../source.ts";
import { refusalOf } from "../refusal.ts";
import { FunctionChoice, functionsOf, type Turn } from "./function-choice.ts";
import { RefusedFunctions } from "./refused-functions.ts";
import type { AlphaVantageFunction } from "./request-url.ts";
import { keepingLog } from "./test-service.ts";

const ALL: readonly AlphaVantageFunction[] = ["bulk-quotes", "intraday", "global-quote"];

function open(functions = ALL) {
  const clock = new FakeClock(Date.UTC(2026, 4, 15, 14));
  const lines: unknown[] = [];
  const log = keepingLog(lines);
  const refused = new RefusedFunctions({ file: null, identity: [], clock, log });
  return { clock, lines, choice: new FunctionChoice({ functions, refused, clock, log }) };
}

const turnOf = (symbol = "AAPL"): Turn => ({ symbol, tried: [], first: null });
const refusal = (of: RefusalClass) => refusalOf(of, `the words of ${of}`);

describe("functionsOf()", () => {
  it("is the one that was set, on any plan", () => {
    expect(functionsOf("intraday", "free")).to.deep.equal(["intraday"]);
    expect(functionsOf("bulk-quotes", "75")).to.deep.equal(["bulk-quotes"]);
  });

  it("begins with all symbols in one for keys that pay, and with the day's quote for those that do not", () => {
    expect(functionsOf("auto", "75")).to.deep.equal(ALL);
    expect(functionsOf("auto", "unlimited")).to.deep.equal(ALL);
    expect(functionsOf("auto", "free")).to.deep.equal(["global-quote", "intraday"]);
  });
});

describe("FunctionChoice", () => {
  for (const why of ["not_entitled", "sample_data"] as const) {
    it(`asks the next function for a day once the best was refused as ${why}, and says so once`, () => {
      const { choice, clock, lines } = open();
      expect(choice.movesOnFrom("bulk-quotes", refusal(why))).to.equal(true);
      expect(choice.nextFor(turnOf())).to.equal("intraday");
      expect(lines).to.have.lengthOf(1);
      clock.advance(DAY_MS);
      expect(choice.nextFor(turnOf())).to.equal("bulk-quotes");
    });
  }

  for (const why of ["throttle", "daily_quota", "bad_key", "outage", "malformed", "no_data", "bad_request"] as const) {
    it(`learns nothing of the plan from ${why}`, () => {
      const { choice } = open();
      expect(choice.movesOnFrom("bulk-quotes", refusal(why))).to.equal(false);
      expect(choice.nextFor(turnOf())).to.equal("bulk-quotes");
    });
  }

  it("goes on asking the last function when the plan has none, and the only one that was set", () => {
    const { choice } = open();
    const moves = ALL.map((asked) => choice.movesOnFrom(asked, refusal("not_entitled")));
    expect(moves).to.deep.equal([true, true, false]);
    expect(choice.nextFor(turnOf())).to.equal("global-quote");
    const single = open(["intraday"]).choice;
    expect(single.movesOnFrom("intraday", refusal("not_entitled"))).to.equal(false);
    expect(single.nextFor(turnOf())).to.equal("intraday");
  });

  it("tries the next function for a symbol that the best does not know, and remembers for half a day which does", () => {
    const { choice, clock } = open();
    const turn = turnOf("TSCO.LON");
    expect(choice.triesOn(turn, "bulk-quotes", refusal("no_data"))).to.equal(true);
    expect(choice.nextFor(turn)).to.equal("intraday");
    expect(choice.triesOn(turn, "intraday", refusal("bad_request"))).to.equal(true);
    choice.noteAnswer(turn, "global-quote");
    expect(choice.nextFor(turnOf("TSCO.LON"))).to.equal("global-quote");
    expect(choice.nextFor(turnOf("AAPL"))).to.equal("bulk-quotes");
    clock.advance(12 * HOUR_MS);
    expect(choice.nextFor(turnOf("TSCO.LON"))).to.equal("bulk-quotes");
  });

  it("asks the others again when the one that knew a symbol knows it no more", () => {
    const { choice } = open();
    const turn = turnOf();
    choice.triesOn(turn, "bulk-quotes", refusal("no_data"));
    choice.noteAnswer(turn, "intraday");
    const again = turnOf();
    expect(choice.triesOn(again, "intraday", refusal("no_data"))).to.equal(true);
    expect(choice.nextFor(again)).to.equal("bulk-quotes");
  });

  it("asks only the best for half a day for a symbol that none of them knows, whose words are told", () => {
    const { choice, clock } = open();
    const turn = turnOf("NONE");
    const tries = ALL.map((asked) =>
      choice.triesOn(turn, asked, refusal(asked === "intraday" ? "bad_request" : "no_data")),
    );
    expect(tries).to.deep.equal([true, true, false]);
    expect(turn.first?.class).to.equal("no_data");
    for (let hours = 0; hours < 12; hours += 4) {
      const again = turnOf("NONE");
      expect(choice.nextFor(again)).to.equal("bulk-quotes");
      expect(choice.triesOn(again, "bulk-quotes", refusal("no_data"))).to.equal(false);
      clock.advance(4 * HOUR_MS);
    }
    expect(choice.triesOn(turnOf("NONE"), "bulk-quotes", refusal("no_data"))).to.equal(true);
  });

  it("tries another function after an answer that cannot be read, and remembers nothing of it", () => {
    const { choice } = open();
    const turn = turnOf();
    expect(choice.triesOn(turn, "bulk-quotes", refusal("malformed"))).to.equal(true);
    choice.noteAnswer(turn, "intraday");
    expect(choice.nextFor(turnOf())).to.equal("bulk-quotes");
  });

  it("does not try on for what is no matter of the symbol", () => {
    const { choice } = open();
    const turn = turnOf();
    expect(choice.triesOn(turn, "bulk-quotes", refusal("outage"))).to.equal(false);
    expect([turn.tried, turn.first]).to.deep.equal([[], null]);
  });
});
