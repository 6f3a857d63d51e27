import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { openSpool } from "../spool/open-spool.ts";
import type { Spool } from "../spool/spool.ts";
import { makeBar, OPENING_MS } from "./make-quote.ts";
import { RecordedLog } from "./recorded-log.ts";

/**
 * Four times in a folder on a small disk of its own: fills the disk with a spool, as a fetcher does while the server is away, and forgets all of it.
 * Then somebody else takes what room there is, and the spool is opened once more. Prints how many were spooled, and how many were left.
 */
export async function spoolOnFullDisk(folder: string): Promise<void> {
  const file = join(folder, "spool.db");
  for (let time = 0; time < 5; time += 1) {
    const clock = new FakeClock(OPENING_MS);
    const { spool, close } = openSpool({ file, quotesMax: 1_000_000, clock, log: new RecordedLog() });
    const spooled = await fill(spool);
    for (let tries = 0; tries < 100 && spool.size > 0; tries += 1) {
      const batch = spool.takeBatch();
      if (batch !== undefined) spool.acknowledge(batch.sequence, []);
      clock.advance(1_000);
    }
    process.stdout.write(`${spooled} ${spool.size}\n`);
    close();
    if (time === 3) takeAll(join(folder, "other"));
  }
}

/** Spools until there is no room; how much that was. */
async function fill(spool: Spool): Promise<number> {
  for (let at = 0; ; at += 20) {
    const stop = new AbortController();
    const bars = Array.from({ length: 20 }, (_, minute) => makeBar(`S${at % 7}`, at + minute));
    const putting = spool.put(bars, stop.signal);
    stop.abort(new Error("full"));
    if (await putting.then(() => false, () => true)) return spool.size; // prettier-ignore
  }
}

function takeAll(file: string): void {
  for (let bytes = 1_000_000; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes));
    } catch {
      // less fits, perhaps
    }
  }
}
