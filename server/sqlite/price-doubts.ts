import type Database from "better-sqlite3";
import type { HoldEnd } from "../../domain/judging/hold-notice.ts";
import { checkPrice, isNear, type PriceDoubt, type PriceVerdict } from "../../domain/judging/price-check.ts";
import { AppError } from "../../domain/error.ts";
import { asOf, isLive, type Quote } from "../../domain/quote.ts";
import { formatPrice } from "../../domain/price.ts";
import { isJudged, type Series } from "../../domain/judging/series.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { HeldSymbol, HoldVerdict } from "../hold-store.ts";
import type { UserTrigger } from "../trigger-record.ts";
import type { AlertJudging } from "./alert-judging.ts";
import { HEARS_PRICES, type AlertRow } from "./alert-rows.ts";
import type { DoubtedSymbols } from "./doubted-symbols.ts";
import type { EndedHolds, UntoldEnd } from "./ended-holds.ts";
import { NewestJudged } from "./newest-judged.ts";
import { NewestOfAny } from "./newest-of-any.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Stamp } from "./transactions.ts";

interface DoubtParts {
  readonly series: SeriesMemory;
  readonly doubts: DoubtedSymbols;
  readonly ended: EndedHolds;
  readonly alerts: AlertJudging;
}

/** Which quotes are believed, who is told of a HOLD and of its end, and how an operator ends it. Runs inside transactions. */
export class PriceDoubts {
  readonly #parts: DoubtParts;
  readonly #log: Log;
  readonly #owners: Database.Statement;
  readonly #alert: Database.Statement;
  readonly #newestOfSeries: Database.Statement;
  readonly #newestJudged: NewestJudged;
  readonly #newestOfAny: NewestOfAny;
  readonly #setSeq: Database.Statement;
  readonly #insertStretch: Database.Statement;

