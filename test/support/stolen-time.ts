// A virtual machine shares its processors with others. What they take from us is no time of ours: a limit in seconds is held against
// the rest.
import { readFileSync } from "node:fs";
import { SECOND_MS } from "../../domain/time.ts";

/** Linux counts in hundredths of a second. */
const TICK_MS = SECOND_MS / 100;
/** user, nice, system, idle, iowait, irq, softirq, and then what was stolen. */
const STOLEN_AT = 7;

/** Measures from now on how long the host kept our processors from working. */
export class StolenTime {
  readonly #before = stolenMs();

  /** Milliseconds since then, of the processor that lost most; 0 where the system does not say. */
  get ms(): number {
    return stolenMs().reduce((most, stolen, at) => Math.max(most, stolen - (this.#before[at] ?? stolen)), 0);
  }
}

/** Since the boot, for each processor. */
function stolenMs(): number[] {
  let text: string;
  try {
    text = readFileSync("/proc/stat", "utf8");
  } catch {
    return []; // not Linux
  }
  const processors = text.split("\n").filter((line) => /^cpu\d/.test(line));
  return processors.map((line) => Number(line.split(/\s+/)[1 + STOLEN_AT] ?? 0) * TICK_MS);
}
