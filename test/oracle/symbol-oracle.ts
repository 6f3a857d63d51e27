// A symbol as docs/conditions.md tells it, for the oracle: which of its quotes are judged, and what each session hears of them.
import type { AlertNotice, AlertSession, AlertStateName } from "../../domain/alert.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import type { Quote, SessionClass } from "../../domain/quote.ts";
import type { AlertOracle } from "./alert-oracle.ts";
import { momentOf, type Heard } from "./heard.ts";
import { PriceOracle } from "./price-oracle.ts";
import type { OracleTrigger, Standing } from "./standing.ts";

const HEARD: Readonly<Record<AlertSession, readonly SessionClass[]>> = {
  regular: ["regular", "always"],
  extended: ["regular", "always", "pre", "post"],
  any: ["regular", "always", "pre", "post", "closed"],
};
const SESSIONS = ["regular", "extended", "any"] as const;

/** What became of one alert at one judged quote. */
export interface Outcome {
  /** The quote's place in the order of judging. */
  readonly seq: number;
  readonly alertId: string;
  readonly before: AlertStateName;
  readonly reason: JudgeReason;
  readonly trigger: OracleTrigger | null;
  readonly notice: AlertNotice | null;
  readonly after: Standing;
}

export class SymbolOracle {
  readonly alerts: AlertOracle[] = [];
  readonly prices = new PriceOracle();
  /** Every version that was ever brought, judged or not. */
  readonly #known: Quote[] = [];
  readonly #heard: Record<AlertSession, Heard[]> = { regular: [], extended: [], any: [] };
  #seq = 0;

  heardBy(session: AlertSession): readonly Heard[] {
    return this.#heard[session];
  }

  /** Takes what is brought in one commit; says what each alert came to at each judged quote that it hears. */
  commit(quotes: readonly Quote[]): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const quote of [...quotes].sort(inOrder)) {
      const isToldAgain = this.#isToldAgain(quote);
      if (isToldAgain ? !this.prices.isQuarantined : this.#isKnown(quote)) continue;
      if (!isToldAgain) this.#known.push(quote);
      const price = this.#isDue(quote) ? this.prices.look(quote) : null;
      if (price !== null) outcomes.push(...this.#judge(price));
    }
    return outcomes;
  }

  /** An operator says that the newest price is right, and HOLD is over. */
  accept(nowMs: number): void {
    const due = this.#known.filter((quote) => this.#isDue(quote));
    const newest = due.reduce((best, quote) => (isNewer(quote, best) ? quote : best));
    this.prices.accept(newest);
    this.#seq += 1; // it has its place among what was judged
    const earlierWords = this.#heard.any.map(({ acceptedAtMs }) => acceptedAtMs ?? 0);
    const wordMs = Math.max(nowMs, momentOf(newest), ...earlierWords) + 1; // after all that was armed by then
    for (const session of SESSIONS) this.#hear(session, newest, wordMs);
  }

  #judge(quote: Quote): Outcome[] {
    this.#seq += 1;
    return SESSIONS.filter((session) => HEARD[session].includes(quote.sessionClass)).flatMap((session) => {
      this.#hear(session, quote, null);
      const heard = this.#heard[session];
      return this.alerts.filter(({ alert }) => alert.session === session).map((one) => this.#ask(one, heard));
    });
  }

  #ask(one: AlertOracle, heard: readonly Heard[]): Outcome {
    const before = one.name;
    const verdict = one.judge(heard);
    return { seq: this.#seq, alertId: one.alert.id, before, ...verdict, after: one.standing(heard) };
  }

  #hear(session: AlertSession, quote: Quote, acceptedAtMs: number | null): void {
    const heard = this.#heard[session];
    const last = heard.at(-1)?.quote;
    const beginsAnew = last === undefined || (last.source === "simulator") !== (quote.source === "simulator");
    heard.push({ quote, seq: this.#seq, beginsAnew, acceptedAtMs });
  }

  /** The same bar or tick with the same values, whenever it was fetched. */
  #isToldAgain(quote: Quote): boolean {
    const newest = this.#known.filter((other) => isSameKey(other, quote)).at(-1);
    return newest !== undefined && isSame(newest, quote);
  }

  /** A version fetched earlier than one that is here says nothing new. */
  #isKnown(quote: Quote): boolean {
    const versions = this.#known.filter((other) => isSameKey(other, quote));
    const newest = versions.at(-1);
    return newest !== undefined && inOrder(newest, quote) >= 0;
  }

  #isDue(quote: Quote): boolean {
    const last = this.#heard.any.at(-1)?.quote;
    if (last === undefined) return true;
    if (isOfSeries(quote, last)) return isNewer(quote, last);
    const spoken = this.#known.filter((other) => isOfSeries(other, last)).map(momentOf); // judged or not
    return momentOf(quote) - Math.max(...spoken) > 15 * 60_000;
  }
}

const isOfSeries = (a: Quote, b: Quote): boolean => a.source === b.source && a.periodMs === b.periodMs;

const isSameKey = (a: Quote, b: Quote): boolean => isOfSeries(a, b) && a.quoteTimeMs === b.quoteTimeMs;

const isSame = (a: Quote, b: Quote): boolean =>
  (["open", "high", "low", "close", "volume", "sessionClass"] as const).every((field) => a[field] === b[field]);

const isNewer = (quote: Quote, than: Quote): boolean =>
  (momentOf(quote) - momentOf(than) || quote.quoteTimeMs - than.quoteTimeMs || quote.fetchTimeMs - than.fetchTimeMs) >
  0;

/** In which order quotes of a symbol that come together are judged. */
function inOrder(a: Quote, b: Quote): number {
  const byTime = momentOf(a) - momentOf(b) || a.fetchTimeMs - b.fetchTimeMs;
  const byKey = a.source.localeCompare(b.source) || a.periodMs - b.periodMs || a.quoteTimeMs - b.quoteTimeMs;
  return (
    byTime || byKey || a.close - b.close || a.open - b.open || a.high - b.high || a.low - b.low || a.volume - b.volume
  );
}
