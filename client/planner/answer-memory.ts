import { asOf, type Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { UNKNOWN, type KnownSymbol } from "./known-symbol.ts";
import { writeLazily, type LedgerTables } from "./ledger-tables.ts";

interface Answer {
  readonly answerTimeMs: TimeMs;
  readonly asOfMs: TimeMs | null;
  readonly neverCloses: boolean;
}

interface Failure {
  readonly timeMs: TimeMs;
  readonly count: number;
  /** On the monotonic clock. */
  readonly retryAt: number;
}

/**
 * What is known of each symbol. Answers outlive the process, if there are tables for them; failures do not: whoever starts a fetcher
 * anew wants it to try.
 */
export class AnswerMemory {
  readonly #clock: Clock;
  readonly #tables: LedgerTables | null;
  readonly #answers = new Map<string, Answer>();
  readonly #failures = new Map<string, Failure>();

  /** Without tables all is forgotten with the process. Throws what SQLite throws. */
  constructor(clock: Clock, tables: LedgerTables | null = null) {
    this.#clock = clock;
    this.#tables = tables;
    for (const { symbol, ...answer } of tables === null ? [] : loadAnswers(tables)) this.#answers.set(symbol, answer);
  }

  of(symbol: string): KnownSymbol {
    const { answerTimeMs, asOfMs, neverCloses } = this.#answers.get(symbol) ?? UNKNOWN;
    const failure = this.#failures.get(symbol);
    const waitMs = failure === undefined ? 0 : Math.max(0, failure.retryAt - this.#clock.monotonic());
    return {
      answerTimeMs,
      asOfMs,
      neverCloses,
      failedTimeMs: failure?.timeMs ?? null,
      failures: failure?.count ?? 0,
      waitMs,
    };
  }

  /** The source answered at `answerTimeMs`; of what it said only the new quotes are told, so there may be none. To be told once they are taken in. */
  noteAnswer(symbol: string, quotes: readonly Quote[], answerTimeMs: TimeMs): void {
    const known = this.#answers.get(symbol) ?? UNKNOWN;
    const asOfMs = quotes.reduce<TimeMs | null>((newest, quote) => Math.max(newest ?? 0, asOf(quote)), known.asOfMs);
    const neverCloses = quotes.at(-1) === undefined ? known.neverCloses : quotes.at(-1)?.sessionClass === "always";
    const answer = { answerTimeMs, asOfMs, neverCloses };
    this.#answers.set(symbol, answer);
    this.#failures.delete(symbol);
    this.#save(symbol, answer);
  }

  /** It was asked for in vain; not again before `waitMs` have passed. */
  noteFailure(symbol: string, waitMs: number): void {
    const count = (this.#failures.get(symbol)?.count ?? 0) + 1;
    const retryAt = this.#clock.monotonic() + waitMs;
    this.#failures.set(symbol, { timeMs: this.#clock.now(), count, retryAt });
  }

  #save(symbol: string, { answerTimeMs, asOfMs, neverCloses }: Answer): void {
    if (this.#tables === null) return;
    const { db, keyHash } = this.#tables;
    const insert = db.prepare(
      "INSERT OR REPLACE INTO answers (key_hash, symbol, answer_time, as_of_time, never_closes) VALUES (?, ?, ?, ?, ?)",
    );
    writeLazily(this.#tables, () => void insert.run(keyHash, symbol, answerTimeMs, asOfMs, Number(neverCloses)));
  }
}

function loadAnswers({ db, keyHash }: LedgerTables): (Answer & { readonly symbol: string })[] {
  const rows = db
    .prepare(
      `SELECT symbol, answer_time AS answerTimeMs, as_of_time AS asOfMs, never_closes AS neverCloses
       FROM answers WHERE key_hash = ?`,
    )
    .all(keyHash) as (Omit<Answer, "neverCloses"> & { symbol: string; neverCloses: number })[];
  return rows.map((row) => ({ ...row, neverCloses: row.neverCloses === 1 }));
}
