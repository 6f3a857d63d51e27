import type Database from "better-sqlite3";
import { checkPrice, type PriceDoubt, type PriceVerdict } from "../../domain/judging/price-check.ts";
import { AppError } from "../../domain/error.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import { isJudged } from "../../domain/judging/series.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { HeldSymbol, HoldVerdict } from "../hold-store.ts";
import type { UserTrigger } from "../store.ts";
import type { AlertJudging } from "./alert-judging.ts";
import type { AlertRow } from "./alert-rows.ts";
import type { DoubtedSymbols } from "./doubted-symbols.ts";
import { NewestOfAny } from "./newest-of-any.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Stamp } from "./transactions.ts";

interface DoubtParts {
  readonly series: SeriesMemory;
  readonly doubts: DoubtedSymbols;
  readonly alerts: AlertJudging;
}

/** Which quotes are believed, who is told of a HOLD, and how an operator ends it. Runs inside transactions. */
export class PriceDoubts {
  readonly #parts: DoubtParts;
  readonly #log: Log;
  readonly #owners: Database.Statement;
  readonly #newestOfSeries: Database.Statement;
  readonly #newestOfAny: NewestOfAny;
  readonly #setSeq: Database.Statement;
  readonly #insertStretch: Database.Statement;

  constructor(db: Database.Database, parts: DoubtParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    // For each owner of alerts that watch the symbol one of them, which the notice is hung on.
    this.#owners = db.prepare(
      `SELECT alerts.* FROM (SELECT min(row) AS row FROM alerts INDEXED BY alerts_by_symbol
         WHERE symbol = ? AND state IN ('ARMED', 'PENDING', 'DISARMED') AND user_id > ?
         GROUP BY user_id ORDER BY user_id LIMIT ?) JOIN alerts USING (row) ORDER BY user_id`,
    );
    this.#newestOfSeries = db.prepare(
      "SELECT * FROM quotes WHERE symbol = ? AND source = ? AND period_ms = ? ORDER BY quote_time DESC LIMIT 1",
    );
    this.#newestOfAny = new NewestOfAny(db);
    const key = "symbol = ? AND source = ? AND period_ms = ? AND quote_time = ?";
    this.#setSeq = db.prepare(`UPDATE quotes SET seq = ? WHERE ${key}`);
    this.#insertStretch = db.prepare("INSERT INTO price_stretches VALUES (?, ?, ?)");
  }

  /** What is made of the price of a quote that is due to be judged. */
  check(quote: Quote): PriceVerdict {
    const { series, doubts } = this.#parts;
    return checkPrice(quote, series.of(quote.symbol).any, doubts.of(quote.symbol));
  }

  /** Keeps what follows from a verdict; whether the source is to be asked again. */
  note(quote: Quote, { name, doubt }: PriceVerdict): boolean {
    const { doubts } = this.#parts;
    const { symbol } = quote;
    const before = doubts.of(symbol);
    if (doubt === before) {
      if (doubt !== null) doubts.hear(symbol, asOf(quote));
      return false;
    }
    doubts.set(symbol, doubt);
    const { close, source } = quote;
    const { ratio, acceptedClose } = doubt ?? before ?? { ratio: "", acceptedClose: 0 };
    const fields = { symbol, verdict: name, close, source, accepted_close: acceptedClose, ratio };
    if (name === "HELD")
      this.#log.warn(fields, "a price looks like a split or an error: nothing of the symbol is judged");
    else this.#log.info(fields, "a doubted price");
    return name === "QUARANTINED" && before === null; // once for each doubt, however the prices go on
  }

  /** Tells the next owners, at most `limit`, of a HOLD, unless they were told of one of its symbol less than an hour ago. */
  tellOwners(limit: number, stamp: Stamp): readonly UserTrigger[] {
    const { doubts, alerts } = this.#parts;
    const untold = doubts.untold();
    if (untold === null) return [];
    const quote = this.#newestDoubted(untold.doubt.symbol);
    if (quote === null) {
      doubts.markTold(untold, null);
      return [];
    }
    const rows = this.#owners.all(untold.doubt.symbol, untold.toldUser, limit) as AlertRow[];
    const told = rows.map((row) => alerts.tellHeld(row, quote, stamp));
    doubts.markTold(untold, rows.length < limit ? null : (rows.at(-1)?.user_id ?? null));
    return told;
  }

  /** Whether owners are still to be told. */
  get isTelling(): boolean {
    return this.#parts.doubts.untold() !== null;
  }

  /** The symbols on HOLD, by symbol. */
  held(): readonly HeldSymbol[] {
    return this.#parts.doubts.held().map((doubt) => this.#heldSymbol(doubt));
  }

  /** Ends a HOLD. Throws FAILED_PRECONDITION STATE_CONFLICT if the symbol is on none. */
  release(symbol: string, verdict: HoldVerdict, eventNowMs: TimeMs): void {
    const { series, doubts } = this.#parts;
    const doubt = doubts.of(symbol);
    if (doubt?.kind !== "HELD") {
      throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `${symbol} is not on HOLD`, {
        hint: "`./bell symbols held` shows the symbols that are.",
      });
    }
    const quote = this.#newestDoubted(symbol);
    if (verdict === "accept" && quote !== null) {
      const { source, periodMs, quoteTimeMs } = quote;
      const seq = series.takeSeq();
      const stretchAsOfMs = series.beginStretch(quote, seq, eventNowMs);
      series.save();
      this.#setSeq.run(seq, symbol, source, periodMs, quoteTimeMs);
      this.#insertStretch.run(seq, symbol, stretchAsOfMs);
    }
    doubts.set(symbol, null);
  }

  #heldSymbol(doubt: PriceDoubt): HeldSymbol {
    const { symbol, ratio, sinceAsOfMs, acceptedClose } = doubt;
    return { symbol, ratio, sinceAsOfMs, acceptedClose, newest: this.#newestDoubted(symbol) };
  }

  /** The newest quote that would be judged if its price were believed: of the judged series, else of one that would take over. */
  #newestDoubted(symbol: string): Quote | null {
    const series = this.#parts.series.of(symbol);
    const { any: last } = series;
    if (last === null) return null;
    const ofSeries = this.#newestOfSeries.get(symbol, last.source, last.periodMs) as QuoteRow | undefined;
    for (const row of [ofSeries, this.#newestOfAny.get(symbol)]) {
      if (row === undefined) continue;
      const quote = quoteFromRow(row);
      if (isJudged(quote, series)) return quote;
    }
    return null;
  }
}
