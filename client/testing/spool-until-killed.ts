import { writeSync } from "node:fs";
import type { Quote } from "../../domain/quote.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { openSpool } from "../spool/open-spool.ts";
import { makeBar } from "./make-quote.ts";
import { RecordedLog } from "./recorded-log.ts";

/** How many batches are taken before one is acknowledged. */
const BEHIND = 3;
const QUOTES_OF_A_PUT = 5;

/** What the child puts, counted from 0. */
export function quotesOfPut(put: number): Quote[] {
  return Array.from({ length: QUOTES_OF_A_PUT }, (_, at) => makeBar("AAPL", put * QUOTES_OF_A_PUT + at));
}

/**
 * For a child process that is killed at any moment: puts, takes and acknowledges for ever, and prints `put N` after a put has
 * resolved and `forget N` before what was put then is acknowledged.
 */
export async function spoolUntilKilled(file: string): Promise<never> {
  const { spool } = openSpool({ file, clock: systemClock, log: new RecordedLog(), quotesMax: 1_000_000 });
  for (let put = 0; ; put += 1) {
    await spool.put(quotesOfPut(put), new AbortController().signal);
    writeSync(1, `put ${put}\n`);
    const sequence = spool.takeBatch()?.sequence ?? 0;
    if (put % 2 === 0 || put < BEHIND) continue;
    writeSync(1, `forget ${sequence - BEHIND}\n`); // sequences count from 1, puts from 0
    spool.acknowledge(sequence - BEHIND + 1, []);
  }
}
