import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStoreDatabase } from "../../server/sqlite/sqlite-store.ts";
import { randomFrom, type Random } from "../random-history.ts";
import { readTrace, STRACE_OPTIONS, type DiskRequest } from "../support/power/disk-trace.ts";
import { LossyDisk } from "../support/power/lossy-disk.ts";
import { hearPromise, storyFaults, type Promised } from "../support/power/power-story.ts";
import type { LongTrial } from "./trial.ts";

const STATES = 3_000;
/** Each state is of one of so many traces. */
const TRACES = 3;
/** About 20 changed pages each, so that the log is checkpointed and begun anew several times. */
const BATCHES = 300;
/** How many states of the control are looked at. */
const CONTROL_STATES = 300;
const WRITER = join(import.meta.dirname, "../support/power/power-writer.ts");
/** The disk is played: nothing needs a real one, which would be asked to sync for each state. */
const MEMORY = "/dev/shm";
const DATABASE = "tickerbell.db";

/**
 * The power goes at a random moment: what was synced is there, and of every other sector chance decides. A trial is a state of
 * the disk; it must open, be sound, and hold everything that was promised. The control, a store whose commits do not wait for
 * the disk, must lose something, or the trial could not see a loss.
 */
export const powerStates: LongTrial = {
  name: "power.states",
  run: async ({ trials, seed, onViolation }) => {
    const states = trials ?? STATES;
    let withPending = 0;
    for (let trace = 0; trace < TRACES; trace++) {
      const share = Math.floor((states * (trace + 1)) / TRACES) - Math.floor((states * trace) / TRACES);
      const seen = await tryTrace({ states: share, seed: seed + trace, careless: false }, onViolation);
      withPending += seen.withPending;
    }
    const control = await tryTrace({ states: CONTROL_STATES, seed, careless: true }, () => undefined);
    if (control.faulty === 0) onViolation("the control, which does not wait for the disk, lost nothing");
    return {
      trials: states,
      seed,
      figures: {
        states_with_unsynced_writes: withPending,
        control_states: CONTROL_STATES,
        control_states_with_losses: control.faulty,
      },
    };
  },
};

interface TraceOptions {
  readonly states: number;
  readonly seed: number;
  readonly careless: boolean;
}

async function tryTrace({ states, seed, careless }: TraceOptions, onFault: (text: string) => void): Promise<Seen> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "tickerbell-power-"));
  const random = randomFrom(seed);
  try {
    const live = join(folder, "live");
    mkdirSync(live);
    runWriter([join(live, DATABASE), "0"]);
    const disk = new LossyDisk(live);
    const requests = await traced(folder, live, careless);
    return replay({ folder, disk, requests, states, random, seed }, onFault);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function traced(folder: string, live: string, careless: boolean): Promise<DiskRequest[]> {
  const trace = join(folder, "trace");
  const words = [WRITER, join(live, DATABASE), String(BATCHES), ...(careless ? ["careless"] : [])];
  const { status, error, stderr } = spawnSync("strace", [...STRACE_OPTIONS, "-o", trace, process.execPath, ...words]);
  if (error !== undefined) throw new Error(`strace is needed to trace the disk: ${error.message}`);
  if (status !== 0) throw new Error(`the traced store ended with ${String(status)}: ${stderr.toString()}`);
  return readTrace(trace, live);
}

function runWriter(words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [WRITER, ...words]);
  if (status !== 0) throw new Error(`the writer ended with ${String(status)}: ${stderr.toString()}`);
}

/** In how many states something was unsynced, and in how many something was wrong. */
interface Seen {
  withPending: number;
  faulty: number;
}

interface Replay {
  readonly folder: string;
  readonly disk: LossyDisk;
  readonly requests: readonly DiskRequest[];
  readonly states: number;
  readonly random: Random;
  readonly seed: number;
}

/** Plays the requests once; at each of the moments that chance has chosen the power goes, and the disk is looked at. */
function replay({ folder, disk, requests, states, random, seed }: Replay, onFault: (text: string) => void): Seen {
  const promised: Promised = { batch: -1, sent: [] };
  const moments = Array.from({ length: states }, () => random(requests.length)).sort((a, b) => a - b);
  const seen = { withPending: 0, faulty: 0 };
  requests.forEach((request, at) => {
    for (; moments[0] === at; moments.shift()) {
      if (disk.pendingCount > 0) seen.withPending += 1;
      const faults = lookAt(disk, promised, folder, random);
      if (faults.length > 0) seen.faulty += 1;
      for (const fault of faults) onFault(`seed ${seed}, request ${at}: ${fault}`);
    }
    disk.take(request);
    if (request.kind === "said") hearPromise(promised, request.line);
  });
  return seen;
}

function lookAt(disk: LossyDisk, promised: Promised, folder: string, random: Random): string[] {
  const left = mkdtempSync(join(folder, "left-")); // one folder a state: SQLite shares memory between files of one place
  try {
    disk.leave(left, random);
    const database = openStoreDatabase(join(left, DATABASE));
    try {
      return storyFaults(database.db, promised);
    } finally {
      database.close();
    }
  } catch (error) {
    return [`it cannot be opened: ${String(error)}`];
  } finally {
    rmSync(left, { recursive: true });
  }
}
