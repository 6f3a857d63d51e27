import type Database from "better-sqlite3";
import { AppError } from "../../domain/error.ts";
import type { Alert, AlertState } from "../../domain/alert.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { asOf } from "../../domain/quote.ts";
import { isOver } from "../../domain/judging/state-change.ts";
import { hasMoreToTell } from "../../domain/judging/telling.ts";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { actTime, playAlert, type GoneQuotes, type HeardQuote, type WrittenChange } from "../history/explain-play.ts";
import { changesUnder, withDoubts } from "../history/explained-doubts.ts";
import type { ExplainQuery, SymbolExplanation } from "../history/history.ts";
import { nextChangesOf } from "../history/next-changes.ts";
import { PlayedSeries } from "../history/played-series.ts";
import type { StoredQuote } from "../stored-quote.ts";
import { alertFromRow, stateFromChange, stateFromRow, type AlertRow } from "./alert-rows.ts";
import { AlertTable } from "./alert-table.ts";
import { GoneQuotesReading } from "./gone-quotes.ts";
import { HistoryDoubts } from "./history-doubts.ts";
import type { HistoryQuotes } from "./history-quotes.ts";

/**
 * So many changes of an alert are read, the newest ones up to the moment in question: one may have changed with every price for years. Of the
 * at most 100 judgements that are told each comes from one of them; the others leave room for what was heard in another session before.
 */
const MOST_CHANGES = 1_000;

interface ChangeRow {
  readonly version: number;
  readonly seq: number | null;
  readonly state: AlertState["name"];
  readonly reason: JudgeReason;
  readonly time: TimeMs;
  readonly after: string;
}

/** Tells why alerts stand where they stand. Reads only; one call is one read transaction. */
export class HistoryExplain {
  readonly #quotes: HistoryQuotes;
  readonly #doubts: HistoryDoubts;
  readonly #table: AlertTable;
  readonly #gone: GoneQuotesReading;
  readonly #changes: Database.Statement;
  readonly #firstChange: Database.Statement;
  readonly #asOf: Database.Statement;
  readonly #firstLaterSeq: Database.Statement;
  readonly #seen: Database.Statement;
  readonly #inOneRead: (work: () => SymbolExplanation[]) => SymbolExplanation[];