  constructor(db: Database.Database, parts: DoubtParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    // For each owner of alerts that watch the symbol one of them, which the notice is hung on.
    this.#owners = db.prepare(
      `SELECT alerts.* FROM (SELECT min(row) AS row FROM alerts INDEXED BY alerts_by_symbol
         WHERE symbol = ? AND ${HEARS_PRICES} AND ifnull(expire_time > ?, 1) AND user_id > ?
         GROUP BY user_id ORDER BY user_id LIMIT ?) JOIN alerts USING (row) ORDER BY user_id`,
    );
    this.#alert = db.prepare("SELECT * FROM alerts WHERE row = ?");
    this.#newestJudged = new NewestJudged(db);
    this.#newestOfSeries = db.prepare(
      "SELECT * FROM quotes WHERE symbol = ? AND source = ? AND period_ms = ? ORDER BY quote_time DESC LIMIT 1",
    );
    this.#newestOfAny = new NewestOfAny(db);
    const key = "symbol = ? AND source = ? AND period_ms = ? AND quote_time = ?";
    this.#setSeq = db.prepare(`UPDATE quotes SET seq = ? WHERE ${key}`);
    this.#insertStretch = db.prepare("INSERT INTO price_stretches VALUES (?, ?, ?)");
  }

  /** What is made of the price of a quote; null: it is not due to be judged. */
  check(quote: Quote): PriceVerdict | null {
    const series = this.#parts.series.of(quote.symbol);
    return this.#isDue(quote, series) ? checkPrice(quote, series.any, this.#parts.doubts.of(quote.symbol)) : null;
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
    const { close, source } = quote;
    if (doubt === null && before?.kind === "HELD") this.#endHold(before, "PRICE_BACK", asOf(quote), close);
    else doubts.set(symbol, doubt);
    const { ratio, acceptedClose } = doubt ?? before ?? { ratio: "", acceptedClose: 0 };
    const fields = { symbol, verdict: name, close, source, accepted_close: acceptedClose, ratio };
    if (name === "HELD")
      this.#log.warn(fields, "a price looks like a split or an error: nothing of the symbol is judged");
    else this.#log.info(fields, "a doubted price");
    return name === "QUARANTINED" && before === null; // once for each doubt, however the prices go on
  }

  /** Tells the next owners, at most `limit`, of a HOLD; of those that are over first, so that each hears of one after the other. */
  tellOwners(limit: number, stamp: Stamp): readonly UserTrigger[] {
    const end = this.#parts.ended.untold();
    return end === null ? this.#tellHeld(limit, stamp) : this.#tellEnd(end, limit, stamp);
  }

  /** Whether owners are still to be told. */
  get isTelling(): boolean {
    const { doubts, ended } = this.#parts;
    return doubts.untold() !== null || ended.untold() !== null;
  }

  /** Every doubt as it stands, by symbol. */
  all(): ReadonlyMap<string, PriceDoubt> {
    return this.#parts.doubts.all();
  }

  /** The symbols on HOLD, by symbol. */
  held(): readonly HeldSymbol[] {
    return this.#parts.doubts.held().map((doubt) => this.#heldSymbol(doubt));
  }

  /** Ends a HOLD. Throws FAILED_PRECONDITION STATE_CONFLICT if the symbol is on none, or if its newest price is not near the seen one. */
  release(symbol: string, verdict: HoldVerdict, eventNowMs: TimeMs, seenClose: number | null): void {
    const { series, doubts } = this.#parts;
    const doubt = doubts.of(symbol);
    if (doubt?.kind !== "HELD") {
      throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `${symbol} is not on HOLD`, {
        hint: "`./bell symbols held` shows the symbols that are.",
      });
    }
    const quote = this.#newestDoubted(symbol);
    if (seenClose !== null) assertSeen(symbol, seenClose, quote);
    const isTaken = verdict === "accept" && quote !== null;
    if (isTaken) {
      const { source, periodMs, quoteTimeMs } = quote;
      const seq = series.takeSeq();
      const stretchAsOfMs = series.beginStretch(quote, seq, eventNowMs);
      series.save();
      this.#setSeq.run(seq, symbol, source, periodMs, quoteTimeMs);
      this.#insertStretch.run(seq, symbol, stretchAsOfMs);
    }
    if (isTaken) this.#endHold(doubt, "ACCEPTED", eventNowMs, quote.close);
    else this.#endHold(doubt, "REJECTED", eventNowMs, doubt.acceptedClose);
  }

  #endHold(doubt: PriceDoubt, how: HoldEnd, endTimeMs: TimeMs, endClose: number): void {
    const { doubts, ended } = this.#parts;
    ended.add({ doubt, how, endTimeMs, endClose }, doubts.isTold(doubt.symbol));
    doubts.set(doubt.symbol, null);
  }

  /** Nobody who was told of a HOLD of the symbol less than an hour ago. */
  #tellHeld(limit: number, stamp: Stamp): readonly UserTrigger[] {
    const { doubts, alerts } = this.#parts;
    const untold = doubts.untold();
    if (untold === null) return [];
    const { doubt } = untold;
    const quote = this.#newestDoubted(doubt.symbol);
    if (quote === null) {
      doubts.markTold(untold, null, null);
      return [];
    }
    const rows = this.#owners.all(doubt.symbol, asOf(quote), untold.toldUser, limit) as AlertRow[];
    const told = rows.map((row) => alerts.tellHeld(row, doubt, quote, stamp));
    const toldUser = rows.length < limit ? null : (rows.at(-1)?.user_id ?? null);
    doubts.markTold(untold, toldUser, told[0]?.trigger.id ?? null);
    return told;
  }

  /** Who has no alert on the symbol any more is told nothing. */
  #tellEnd(end: UntoldEnd, limit: number, stamp: Stamp): readonly UserTrigger[] {
    const { ended, alerts } = this.#parts;
    const owners = ended.ownersOf(end, limit);
    const row = this.#newestJudged.get(end.doubt.symbol);
    if (row === undefined) throw new Error(`${end.doubt.symbol} was on HOLD without a judged price`);
    const told = owners
      .map(({ alertRow }) => this.#alert.get(alertRow) as AlertRow)
      .filter(({ state }) => state !== "DELETED")
      .map((alert) => alerts.tellHoldEnded(alert, end, quoteFromRow(row), stamp));
    ended.markTold(end, owners.length < limit ? null : (owners.at(-1)?.triggerRow ?? null));
    return told;
  }

  #heldSymbol(doubt: PriceDoubt): HeldSymbol {
    const { symbol, ratio, sinceAsOfMs, acceptedClose } = doubt;
    return { symbol, ratio, sinceAsOfMs, acceptedClose, newest: this.#newestDoubted(symbol) };
  }

  /** The newest quote that would be judged if its price were believed: of one that would take over, else of the judged series. */
  #newestDoubted(symbol: string): Quote | null {
    const series = this.#parts.series.of(symbol);
    const row = this.#newestOfAny.get(symbol, isLive);
    const newest = [row === undefined ? null : quoteFromRow(row), this.#newestOf(series)];
    return newest.find((quote) => quote !== null && this.#isDue(quote, series)) ?? null;
  }

  #isDue(quote: Quote, series: Series): boolean {
    const spokenMs = (): TimeMs => {
      const newest = this.#newestOf(series);
      return newest === null ? 0 : asOf(newest);
    };
    return isLive(quote) && isJudged(quote, series, spokenMs);
  }

  /** The newest stored quote of the judged series, judged or not. */
  #newestOf({ any: last }: Series): Quote | null {
    if (last === null) return null;
    const row = this.#newestOfSeries.get(last.symbol, last.source, last.periodMs) as QuoteRow | undefined;
    return row === undefined ? null : quoteFromRow(row);
  }
}

/** What the operator decides on is what he saw: he would have believed the newest price after that one. */
function assertSeen(symbol: string, seenClose: number, newest: Quote | null): void {
  if (newest !== null && isNear(newest.close, seenClose)) return;
  const now = newest === null ? "there is none any more" : `it is ${formatPrice(newest.close)} now`;
  const message = `the doubted price of ${symbol} is not near ${formatPrice(seenClose)}, which you saw: ${now}`;
  throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", message, {
    hint: "`./bell symbols held` shows both prices as they are now.",
  });
}
