// A random history judged live, judged again with restarts and short commits, played back, and explained: the same triggers at the same seq.
import { join } from "node:path";
import type { Alert } from "../domain/alert.ts";
import { asOf, type Quote } from "../domain/quote.ts";
import type { ExplainedJudgement, SymbolPreview } from "../server/history/history.ts";
import { openSqliteStore } from "../server/sqlite/sqlite-store.ts";
import { StoreWorld, type OpenStore } from "../server/testing/store-world.ts";
import { EXAMPLE_START_MS } from "./examples.ts";
import { pick, randomAlert, randomFrom, randomQuotes, type Random } from "./random-history.ts";

const ALERTS = 6;
const QUOTES_BEFORE = 6;
const QUOTES = 40;

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

/** What a history showed. */
export interface Replayed {
  /** In sentences that let it be played again; empty if all was the same. */
  readonly faults: readonly string[];
  /** How many alerts fired, and how often all of them together. */
  readonly fired: number;
  readonly fires: number;
  /** How often anything was told after a fire. */
  readonly tells: number;
}

/** A history: prices before the alerts are made, and batches of later ones. */
interface History {
  readonly alerts: readonly Alert[];
  readonly before: readonly Quote[];
  readonly batches: readonly (readonly Quote[])[];
  readonly startMs: number;
}

/** Plays the history of a seed in every way. */
export async function replayHistory(seed: number): Promise<Replayed> {
  const history = historyOf(randomFrom(seed));
  const faults: string[] = [];
  const live = new Replay(history, null);
  const anew = new Replay(history, randomFrom(seed));
  try {
    await live.run();
    await anew.run();
    for (const { id } of history.alerts) {
      const [lived, again] = [live.firesOf(id), anew.firesOf(id)];
      if (lived !== again) faults.push(`seed ${seed}: ${id} fired ${lived}, with restarts ${again}`);
      const played = await live.playBack(id);
      if (lived !== played) faults.push(`seed ${seed}: ${id} fired ${lived}, played back ${played}`);
      const explained = await live.explain(id);
      if (lived !== explained) faults.push(`seed ${seed}: ${id} fired ${lived}, explained ${explained}`);
      const [told, toldAgain] = [live.toldOf(id), anew.toldOf(id)];
      if (told !== toldAgain) faults.push(`seed ${seed}: ${id} told ${told}, with restarts ${toldAgain}`);
      const [counts, counted] = [live.toldCounts(id), await live.previewCounts(id)];
      if (counts !== counted) faults.push(`seed ${seed}: ${id} told ${counts}, played back ${counted}`);
      const toldExplained = await live.explainTold(id);
      if (told !== toldExplained) faults.push(`seed ${seed}: ${id} told ${told}, explained ${toldExplained}`);
    }
    const counts = history.alerts.map(({ id }) => live.countOf(id));
    const fires = counts.reduce((a, b) => a + b, 0);
    return { faults, fired: counts.filter((count) => count > 0).length, fires, tells: live.tells };
  } finally {
    await live.close();
    await anew.close();
  }
}

/** One way of judging it; `restarts` decides when the server ends and starts again, null: never. */
class Replay {
  readonly #history: History;
  readonly #restarts: Random | null;
  readonly #world = new StoreWorld(openStore);
  readonly #fires = new Map<string, string[]>();
  /** What was told after fires. */
  readonly #told = new Map<string, string[]>();
  #userId = "";

  constructor(history: History, restarts: Random | null) {
    this.#history = history;
    this.#restarts = restarts;
  }

