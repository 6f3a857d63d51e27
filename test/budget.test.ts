// The promise: a key's limits hold over kills and restarts, and what is announced is kept. The long trials are test/long/budget-*.ts.
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { mondayMorning, runFreeTrial, runPaidTrial, TEN_SYMBOLS } from "./support/budget-trial.ts";

describe("a key's limits", function () {
  this.timeout(60_000);
  const violations: string[] = [];
  const onViolation = (text: string): void => void violations.push(text);
  beforeEach(() => void (violations.length = 0));
  afterEach(() => {
    if (violations.length > 0) throw new Error(violations.slice(0, 5).join("; "));
  });

  it("hold for a free key whose fetcher is killed every ten minutes, and prices come when they were announced", async () => {
    const fromMs = mondayMorning(0);
    const span = { fromMs, toMs: fromMs + 1.5 * DAY_MS };
    const { requests, answers } = await runFreeTrial({ symbols: TEN_SYMBOLS, ...span, seed: 1, onViolation });
    if (answers === undefined || requests === undefined || answers < 20) throw new Error(`${answers} answers only`);
  });

  it("hold for more symbols than a free key has requests", async () => {
    const symbols = [...TEN_SYMBOLS, ...Array.from({ length: 20 }, (_, at) => `S${at}`)];
    const fromMs = mondayMorning(0) + 6 * HOUR_MS;
    const span = { fromMs, toMs: fromMs + 1.5 * DAY_MS };
    await runFreeTrial({ symbols, ...span, seed: 2, onViolation });
  });

  it("leave a paid key every minute's bar", async () => {
    const openMs = mondayMorning(0) - HOUR_MS / 2;
    const span = { fromMs: openMs - 10 * MINUTE_MS, toMs: openMs + 10 * MINUTE_MS };
    const { bars } = await runPaidTrial({ symbols: TEN_SYMBOLS, ...span, seed: 3, onViolation });
    if (bars === undefined || bars < 150) throw new Error(`${bars} bars only`);
  });
});
