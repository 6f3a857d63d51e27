// Plays a planned history in a real store and in the oracle: what fires and what is told, in the order of judging, and where each alert stands.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Quote } from "../../domain/quote.ts";
import { openSqliteStore } from "../../server/sqlite/sqlite-store.ts";
import { StoreWorld, type OpenStore } from "../../server/testing/store-world.ts";
import type { Standing } from "./standing.ts";
import { historyOf, type Step } from "./history.ts";
import { standingOf } from "./play-engine.ts";
import { OraclePlayer } from "./play-oracle.ts";
import type { Outcome } from "./symbol-oracle.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

/** Something that an owner is told: when it was judged, of which alert, what, level and price. */
type Told = readonly [seq: number, alertId: string, kind: string, level: number, price: number];

/** Plays the history of a seed; the first difference in a sentence that lets it be played again, null if there is none. */
export async function playStore(seed: number): Promise<string | null> {
  const world = new StoreWorld(openStore);
  world.alertsPerCommit = 1 + (seed % 5); // a quote may be judged over several commits
  const player = new StorePlayer(await world.open());
  try {
    await player.begin();
    const difference = await differenceIn(historyOf(seed).steps, player);
    return difference === null ? null : `seed ${seed}, in a store: ${difference}`;
  } finally {
    await world.close();
  }
}

async function differenceIn(steps: readonly Step[], player: StorePlayer): Promise<string | null> {
  const oracle = new OraclePlayer();
  for (const [place, step] of steps.entries()) {
    if (step.kind === "commit") {
      const expected = oracle.commit(step.quotes).flatMap(toldBy).sort(inOrder);
      const found = (await player.commit(step.quotes)).sort(inOrder);
      if (!isDeepStrictEqual(expected, found)) return unlike(place, expected, found);
    } else if (oracle.fits(step)) {
      oracle.act(step);
      await player.act(step);
    }
    const [expected, found] = [oracle.standings(), await player.standings()];
    if (!isDeepStrictEqual(expected, found)) return unlike(place, [...expected], [...found]);
  }
  return null;
}

function toldBy({ seq, alertId, trigger, notice }: Outcome): Told[] {
  const fired: Told[] = trigger === null ? [] : [[seq, alertId, "FIRED", trigger.level, trigger.price]];
  return notice === null ? fired : [...fired, [seq, alertId, notice, 0, 0]];
}

function inOrder(a: Told, b: Told): number {
  return a[0] - b[0] || a[1].localeCompare(b[1]) || a[2].localeCompare(b[2]);
}

function unlike(place: number, expected: unknown, found: unknown): string {
  return `step ${place}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}

class StorePlayer {
  readonly #world: StoreWorld;
  readonly #ids = new Map<number, string>();
  #userId = "";

  constructor(world: StoreWorld) {
    this.#world = world;
  }

  async begin(): Promise<void> {
    this.#userId = await this.#world.user();
  }

  async commit(quotes: readonly Quote[]): Promise<Told[]> {
    const { triggers } = await this.#world.record(...quotes);
    return triggers
      .filter(({ trigger }) => trigger.hold === null) // notices of a HOLD are no judgements
      .map(({ trigger: { seq, alertId, kind, level, price } }) =>
        kind === "FIRED" ? [seq ?? 0, alertId, kind, level, price] : [seq ?? 0, alertId, kind, 0, 0],
      );
  }

  async act(step: Step): Promise<void> {
    const { alerts, holds } = this.#world.store;
    if (step.kind === "restart") return this.#world.restart();
    if (step.kind === "kill") return this.#kill();
    if (step.kind === "accept") return holds.release("AAPL", "accept", step.nowMs);
    if (step.kind === "reject") return holds.release("AAPL", "reject", 0);
    if (!("at" in step)) return;
    const id = this.#ids.get(step.at);
    const userId = this.#userId;
    if (id === undefined) return this.#insert(step);
    if (step.kind === "arm") await alerts.resumeAlert(userId, id, step.nowMs);
    if (step.kind === "pause") await alerts.pauseAlert(userId, id, step.untilMs);
    if (step.kind === "edit") {
      const alert = { ...step.alert, userId };
      await alerts.updateAlert(userId, id, step.nowMs, () => ({ alert, rearm: true }));
    }
    if (step.kind === "change") {
      const { changes } = step;
      await alerts.updateAlert(userId, id, 0, (alert) => ({ alert: { ...alert, ...changes }, rearm: false }));
    }
  }

  async standings(): Promise<ReadonlyMap<string, Standing>> {
    const standings = new Map<string, Standing>();
    for (const id of this.#ids.values()) {
      const { states } = await this.#world.store.alerts.getAlert(this.#userId, id);
      for (const { state } of states) standings.set(id, standingOf(state));
    }
    return standings;
  }

  async #insert(step: Step): Promise<void> {
    if (step.kind !== "arm") throw new Error("nothing can be done to an alert that was never made");
    await this.#world.store.alerts.insertAlert({ ...step.alert, userId: this.#userId }, step.nowMs, null);
    this.#ids.set(step.at, step.alert.id);
  }

  /** What is on disk at this moment is all that there is when it starts again. */
  async #kill(): Promise<void> {
    const { folder, store } = this.#world;
    const left = mkdtempSync(join(tmpdir(), "tickerbell-killed-"));
    cpSync(folder, left, { recursive: true });
    await store.close();
    rmSync(folder, { recursive: true });
    cpSync(left, folder, { recursive: true });
    rmSync(left, { recursive: true });
    await this.#world.open();
  }
}
