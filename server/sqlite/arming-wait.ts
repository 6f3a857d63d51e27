import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { OpenJudgings } from "./open-judgings.ts";
import type { Stamp, Transactions } from "./transactions.ts";

/**
 * How long an act that arms waits for an open judging: less than the 10 seconds after which its caller gives it up, so that nothing is
 * done that was given up.
 */
const WAIT_MS = 9_000;
/** When such an act is tried again. */
const RETRY_MS = 5_000;

/** An act that needs a symbol's last price came while a judging of it is open; it wrote nothing. */
export class TooEarly {
  readonly symbol: string;

  constructor(symbol: string) {
    this.symbol = symbol;
  }
}

/** Runs owners' acts that need the last price of symbols: not while a judging of one is open. */
export class ArmingWait {
  readonly #transactions: Transactions;
  readonly #open: OpenJudgings;
  readonly #clock: Clock;

  constructor(transactions: Transactions, open: OpenJudgings, clock: Clock) {
    this.#transactions = transactions;
    this.#open = open;
    this.#clock = clock;
  }

  /** What an act has to answer before it writes anything, if one of the symbols is being judged. */
  tooEarly(symbols: readonly string[]): TooEarly | null {
    const symbol = symbols.find((one) => this.#open.has(one));
    return symbol === undefined ? null : new TooEarly(symbol);
  }

  /** Runs an act in a transaction; again when it came too early, and that judging is through. Rejects when that takes too long. */
  async run<Result>(act: (stamp: Stamp) => Result | TooEarly): Promise<Result> {
    const endMono = this.#clock.monotonic() + WAIT_MS;
    for (;;) {
      const done = await this.#transactions.write(act);
      if (!(done instanceof TooEarly)) return done;
      await this.#judgingEnded(done.symbol, endMono);
      if (this.#clock.monotonic() >= endMono) throw stillJudging(done.symbol);
    }
  }

  /** Resolves when the symbol's judging may be through, and at `endMono` at the latest: on a damaged database none ever is. */
  async #judgingEnded(symbol: string, endMono: number): Promise<void> {
    const given = new AbortController();
    const isUp = this.#clock.sleep(endMono - this.#clock.monotonic(), given.signal);
    const waits = [this.#open.ended(symbol, given.signal), isUp];
    await Promise.race(waits);
    given.abort();
    await Promise.allSettled(waits);
  }
}

function stillJudging(symbol: string): AppError {
  const message = `so many alerts watch ${symbol} that its last price is still being judged; nothing was changed`;
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, {
    hint: "Try again in a few seconds.",
    retryAfterMs: RETRY_MS,
  });
}
