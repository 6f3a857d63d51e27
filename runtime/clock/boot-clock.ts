import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { SECOND_MS } from "../../domain/time.ts";

/** The machine's time since its boot: what tells true time apart from a clock that was set. */
export interface BootClock {
  /** Of the present boot (in a container: its host's); null where there is none. */
  readonly bootId: string | null;
  /** Milliseconds since the boot, those in which the machine slept among them; to about ten. */
  sinceBootMs(): number;
}

/** The machine's own. */
export const systemBootClock: BootClock = {
  bootId: readBootId(),
  sinceBootMs: () => Math.round(uptime() * SECOND_MS),
};

/** The id of the machine's present boot; null where there is none. */
export function readBootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}
