import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { limitsOfPlan, RateLimiter, type Plan } from "../rate-limiter.ts";
import type { FetchResult, RefusalClass } from "../sources/source.ts";
import { makeBar } from "../testing/make-quote.ts";
import type { SymbolPlan } from "./announce.ts";
import { AnswerMemory } from "./answer-memory.ts";
import { Planner } from "./planner.ts";

/** A Friday morning in New York. */
const MORNING = Date.parse("2026-05-15T10:00:00-04:00");
const EVENING = Date.parse("2026-05-15T18:15:00-04:00");

type Answer = "prices" | "old" | "silence" | RefusalClass;

interface World {
  answer: (symbol: string) => Answer;
  readonly watched: string[];
}

function start({
  plan = "free",
  symbols = ["AAPL", "IBM"],
  now = MORNING,
}: { plan?: Plan; symbols?: string[]; now?: number } = {}) {
  const clock = new FakeClock(now);
  const stopping = new AbortController();
  const limiter = new RateLimiter(limitsOfPlan(plan), clock);
  const answers = new AnswerMemory(clock);
  const asked: string[] = [];
  const plans: (readonly SymbolPlan[])[] = [];
  const world: World = { answer: () => "prices", watched: [...symbols] };
  const lagMs = plan === "free" ? null : 0;
  const planner: Planner = new Planner({
    watched: () => world.watched.map((symbol) => ({ symbol, hasAlerts: false })),
    terms: { limits: limitsOfPlan(plan), symbolsARequest: 1, lagMs, stretch: "extended", spreadMs: 0 },
    limiter,
    answers,
    clock,
    onPlan: (plan) => plans.push(plan),
    onRound: async (wanted, why, ends) => {
      asked.push(`${wanted.join(" ")} ${why} +${Math.round((clock.now() - now) / MINUTE_MS)}m`);
      await Promise.resolve();
      for (const symbol of wanted) {
        const result = resultOf(symbol, world.answer(symbol), clock.now());
        if (result === null) continue;
        planner.noteResult(result);
        if (result.kind === "quotes") planner.noteTaken(symbol);
        else if (ends(result.refusal)) break;
      }
    },
  });
  const ended = planner.run(stopping.signal);
  const pass = async (ms: number, stepMs = MINUTE_MS): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    }
  };
  const stop = async (): Promise<void> => {
    stopping.abort(new Error("over"));
    await ended;
    expect(clock.sleeping).to.equal(0);
  };
  return { planner, clock, asked, plans, world, pass, stop, limiter, answers };
}

function resultOf(symbol: string, answer: Answer, now: number): FetchResult | null {
  if (answer === "silence") return null;
  if (answer !== "prices" && answer !== "old") {
    return { kind: "refusal", symbol, refusal: { class: answer, message: "no", retryAfterMs: null } };
  }
  const quoteTimeMs = answer === "old" ? now - 3 * DAY_MS : now - 2 * HOUR_MS;
  const quotes = [makeBar(symbol, 0, { quoteTimeMs, fetchTimeMs: now })];
  return { kind: "quotes", symbol, quotes, refusedRows: 0, roundedPrices: 0 };
}

