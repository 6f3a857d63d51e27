import type Database from "better-sqlite3";
import { isDeepStrictEqual } from "node:util";
import { CLOSE_WITHIN_MS, sessionBefore } from "../../domain/calendar/session-before.ts";
import { holdsAt } from "../../domain/judging/firing.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import { thinPoints } from "../../domain/thin-points.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { MailedTrigger, PricePoint, SymbolFacts, SymbolPart } from "../mail-content.ts";
import { conditionFromRow, type AlertRow } from "./alert-rows.ts";
import { NewestJudged } from "./newest-judged.ts";
import { quoteFromRow } from "./quote-rows.ts";
import { triggerFromRow, type TriggerRow } from "./trigger-rows.ts";

/** The picture shows at most so many prices, which are chosen from at most so many. */
const MAX_POINTS = 120;
const LAST_PRICES = 1_000;
/** How many symbols' facts are remembered: many users' mails of one price tell the same. */
const SYMBOLS_KEPT = 100;

/** What a mail tells of a symbol beside what fired: how the symbol stands now. Reads only. */
export class MailFacts {
  readonly #newest: NewestJudged;
  readonly #lines: Database.Statement;
  readonly #prices: Database.Statement;
  readonly #close: Database.Statement;
  readonly #dailyClose: Database.Statement;
  readonly #known = new Map<string, SymbolFacts>();

  constructor(db: Database.Database) {
    this.#newest = new NewestJudged(db);
    this.#lines = db.prepare(
      `SELECT triggers.*, alerts.id AS alert_id, alerts.kind AS condition_kind, alerts.level AS condition_level, direction, upper_level, for_ms,
         update_time
       FROM triggers JOIN alerts ON alerts.row = triggers.alert WHERE notification_id = ? AND in_mail = 1 ORDER BY triggers.row`,
    );
    const ofSeries =
      "FROM quotes WHERE symbol = @symbol AND source = @source AND period_ms = @periodMs AND seq IS NOT NULL";
    this.#prices = db.prepare(
      `SELECT as_of_time AS timeMs, close AS price ${ofSeries} AND quote_time <= @quoteTimeMs ORDER BY quote_time DESC LIMIT ${LAST_PRICES}`,
    );
    this.#close = db
      .prepare(
        `SELECT close ${ofSeries} AND quote_time <= @endMs AND as_of_time > @endMs - ${CLOSE_WITHIN_MS} AND as_of_time <= @endMs
           AND session_class IN ('regular', 'always') ORDER BY quote_time DESC LIMIT 1`,
      )
      .pluck();
    this.#dailyClose = db
      .prepare(
        `SELECT close FROM quotes WHERE symbol = @symbol AND source = @source AND period_ms = ${DAY_MS} AND quote_time > @endMs - ${DAY_MS}
           AND quote_time < @endMs AND as_of_time >= @endMs`,
      )
      .pluck();
  }

  /** The lines of a sealed notification, and its symbol as it stands. */
  partOf(symbol: string, notificationId: string): SymbolPart {
    const facts = this.#factsOf(symbol);
    const rows = this.#lines.all(notificationId) as LineRow[];
    return { symbol, triggers: rows.map((row) => mailedTrigger(row, facts.latestQuote)), ...facts };
  }

  #factsOf(symbol: string): SymbolFacts {
    const row = this.#newest.get(symbol);
    if (row === undefined) return { latestQuote: null, previousClose: null, points: [] };
    const latestQuote = quoteFromRow(row);
    const known = this.#known.get(symbol);
    if (known !== undefined && isDeepStrictEqual(known.latestQuote, latestQuote)) return known;
    const previousClose = this.#closeBefore(latestQuote);
    const facts = { latestQuote, previousClose, points: thinned(this.#prices.all(latestQuote) as PricePoint[]) };
    if (this.#known.size >= SYMBOLS_KEPT) this.#known.clear();
    this.#known.set(symbol, facts);
    return facts;
  }

  /** As the judged series has it, else the source's bar of that day. */
  #closeBefore(quote: Quote): number | null {
    const session = sessionBefore(quote.symbol, quote.sessionClass, asOf(quote));
    if (session === null) return null;
    const { symbol, source, periodMs } = quote;
    const key = { symbol, source, periodMs, endMs: session.endMs };
    return (this.#close.get(key) ?? this.#dailyClose.get(key) ?? null) as number | null;
  }
}

/** A row of `triggers` with the condition of its alert, two of whose names the trigger has too. */
type LineRow = TriggerRow &
  Pick<AlertRow, "direction" | "upper_level" | "for_ms" | "update_time"> & {
    readonly condition_kind: AlertRow["kind"];
    readonly condition_level: number;
  };

/** The newest first in, the oldest first out; of many, the highest and the lowest of each stretch stay. */
function thinned(newestFirst: readonly PricePoint[]): readonly PricePoint[] {
  const points = newestFirst.toReversed();
  const kept = new Set(
    thinPoints(
      points.map(({ price }) => price),
      MAX_POINTS,
      points.length - 1,
    ),
  );
  return points.filter((_point, at) => kept.has(at));
}

function mailedTrigger(row: LineRow, latest: Quote | null): MailedTrigger {
  const trigger = triggerFromRow(row);
  const condition = conditionFromRow({ ...row, kind: row.condition_kind, level: row.condition_level });
  const isOfThis = trigger.kind === "FIRED" && row.update_time <= trigger.judgeTimeMs; // or its owner has changed what it waits for
  const isState = condition.kind !== "crosses"; // to cross is an event, and nothing that goes on
  const hasReverted = isOfThis && isState && latest !== null && !holdsAt(condition, latest.close);
  return { ...trigger, hasReverted };
}