  async run(): Promise<void> {
    const { alerts, before, batches, startMs } = this.#history;
    if (this.#restarts !== null) this.#world.alertsPerCommit = 1 + this.#restarts(3);
    await this.#world.open();
    this.#userId = await this.#world.user();
    await this.#judge(before);
    const owned = { userId: this.#userId, createTimeMs: startMs, updateTimeMs: startMs };
    for (const alert of alerts) await this.#world.store.alerts.insertAlert({ ...alert, ...owned }, startMs, null);
    for (const batch of batches) await this.#judge(batch);
  }

  /** What fired, in one line. */
  firesOf(id: string): string {
    return (this.#fires.get(id) ?? []).join(", ");
  }

  /** What was told after the fires, in one line. */
  toldOf(id: string): string {
    return (this.#told.get(id) ?? []).join(", ");
  }

  /** How often each of the two was told. */
  toldCounts(id: string): string {
    const told = this.#told.get(id) ?? [];
    const count = (kind: string): number => told.filter((one) => one.startsWith(kind)).length;
    return countsText({ reminderCount: count("STILL_TRUE"), backCount: count("BACK_TO_NORMAL") });
  }

  get tells(): number {
    return [...this.#told.values()].reduce((sum, told) => sum + told.length, 0);
  }

  countOf(id: string): number {
    return this.#fires.get(id)?.length ?? 0;
  }

  /** The same as the preview of the alert has it. */
  async playBack(id: string): Promise<string> {
    return ((await this.#preview(id))?.fires ?? []).map(fireText).join(", ");
  }

  async previewCounts(id: string): Promise<string> {
    return countsText((await this.#preview(id)) ?? { reminderCount: 0, backCount: 0 });
  }

  /** What was told after the fires, as the explanation of the alert has it. */
  async explainTold(id: string): Promise<string> {
    return (await this.#judgements(id))
      .flatMap(({ quote, reason, detail }) => {
        const isBack = reason === "TOLD_BACK" || (reason === "REARMED" && detail.endsWith("and told"));
        const kind = reason === "REMINDED" ? "STILL_TRUE" : isBack ? "BACK_TO_NORMAL" : null;
        return kind === null ? [] : [`${kind} at ${quote?.seq ?? null}`];
      })
      .join(", ");
  }

  /** The same as the explanation of the alert has it, which tells the price and level in words. */
  async explain(id: string): Promise<string> {
    const fired = (await this.#judgements(id)).filter(({ reason }) => reason.startsWith("FIRED"));
    return fired
      .map(({ quote, detail }) => {
        const [, price, level] = /^([\d.]+) met ([\d.]+)/.exec(detail) ?? [];
        return fireText({ seq: quote?.seq ?? null, price: Number(price), level: Number(level) });
      })
      .join(", ");
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  async #preview(id: string): Promise<SymbolPreview | undefined> {
    const alert = this.#history.alerts.find((one) => one.id === id);
    if (alert === undefined) throw new Error(`there is no ${id}`);
    const query = { alert, startMs: this.#history.startMs, endMs: Infinity };
    return (await this.#world.store.history.preview(query))[0];
  }

  /** Oldest first. */
  async #judgements(id: string): Promise<readonly ExplainedJudgement[]> {
    const query = { userId: this.#userId, id, atMs: null, limit: 100 };
    const [told] = await this.#world.store.history.explain(query);
    return told?.judgements.toReversed() ?? [];
  }

  async #judge(quotes: readonly Quote[]): Promise<void> {
    for (let waiting = quotes, isOpen = true; isOpen;) {
      const { batches, triggers, open } = await this.#world.commit([...waiting]);
      for (const { trigger } of triggers) {
        const { alertId, kind, seq } = trigger;
        if (kind === "FIRED") note(this.#fires, alertId, fireText(trigger));
        if (kind === "STILL_TRUE" || kind === "BACK_TO_NORMAL") note(this.#told, alertId, `${kind} at ${seq}`);
      }
      waiting = batches[0]?.deferred ?? [];
      isOpen = waiting.length > 0 || open.length > 0;
      if (this.#restarts !== null && this.#restarts(4) === 0) await this.#world.restart();
    }
  }
}

function note(told: Map<string, string[]>, id: string, text: string): void {
  told.set(id, [...(told.get(id) ?? []), text]);
}

function countsText({ reminderCount, backCount }: Pick<SymbolPreview, "reminderCount" | "backCount">): string {
  return `${reminderCount} reminders, ${backCount} times back`;
}

function fireText({ seq, price, level }: { seq: number | null; price: number; level: number }): string {
  return `at ${seq} by ${price} at ${level}`;
}

/** Alerts are made after the prices before, and hear only what speaks of later moments: a preview begins at a moment, too. */
function historyOf(random: Random): History {
  const quotes = randomQuotes(random, QUOTES);
  const before = quotes.slice(0, QUOTES_BEFORE);
  const startMs = Math.max(EXAMPLE_START_MS, ...before.map(asOf)) + 1;
  const later = quotes.slice(QUOTES_BEFORE).filter((quote) => asOf(quote) >= startMs);
  const batches: Quote[][] = [];
  for (let at = 0; at < later.length;) {
    const size = pick(random, [1, 1, 2, 5]);
    batches.push(later.slice(at, at + size));
    at += size;
  }
  const alerts = Array.from({ length: ALERTS }, (_, at) => randomAlert(random, `alert-${at}`));
  return { alerts, before, batches, startMs };
}
