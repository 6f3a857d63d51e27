import { COOLDOWN_MS, LEASE_MS } from "./delivery-limits.ts";
import type { TimeMs } from "../time.ts";

// The hour between two different mails to one user about one symbol. It runs on the machine's monotonic clock, which nobody can set;
// its end by the wall clock is kept beside it for the one moment when the monotonic clock says nothing: after a reboot.

/** One moment, read once for a transaction on both clocks. */
export interface Instant {
  readonly wallMs: TimeMs;
  /** Milliseconds on the monotonic clock; only differences within one boot mean anything. */
  readonly monoMs: number;
}

/** When the next different mail about a symbol may go to a user. */
export interface Cooldown {
  /** The end on the monotonic clock of the boot in which it was written. It alone decides. */
  readonly openMono: number;
  /** The same end by the wall clock, for carrying it over a reboot and for showing it. */
  readonly openWall: TimeMs;
}

/** When the wall clock has moved further than this against the monotonic one (it was set, or the machine slept), wall ends are written anew. */
export const DRIFT_MS = 1_000;

/**
 * The furthest end that can honestly be stored: a delivery that began just now holds the pair until its lease ends, plus the
 * cooldown. An end further ahead was written by another run of this clock (the machine went back to a snapshot).
 * A bound of the bare cooldown would mistake every delivery in progress for a snapshot.
 */
export const FURTHEST_END_MS = LEASE_MS + COOLDOWN_MS;

/** Whether a different mail may go now; with no cooldown it may. */
export function isOpen(cooldown: Cooldown | null, now: Instant): boolean {
  return remainingMs(cooldown, now) === 0;
}

/** Milliseconds until it opens; 0 when it is open. */
export function remainingMs(cooldown: Cooldown | null, now: Instant): number {
  return cooldown === null ? 0 : Math.max(0, cooldown.openMono - now.monoMs);
}

/** The cooldown after a mail that was taken now or, with a lease of `leaseMs` just given, may still be taken until that ends. */
export function takeCooldown(now: Instant, leaseMs = 0): Cooldown {
  return openingIn(leaseMs + COOLDOWN_MS, now);
}

/** The one of two that opens later; null is open. */
export function laterCooldown(a: Cooldown | null, b: Cooldown): Cooldown {
  return a !== null && a.openMono > b.openMono ? a : b;
}

/**
 * The cooldown as it stands when the store opens. Within one boot the monotonic clock decides, however often the server restarted.
 * After a reboot, without a boot's id on either side, or after a snapshot, the wall clock is asked this one time: what it says
 * remains; or one whole cooldown, if it says more than can be true. A wrong wall clock then costs at most that much silence.
 */
export function carryOver(
  cooldown: Cooldown | null,
  storedBootId: string | null,
  now: Instant,
  bootId: string | null,
): Cooldown | null {
  if (cooldown === null) return null;
  const ahead = cooldown.openMono - now.monoMs;
  if (storedBootId !== null && storedBootId === bootId && ahead <= FURTHEST_END_MS) return cooldown;
  const remaining = Math.max(cooldown.openWall - now.wallMs, 0);
  return openingIn(remaining > FURTHEST_END_MS ? COOLDOWN_MS : remaining, now);
}

function openingIn(ms: number, now: Instant): Cooldown {
  return { openMono: now.monoMs + ms, openWall: now.wallMs + ms };
}
