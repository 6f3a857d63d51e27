// What became of an alert, judgement by judgement: the changes that were written down, and in between the prices that changed nothing,
// judged again by the judge itself on the state that was written down last.
import type { Alert, AlertState } from "../../domain/alert.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import { asOf } from "../../domain/quote.ts";
import type { Sight } from "../../domain/judging/sight.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { StoredQuote } from "../stored-quote.ts";
import type { ExplainedJudgement } from "./history.ts";
import { judgementDetail, reasonDetail } from "./judge-detail.ts";

/** A change of state as it was written down. */
export interface WrittenChange {
  /** The quote that it was judged on; null for an act of its owner. */
  readonly seq: number | null;
  readonly name: AlertState["name"];
  readonly reason: JudgeReason;
  /** When it was written. */
  readonly timeMs: TimeMs;
  /** The whole state after it; null for a change from before states were written down. */
  readonly after: AlertState | null;
}

/** A price that the alert heard. */
export interface HeardQuote {
  readonly stored: StoredQuote & { readonly seq: number };
  readonly sight: Sight;
}

/** Prices that are no longer kept, by their place in the order of judging: what was told on them tells what they were. */
export type GoneQuotes = ReadonlyMap<number, StoredQuote>;

/**
 * Puts changes (oldest first, all up to the moment in question) and heard prices (in the order of judging) together. Changes on prices before
 * the first heard one only tell the state, but for those on gone ones. Judgements come oldest first.
 */
export function playAlert(
  alert: Alert,
  changes: readonly WrittenChange[],
  heard: readonly HeardQuote[],
  gone: GoneQuotes = new Map(),
): readonly ExplainedJudgement[] {
  const play = new AlertPlay(alert, changes, gone);
  for (const quote of heard) play.hear(quote);
  return play.finish();
}

/** When an owner's act was, in event time. */
export function actTime({ timeMs, after }: WrittenChange): TimeMs {
  const armedMs = after?.armedAsOfMs ?? 0;
  return armedMs > 0 ? Math.min(armedMs, timeMs) : timeMs;
}

class AlertPlay {
  readonly #alert: Alert;
  readonly #changes: readonly WrittenChange[];
  /** Changes before this one may be of an alert that its owner has changed since. */
  readonly #currentFrom: number;
  /** For each change the place in the order of judging of the first judged one from it on. */
  readonly #seqsFrom: readonly number[];
  readonly #judgements: ExplainedJudgement[] = [];
  readonly #gone: GoneQuotes;
  #next = 0;

  constructor(alert: Alert, changes: readonly WrittenChange[], gone: GoneQuotes) {
    this.#alert = alert;
    this.#changes = changes;
    this.#gone = gone;
    this.#seqsFrom = seqsFrom(changes);
    this.#currentFrom = alert.revision === 1 ? 0 : changes.findLastIndex(({ seq }) => seq === null);
  }

  hear({ stored, sight }: HeardQuote): void {
    for (let change = this.#change(); change !== null && this.#isBefore(change, stored); change = this.#change()) {
      this.#pass(change);
    }
    const change = this.#change();
    if (change?.seq === stored.seq) this.#tellChange(change, stored, sight);
    else this.#tellUnchanged(stored, sight);
  }

  finish(): readonly ExplainedJudgement[] {
    for (let change = this.#change(); change !== null; change = this.#change()) this.#pass(change);
    return this.#judgements;
  }

  #change(): WrittenChange | null {
    return this.#changes[this.#next] ?? null;
  }

  get #state(): AlertState | null {
    return this.#changes[this.#next - 1]?.after ?? null;
  }

  get #isCurrent(): boolean {
    return this.#next > this.#currentFrom;
  }

  #isBefore(change: WrittenChange, { quote, seq }: HeardQuote["stored"]): boolean {
    if (change.seq !== null) return change.seq < seq;
    return (this.#seqsFrom[this.#next] ?? Infinity) <= seq || actTime(change) < asOf(quote);
  }

  /** A change that is not about a price to be judged again; an owner's act is told by itself, and so is one on a price that is gone. */
  #pass(change: WrittenChange): void {
    this.#next += 1;
    const { name: state, reason, seq } = change;
    if (seq !== null) {
      const quote = this.#gone.get(seq);
      if (quote === undefined) return;
      const timeMs = asOf(quote.quote);
      const ageMs = Math.max(0, change.timeMs - timeMs);
      this.#judgements.push({ quote, timeMs, ageMs, state, reason, detail: reasonDetail(reason) });
      return;
    }
    const told = { quote: null, timeMs: actTime(change), ageMs: null, state, reason, detail: reasonDetail(reason) };
    this.#judgements.push(told);
  }

  #tellChange(change: WrittenChange, stored: StoredQuote, sight: Sight): void {
    const before = this.#state;
    const isCurrent = this.#isCurrent;
    this.#next += 1;
    const { name: state, reason, after } = change;
    const trigger = before === null || !isCurrent ? null : (judgeAlert(this.#alert, before, sight).trigger ?? null);
    const detail =
      before === null || after === null || !isCurrent || reason === "JUDGING_FAILED"
        ? reasonDetail(reason)
        : judgementDetail({ alert: this.#alert, reason, before, after, sight, trigger });
    const timeMs = asOf(stored.quote);
    this.#judgements.push({ quote: stored, timeMs, ageMs: Math.max(0, change.timeMs - timeMs), state, reason, detail });
  }

  /** Where judging again does not leave the state as it is, the price came before the act that we took to be before it: it is left out. */
  #tellUnchanged(stored: StoredQuote, sight: Sight): void {
    const before = this.#state;
    if (before === null || !this.#isCurrent) return;
    const { state: after, reason } = judgeAlert(this.#alert, before, sight);
    if (after !== before) return;
    const timeMs = asOf(stored.quote);
    const ageMs = Math.max(0, stored.quote.fetchTimeMs - timeMs);
    const detail = judgementDetail({ alert: this.#alert, reason, before, after, sight, trigger: null });
    this.#judgements.push({ quote: stored, timeMs, ageMs, state: after.name, reason, detail });
  }
}

function seqsFrom(changes: readonly WrittenChange[]): readonly number[] {
  const seqs: number[] = [];
  let next = Infinity;
  for (let at = changes.length - 1; at >= 0; at -= 1) {
    next = changes[at]?.seq ?? next;
    seqs[at] = next;
  }
  return seqs;
}
