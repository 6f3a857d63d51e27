// The promise: a key's limits hold over kills and restarts, and what is announced is kept. The long trials are test/long/budget-*.ts.
import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { mondayMorning, runFreeTrial, runPaidTrial, runSpentTrial, TEN_SYMBOLS } from "./support/budget-trial.ts";

describe("a key's limits", () => {
  const violations: string[] = [];
  const onViolation = (text: string): void => void violations.push(text);
  beforeEach(() => void (violations.length = 0));
  afterEach(() => {
    expect(violations.slice(0, 5)).to.eql([]);
  });

  it("hold for a free key whose fetcher is killed every ten minutes, and prices come when they were announced", async () => {
    const fromMs = mondayMorning(0);
    const span = { fromMs, toMs: fromMs + 1.5 * DAY_MS };
    const { requests, answers } = await runFreeTrial({ symbols: TEN_SYMBOLS, ...span, seed: 1, onViolation });
    expect(answers).to.be.at.least(20);
    const rounds = 32; // one at the start and two after the close, and what kills cost
    expect(requests, "and the past of each symbol once").to.be.at.most(rounds + TEN_SYMBOLS.length);
  });

  it("hold for more symbols than a free key has requests", async () => {
    const symbols = [...TEN_SYMBOLS, ...Array.from({ length: 20 }, (_, at) => `S${at}`)];
    const fromMs = mondayMorning(0) + 6 * HOUR_MS;
    const span = { fromMs, toMs: fromMs + 1.5 * DAY_MS };
    await runFreeTrial({ symbols, ...span, seed: 2, onViolation });
  });

  it("make way for who else uses the key: again after one hour, two and four, over restarts", async () => {
    const fromMs = mondayMorning(0);
    const span = { fromMs, toMs: fromMs + 20 * HOUR_MS };
    const hours = await runSpentTrial({ symbols: TEN_SYMBOLS, ...span, seed: 4, onViolation });
    expect(hours.map(Math.round)).to.eql([1, 2, 4, 4, 4, 4]);
  });

  it("leave a paid key every minute's bar", async () => {
    const openMs = mondayMorning(0) - HOUR_MS / 2;
    const span = { fromMs: openMs - 10 * MINUTE_MS, toMs: openMs + 10 * MINUTE_MS };
    const { bars } = await runPaidTrial({ symbols: TEN_SYMBOLS, ...span, seed: 3, onViolation });
    expect(bars).to.be.at.least(150);
  });
});
