import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { renderTime } from "../render/time.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

const NAME = "clock";
/** Tickerbell was written after this moment: a clock that shows an earlier one was never set, as after a start without a battery. */
const WRITTEN_MS = Date.UTC(2026, 0, 1);
/** Further apart, prices and alerts bear times that people notice. */
const WARN_MS = 2 * SECOND_MS;
/** Further apart, certificates and log-ins begin and end at the wrong time. */
const FAIL_MS = 30 * SECOND_MS;
const MEND = "set the clock of whichever is wrong, and let it be kept: timedatectl set-ntp true";

/** When the server was asked for its time, and what it said. */
export interface ClockLook {
  /** This machine's clock when the question went out. */
  readonly sentMs: TimeMs;
  readonly tookMs: number;
  readonly serverMs: TimeMs;
}

/** Judges this machine's clock: alone, and beside the server's, if it answered. */
export function judgeClock(now: TimeMs, look: ClockLook | null): Finding {
  const shown = renderTime(new Date(now));
  if (now < WRITTEN_MS) {
    return fail(NAME, `this machine's clock shows ${shown}, which is before Tickerbell was written`, MEND);
  }
  if (look === null) return ok(NAME, `${shown}; no server to compare it with`);
  const { sentMs, tookMs, serverMs } = look;
  const aheadMs = serverMs - (sentMs + tookMs / 2);
  const certainMs = Math.abs(aheadMs) - tookMs / 2; // the answer may have been made at any moment of the call
  if (certainMs <= WARN_MS) return ok(NAME, `${shown}, as the server's`);
  const side = aheadMs > 0 ? "behind" : "ahead of";
  const message = `this machine's clock is ${secondsText(aheadMs)} ${side} the server's`;
  return certainMs > FAIL_MS ? fail(NAME, message, MEND) : warn(NAME, message, MEND);
}

function secondsText(ms: number): string {
  return `${Math.round(Math.abs(ms) / SECOND_MS).toLocaleString("en-US")} s`;
}
