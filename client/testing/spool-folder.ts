import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { openSpool, type OpenSpool } from "../spool/open-spool.ts";
import type { SpoolOptions } from "../spool/spool.ts";
import { OPENING_MS } from "./make-quote.ts";
import { RecordedLog } from "./recorded-log.ts";

export interface SpoolInFolder extends OpenSpool {
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly file: string;
}

/** Spools in a temporary folder that goes away with them. */
export class SpoolFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), "tickerbell-spool-"));
  readonly #closers: (() => void)[] = [];
  #copies = 0;

  /** The same name again is the same spool, once it is closed. */
  open(options: Partial<SpoolOptions> = {}, name = "spool.db"): SpoolInFolder {
    const file = this.file(name);
    const clock = new FakeClock(OPENING_MS);
    const log = new RecordedLog();
    const quotesMax = 1_000_000;
    const opened = openSpool({ file, clock, log, quotesMax, ...options });
    log.lines.length = 0; // that it was opened
    let isOpen = true;
    const close = (): void => {
      if (isOpen) opened.close();
      isOpen = false;
    };
    this.#closers.push(close);
    return { spool: opened.spool, supply: opened.supply, clock, log, file, close };
  }

  file(name = "spool.db"): string {
    return join(this.#folder, name);
  }

  /** Copies the files as a process that is killed now would leave them; the name of the copy. */
  copy(name = "spool.db"): string {
    const copy = `copy-${(this.#copies += 1)}.db`;
    for (const part of ["", "-wal"]) cpSync(this.file(name + part), this.file(copy + part));
    return copy;
  }

  remove(): void {
    for (const close of this.#closers.splice(0)) close();
    rmSync(this.#folder, { recursive: true });
  }
}