describe("Planner", () => {
  it("asks at once, then after the close, and announces that", async () => {
    const { asked, plans, pass, stop } = start();
    await pass(MINUTE_MS);
    expect(asked).to.eql(["AAPL IBM first +0m"]);
    expect(plans.at(-1)?.map(({ nextTimeMs }) => nextTimeMs)).to.eql([EVENING, EVENING]);
    await pass(9 * HOUR_MS);
    expect(asked).to.eql(["AAPL IBM first +0m", "AAPL IBM close +495m"]);
    await stop();
  });

  it("asks every minute of trading with a paid key, and ends the day with one round", async () => {
    const evening = Date.parse("2026-05-15T19:58:30-04:00");
    const { asked, pass, stop } = start({ plan: "75", now: evening });
    await pass(4 * HOUR_MS, 1_000);
    expect(asked).to.eql(["AAPL IBM first +0m", "AAPL IBM minute +1m", "AAPL IBM close +2m"]);
    await stop();
  });

  it("asks for a new symbol as soon as it is told of it", async () => {
    const { asked, planner, world, pass, stop } = start();
    await pass(2 * HOUR_MS);
    world.watched.push("MSFT");
    planner.replan();
    await pass(0);
    expect(asked.slice(1)).to.eql(["MSFT first +120m"]);
    await stop();
  });

  it("ends a round with what is true of every symbol, and tries with one again after a while", async () => {
    const { asked, world, pass, stop } = start();
    world.answer = () => "outage";
    await pass(25 * MINUTE_MS);
    expect(asked).to.eql(["AAPL IBM first +0m", "AAPL IBM retry +5m", "AAPL IBM retry +20m"]);
    world.answer = () => "prices";
    await pass(HOUR_MS);
    expect(asked.slice(3)).to.eql(["AAPL IBM retry +80m"]);
    await stop();
  });

  it("goes on with the others after what is true of one symbol", async () => {
    const { asked, world, pass, stop } = start({ symbols: ["BAD", "IBM"] });
    world.answer = (symbol) => (symbol === "BAD" ? "bad_request" : "prices");
    await pass(4 * HOUR_MS);
    expect(asked).to.eql(["BAD IBM first +0m", "BAD retry +60m", "BAD retry +180m"]);
    await stop();
  });

  it("asks again within hours when the day's prices are not told in time", async () => {
    const { asked, world, pass, stop } = start({ symbols: ["AAPL"], now: EVENING });
    world.answer = () => "old";
    await pass(4 * HOUR_MS);
    world.answer = () => "prices";
    await pass(12 * HOUR_MS);
    expect(asked).to.eql(["AAPL first +0m", "AAPL retry +60m", "AAPL retry +180m", "AAPL retry +420m"]);
    await stop();
  });

  it("does not ask on and on where rounds come to nothing", async () => {
    const { asked, world, pass, stop } = start({ symbols: ["AAPL"] });
    world.answer = () => "silence";
    await pass(22 * MINUTE_MS);
    expect(asked).to.have.length(3);
    await stop();
  });

  it("asks at once for what is news when the machine has slept, or its clock was set", async () => {
    const { asked, clock, pass, stop } = start({ symbols: ["AAPL"] });
    await pass(MINUTE_MS);
    clock.step(DAY_MS);
    await pass(MINUTE_MS);
    expect(asked).to.have.length(2);
    clock.step(-2 * DAY_MS);
    await pass(MINUTE_MS);
    expect(asked, "what was answered tomorrow counts as nothing").to.have.length(3);
    await stop();
  });
});

describe("AnswerMemory", () => {
  it("knows what the newest price speaks of, and whether its market ever closes", () => {
    const clock = new FakeClock(MORNING);
    const memory = new AnswerMemory(clock);
    memory.noteAnswer(
      "AAPL",
      [makeBar("AAPL", 0, { sessionClass: "always" }), makeBar("AAPL", 5, { sessionClass: "always" })],
      MORNING,
    );
    const asOfMs = makeBar("AAPL", 6).quoteTimeMs;
    expect(memory.of("AAPL")).to.include({ answerTimeMs: MORNING, asOfMs, neverCloses: true, failures: 0 });
    clock.advance(MINUTE_MS);
    memory.noteAnswer("AAPL", [], clock.now());
    expect(memory.of("AAPL")).to.include({ answerTimeMs: MORNING + MINUTE_MS, asOfMs, neverCloses: true });
  });

  it("counts failures until an answer, and how long to wait still", () => {
    const clock = new FakeClock(MORNING);
    const memory = new AnswerMemory(clock);
    memory.noteFailure("AAPL", MINUTE_MS);
    memory.noteFailure("AAPL", 2 * MINUTE_MS);
    clock.advance(MINUTE_MS);
    expect(memory.of("AAPL")).to.include({ failures: 2, failedTimeMs: MORNING, waitMs: MINUTE_MS });
    memory.noteAnswer("AAPL", [], clock.now());
    expect(memory.of("AAPL")).to.include({ failures: 0, failedTimeMs: null, waitMs: 0 });
  });
});
