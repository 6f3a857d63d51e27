import type { Instant } from "../cooldown.ts";
import type { BeginResult, EndResult, Sealing } from "../delivery.ts";
import { beginDelivery, endDelivery } from "../delivery.ts";
import type { AmbiguityPolicy, DeliveryOutcome, NotificationRecord } from "../../notification.ts";
import type { Pair, PairChange } from "../pair.ts";
import { EMPTY_PAIR, joinTrigger } from "../pair.ts";
import { SECOND_MS } from "../../time.ts";

// Pairs in the states that the machine's tests start from, and short words for its acts.

const WALL_START_MS = Date.UTC(2026, 10, 23, 15, 0, 0);
const MONO_START_MS = 5_000_000;

/** So many seconds into a test, on both clocks. */
export function at(seconds: number): Instant {
  return { wallMs: WALL_START_MS + seconds * SECOND_MS, monoMs: MONO_START_MS + seconds * SECOND_MS };
}

/** Seconds into the test of a time on the monotonic clock. */
export function secondsOf(monoMs: number | undefined): number {
  return ((monoMs ?? Number.NaN) - MONO_START_MS) / SECOND_MS;
}

/** When a pair's cooldown opens, in seconds into the test; null when there is none. */
export function opensAt(pair: Pair): number | null {
  return pair.cooldown === null ? null : secondsOf(pair.cooldown.openMono);
}

/** The pair after one more trigger; what it starts is named after it ("t1" starts "n1"). */
export function fired(pair: Pair, triggerId: string, seconds = 0): Pair {
  return joinTrigger(pair, triggerId, at(seconds), () => triggerId.replace("t", "n")).pair;
}

/** A sealing whose Message-ID says who made it; every line counts except those named. */
export function sealingWithout(...deleted: readonly string[]): Sealing {
  return { messageId: "m1", boundary: "b1", isLive: (id) => !deleted.includes(id) };
}

/** Begins a delivery, whatever comes of it. */
export function begin(pair: Pair, seconds: number, policy: AmbiguityPolicy = "resend"): BeginResult {
  return beginDelivery(pair, at(seconds), policy, { ...sealingWithout(), messageId: `m${seconds}` });
}

/** Ends the delivery of the pair's sealed notification under its newest token, with a draw in the middle. */
export function end(
  pair: Pair,
  outcome: DeliveryOutcome,
  seconds: number,
  policy: AmbiguityPolicy = "resend",
): EndResult {
  const record = sealedOf(pair);
  return endDelivery(pair, record, { token: record.token, outcome }, at(seconds), { policy, random: 0.5 });
}

/** A notification with t1, in a notifier's hands since second 0. */
export function sendingPair(policy: AmbiguityPolicy = "resend"): Pair {
  return begin(fired(EMPTY_PAIR, "t1"), 0, policy).pair;
}

/** The same after its first attempt broke off at second 10: UNSURE, to be repeated at once. */
export function unsurePair(): Pair {
  return end(sendingPair(), unsure, 10).pair;
}

/** The same in a notifier's hands again, since second 20. */
export function repeatingPair(): Pair {
  return begin(unsurePair(), 20).pair;
}

/** The sealed record, which must be there. */
export function sealedOf(pair: Pair): NotificationRecord {
  if (pair.sealed === null) throw new Error("the pair has no sealed notification");
  return pair.sealed;
}

/** The one record that ended, which must be there. */
export function endedOf(change: PairChange): NotificationRecord {
  const [record] = change.ended;
  if (record === undefined) throw new Error("nothing ended");
  return record;
}

export const taken: DeliveryOutcome = { kind: "taken", reply: "250 OK" };
export const notTaken: DeliveryOutcome = { kind: "notTaken", reply: "451 later" };
export const unsure: DeliveryOutcome = { kind: "unsure", reply: "" };
export const addressRefused: DeliveryOutcome = { kind: "refused", reply: "550 5.1.1", addressFault: true };
export const contentRefused: DeliveryOutcome = { kind: "refused", reply: "554 5.6.0", addressFault: false };
export const serverTrouble: DeliveryOutcome = { kind: "serverTrouble", reply: "535 5.7.8" };