  constructor(db: Database.Database, quotes: HistoryQuotes) {
    this.#quotes = quotes;
    this.#doubts = new HistoryDoubts(db, quotes);
    this.#table = new AlertTable(db);
    this.#gone = new GoneQuotesReading(db);
    // Those on later prices are passed over where they are read; the key gives the order.
    this.#changes = db.prepare(
      `SELECT * FROM alert_changes WHERE alert = ? AND (seq IS NULL OR seq < ?) ORDER BY version DESC`,
    );
    this.#firstChange = db.prepare("SELECT * FROM alert_changes WHERE alert = ? ORDER BY version LIMIT 1");
    this.#asOf = db.prepare("SELECT as_of_time FROM judged_quotes WHERE symbol = ? AND seq = ?").pluck();
    // Of what is no longer kept all had happened; so it is counted from the other side.
    this.#firstLaterSeq = db.prepare("SELECT min(seq) FROM judged_quotes WHERE symbol = ? AND as_of_time > ?").pluck();
    this.#seen = db.prepare("SELECT seen FROM series WHERE symbol = ? AND session = ?").pluck();
    this.#inOneRead = db.transaction((work: () => SymbolExplanation[]) => work());
  }

  explain({ userId, id, atMs, limit }: ExplainQuery): readonly SymbolExplanation[] {
    return this.#inOneRead(() => this.#table.owned(userId, id).map((row) => this.#explainOne(row, atMs, limit)));
  }

  #explainOne(row: AlertRow, atMs: TimeMs | null, limit: number): SymbolExplanation {
    const alert = alertFromRow(row);
    const { symbol, session } = alert;
    const changes = this.#changesOf(row, atMs);
    if (atMs !== null) this.#assertKept(symbol, atMs);
    const gone = this.#gone.of(row.row, limit);
    const endMs = this.#endOf(alert, changes, atMs, gone);
    const heard = this.#heard(row, this.#quotes.lastHeard(symbol, session, endMs, limit), changes);
    const judgements = playAlert(alert, changes, heard, gone).slice(-limit);
    const startMs = judgements[0]?.timeMs ?? endMs;
    const { past, open: doubt } = this.#doubts.at(symbol, startMs, atMs);
    const state = atMs === null ? stateFromRow(row) : (changes.at(-1)?.after ?? null);
    const last = heard.at(-1)?.sight;
    const lastHeard = last === undefined ? null : { close: last.quote.close, seenMs: last.seenMs };
    return {
      symbol,
      state: (atMs === null ? row.state : changes.at(-1)?.name) ?? row.state,
      judgements: withDoubts(judgements, past, { session, startMs, endMs }).slice(-limit).reverse(),
      nextChanges: state === null ? [] : changesUnder(doubt, nextChangesOf(alert, state, lastHeard)),
      lastClose: lastHeard?.close ?? null,
      doubt,
    };
  }

  /**
   * The last changes that had happened at a moment (null: now), in the order in which they did. An act of the owner that is followed by a
   * change on a price of that time had happened too. Throws INVALID_ARGUMENT if there were none.
   */
  #changesOf({ row, symbol }: AlertRow, atMs: TimeMs | null): readonly WrittenChange[] {
    const laterSeq = atMs === null ? null : (this.#firstLaterSeq.get(symbol, atMs) as number | null);
    const changes: WrittenChange[] = [];
    for (const read of this.#changes.iterate(row, laterSeq ?? Infinity) as IterableIterator<ChangeRow>) {
      const change = changeFromRow(read);
      const isLater = change.seq === null && atMs !== null && actTime(change) > atMs;
      if (changes.length > 0 || !isLater) changes.push(change);
      if (changes.length === MOST_CHANGES) break;
    }
    if (changes.length === 0 && atMs !== null) throw this.#beforeCreation(row, atMs);
    return changes.reverse();
  }

  #beforeCreation(row: number, atMs: TimeMs): AppError {
    const first = this.#firstChange.get(row) as ChangeRow | undefined;
    const made = first === undefined ? "" : `: it was made at ${formatMoment(toSecond(actTime(changeFromRow(first))))}`;
    const message = `there was no such alert at ${formatMoment(atMs)}${made}`;
    return AppError.invalidField(
      "at_time",
      "FIELD_INVALID",
      message,
      "Ask for a later moment, or leave it out for now.",
    );
  }

  /** Throws INVALID_ARGUMENT for a moment of which the judged prices are gone: how the alert stood then cannot be told. */
  #assertKept(symbol: string, atMs: TimeMs): void {
    const goneMs = this.#quotes.goneUntil(symbol);
    if (goneMs === null || atMs > goneMs) return;
    const message = `the prices of ${symbol} up to ${formatMoment(toSecond(goneMs))} are no longer kept`;
    const hint = "Ask for a later moment. BELL_KEEP_TICKS and BELL_KEEP_MINUTES say how long a server keeps prices.";
    throw AppError.invalidField("at_time", "FIELD_INVALID", message, hint);
  }

  /** Up to before when prices matter: what is over, or paused, hears none any more. */
  #endOf(alert: Alert, changes: readonly WrittenChange[], atMs: TimeMs | null, gone: GoneQuotes): TimeMs {
    const last = changes.at(-1);
    const after = last?.after ?? null;
    const endMs = atMs === null ? Infinity : atMs + 1;
    const isDone = after !== null && (isOver(after) || after.name === "PAUSED") && !hasMoreToTell(alert, after);
    return !isDone || last === undefined ? endMs : Math.min(endMs, this.#timeOf(last, alert.symbol, gone) + 1);
  }

  #timeOf(change: WrittenChange, symbol: string, gone: GoneQuotes): TimeMs {
    if (change.seq === null) return actTime(change);
    const told = gone.get(change.seq);
    if (told !== undefined) return asOf(told.quote);
    return (this.#asOf.get(symbol, change.seq) as TimeMs | undefined) ?? change.timeMs;
  }

  /** How the session saw these quotes. Its time seen is known as it is now; so the series is played on to there, if that matters. */
  #heard(row: AlertRow, quotes: readonly StoredQuote[], changes: readonly WrittenChange[]): readonly HeardQuote[] {
    const [first] = quotes;
    const last = quotes.at(-1);
    if (first === undefined || last === undefined) return [];
    const { symbol, session } = row;
    const wanted = new Set(quotes.map(({ seq }) => seq));
    const series = new PlayedSeries(session, "judged");
    const isReminded = row.remind_every_ms > 0;
    const countsSeen = changes.some(
      ({ after }) => after !== null && (after.sinceSeenMs !== null || (isReminded && after.remindSinceSeenMs !== null)),
    );
    const heard: HeardQuote[] = [];
    const firstMs = asOf(first.quote);
    const leadInMs = this.#quotes.leadIn(symbol, session, firstMs, "judged");
    const endMs = countsSeen ? Infinity : asOf(last.quote) + 1;
    for (const played of this.#quotes.played(symbol, leadInMs, endMs, "judged")) {
      const { quote, seq } = played;
      const sight = series.play(played);
      if (sight !== null && seq !== null && wanted.has(seq)) heard.push({ stored: { quote, seq }, sight });
    }
    if (!countsSeen) return heard;
    const nowMs = (this.#seen.get(symbol, session) as number | undefined) ?? 0;
    const offsetMs = nowMs - (series.previous?.seenMs ?? 0);
    return heard.map(({ stored, sight }) => ({ stored, sight: { ...sight, seenMs: sight.seenMs + offsetMs } }));
  }
}

function changeFromRow({ version, seq, state, reason, time, after }: ChangeRow): WrittenChange {
  return { seq, name: state, reason, timeMs: time, after: stateFromChange({ state, version, after }) };
}

/** The first whole second at which it had happened. */
function toSecond(timeMs: TimeMs): TimeMs {
  return Math.ceil(timeMs / SECOND_MS) * SECOND_MS;
}
