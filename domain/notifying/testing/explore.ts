import type { NotificationState } from "../../notification.ts";
import type { Machine } from "./machine.ts";
import { Moves, isLastResort, type MoveOptions } from "./moves.ts";
import type { PromiseName } from "./promises.ts";
import { brokenIn } from "./promises.ts";
import { isQuiet, recordsOf, startingWorld } from "./world.ts";
import type { World } from "./world.ts";
import { worldKey } from "./world-key.ts";

// Breadth first through every world that the moves can make, each once.

/** A promise broken, and the shortest way there. */
interface Violation {
  readonly promise: PromiseName;
  readonly trace: readonly string[];
}

/** What an exploration saw. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** How many different sequences of at most INTERLEAVING_LENGTH moves there are. */
  readonly interleavings: number;
  /** Every state that some notification reached. */
  readonly reached: ReadonlySet<NotificationState>;
  readonly violation: Violation | null;
}

export interface ExploreOptions extends MoveOptions {
  /** How often a user may have something sent again, in all; not at all unless given. */
  readonly maxResends?: number;
  /** How many mails are handed out, in all; any number unless given. Then a world in which there is none left counts as one that can end. */
  readonly maxBegins?: number;
}

/** The length up to which interleavings are counted. */
export const INTERLEAVING_LENGTH = 12;

/** Explores until everything is seen or a promise is broken. */
export function explore(machine: Machine, options: ExploreOptions): Exploration {
  return new Explorer(machine, options).run();
}

class Explorer {
  readonly #moves: Moves;
  readonly #start: World;
  readonly #indexOf = new Map<string, number>();
  /** Worlds still to be looked at, by index; released once they were. */
  readonly #worlds: (World | null)[] = [];
  readonly #quiet: boolean[] = [];
  readonly #parents: number[] = [];
  readonly #names: string[] = [];
  /** Edges, as pairs of from and to; `#plain` holds those that liveness may use. */
  readonly #edges: number[] = [];
  readonly #plain: number[] = [];
  readonly #reached = new Set<NotificationState>();

  constructor(machine: Machine, options: ExploreOptions) {
    this.#moves = new Moves(machine, options);
    this.#start = startingWorld(options.maxTriggers.length, options.maxResends ?? 0, options.maxBegins ?? null);
  }

  run(): Exploration {
    this.#visit(this.#start, -1, "start");
    for (let index = 0; index < this.#worlds.length; index += 1) {
      const violation = this.#expand(index);
      if (violation !== null) return this.#result(violation);
    }
    const stuck = this.#firstStuck();
    return this.#result(stuck < 0 ? null : { promise: "EVERYTHING_CAN_END", trace: this.#traceTo(stuck) });
  }

  #expand(index: number): Violation | null {
    const world = this.#worlds[index];
    if (world == null) return null;
    this.#worlds[index] = null;
    for (const record of recordsOf(world)) this.#reached.add(record.state);
    for (const { name, world: next, broken } of this.#moves.of(world)) {
      const promise = broken ?? brokenIn(next);
      if (promise !== null) return { promise, trace: [...this.#traceTo(index), name] };
      const to = this.#visit(next, index, name);
      this.#edges.push(index, to);
      if (!isLastResort(name)) this.#plain.push(index, to);
    }
    return null;
  }

  #visit(world: World, parent: number, name: string): number {
    const key = worldKey(world);
    const known = this.#indexOf.get(key);
    if (known !== undefined) return known;
    const index = this.#worlds.length;
    this.#indexOf.set(key, index);
    this.#worlds.push(world);
    this.#quiet.push(isQuiet(world) || world.beginsLeft === 0);
    this.#parents.push(parent);
    this.#names.push(name);
    return index;
  }

  #traceTo(index: number): string[] {
    const names: string[] = [];
    for (let at = index; at > 0; at = this.#parents[at] ?? 0) names.unshift(this.#names[at] ?? "");
    return names;
  }

  /** The first world from which no path leads to quiet, or -1: walks the edges backwards from the quiet ones. */
  #firstStuck(): number {
    const sources: number[][] = this.#quiet.map(() => []);
    for (let at = 0; at < this.#plain.length; at += 2) sources[this.#plain[at + 1] ?? 0]?.push(this.#plain[at] ?? 0);
    const canEnd = [...this.#quiet];
    const open = [...canEnd.keys()].filter((index) => canEnd[index]);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const source of sources[next] ?? []) {
        if (canEnd[source] === true) continue;
        canEnd[source] = true;
        open.push(source);
      }
    }
    return canEnd.indexOf(false);
  }

  /** Sequences of moves from the start, counted by how many lead to each world in one move more. */
  #interleavings(): number {
    let ways = new Float64Array(this.#worlds.length);
    ways[0] = 1;
    let total = 0;
    for (let length = 1; length <= INTERLEAVING_LENGTH; length += 1) {
      const next = new Float64Array(ways.length);
      for (let at = 0; at < this.#edges.length; at += 2) {
        const [from = 0, to = 0] = [this.#edges[at], this.#edges[at + 1]];
        next[to] = (next[to] ?? 0) + (ways[from] ?? 0);
      }
      total += next.reduce((sum, count) => sum + count, 0);
      ways = next;
    }
    return total;
  }

  #result(violation: Violation | null): Exploration {
    return {
      states: this.#worlds.length,
      transitions: this.#edges.length / 2,
      interleavings: this.#interleavings(),
      reached: this.#reached,
      violation,
    };
  }
}
