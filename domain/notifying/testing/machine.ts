import { COOLDOWN_MS, LEASE_MS } from "../delivery-limits.ts";
import { announceSending, beginDelivery, endDelivery } from "../delivery.ts";
import { carryPairOver, expireLease, loseStream } from "../lost-lease.ts";
import type { Pair } from "../pair.ts";
import { expireNotification, joinTrigger } from "../pair.ts";

/** The notifying machine as the explorer drives it: the real one, or one that reads the rules wrongly. */
export interface Machine {
  readonly joinTrigger: typeof joinTrigger;
  readonly beginDelivery: typeof beginDelivery;
  readonly announceSending: typeof announceSending;
  readonly endDelivery: typeof endDelivery;
  readonly expireLease: typeof expireLease;
  readonly loseStream: typeof loseStream;
  readonly expireNotification: typeof expireNotification;
  readonly carryPairOver: typeof carryPairOver;
}

export const realMachine: Machine = {
  joinTrigger,
  beginDelivery,
  announceSending,
  endDelivery,
  expireLease,
  loseStream,
  expireNotification,
  carryPairOver,
};

/** Wrong: rows stay open while leased, so that a trigger joins the mail that a notifier is sending. */
export const opensWhileLeased: Machine = {
  ...realMachine,
  joinTrigger(pair, triggerId, now, newId) {
    const { sealed } = pair;
    if (sealed?.seal == null) return joinTrigger(pair, triggerId, now, newId);
    const seal = { ...sealed.seal, lineIds: [...sealed.seal.lineIds, triggerId] };
    const notification = { ...sealed, seal, triggerIds: [...sealed.triggerIds, triggerId] };
    return { pair: { ...pair, sealed: notification }, notification, started: false };
  },
};

/** Wrong: the cooldown counts from the moment a notifier claims the mail, though it may be taken as late as the lease's end. */
export const countsFromTheClaim: Machine = {
  ...realMachine,
  beginDelivery(pair, now, policy, sealing) {
    const result = beginDelivery(pair, now, policy, sealing);
    if (result.kind === "none") return result;
    const cooldown = { openMono: now.monoMs + COOLDOWN_MS, openWall: now.wallMs + COOLDOWN_MS };
    return { ...result, pair: { ...result.pair, cooldown } };
  },
};

/** Wrong: a refusal always gives the cooldown back, though an earlier attempt may have been taken. */
export const alwaysReleases: Machine = {
  ...realMachine,
  endDelivery(pair, notification, report, now, settings) {
    const { sealed } = pair;
    const isRefusal = report.outcome.kind === "notTaken" || report.outcome.kind === "refused";
    if (!isRefusal || sealed === null) return endDelivery(pair, notification, report, now, settings);
    const forgetful: Pair = { ...pair, sealed: { ...sealed, wasUnsure: false } };
    return endDelivery(forgetful, notification, report, now, settings);
  },
};

/** Wrong: a 250 sets the cooldown to an hour from now, though another copy of the same mail may still be taken after it. */
export const forgetsOtherCopies: Machine = {
  ...realMachine,
  endDelivery(pair, notification, report, now, settings) {
    const result = endDelivery(pair, notification, report, now, settings);
    if (!result.accepted || report.outcome.kind !== "taken") return result;
    const cooldown = { openMono: now.monoMs + COOLDOWN_MS, openWall: now.wallMs + COOLDOWN_MS };
    return { ...result, pair: { ...result.pair, cooldown } };
  },
};

/** Wrong: an ended lease can still announce DATA (`hold`). */
export const announcesTooLate: Machine = {
  ...realMachine,
  announceSending(pair, token, now) {
    return announceSending(pair, token, { ...now, monoMs: now.monoMs - LEASE_MS }) ?? pair;
  },
};

/** Wrong: a lease that nobody ends stands for ever. */
export const neverExpiresLeases: Machine = {
  ...realMachine,
  expireLease: (pair) => ({ pair, ended: [], goneId: null }),
};

/** Wrong: a WAITING notification that started meanwhile is dropped, triggers and all, when the leased one waits again. */
export const dropsTheOneThatGoes: Machine = {
  ...realMachine,
  endDelivery(pair, notification, report, now, settings) {
    const isAway = report.outcome.kind === "notTaken";
    return endDelivery(isAway ? { ...pair, waiting: null } : pair, notification, report, now, settings);
  },
};
