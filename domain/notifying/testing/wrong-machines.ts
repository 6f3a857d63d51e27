import { COOLDOWN_MS, LEASE_MS } from "../delivery-limits.ts";
import { beginDelivery } from "../delivery.ts";
import type { Pair } from "../pair.ts";
import { realMachine, type Machine } from "./machine.ts";

// Machines that read the rules wrongly, each in a way that comes to mind. The exploration has to find what each of them breaks.

/** Wrong: rows stay open while leased, so that a trigger joins the mail that a notifier is sending. */
export const opensWhileLeased: Machine = {
  ...realMachine,
  joinTrigger(pair, triggerId, now, newId) {
    const { sealed } = pair;
    if (sealed?.seal == null) return realMachine.joinTrigger(pair, triggerId, now, newId);
    const seal = { ...sealed.seal, lineIds: [...sealed.seal.lineIds, triggerId] };
    const notification = { ...sealed, seal, triggerIds: [...sealed.triggerIds, triggerId] };
    return { pair: { ...pair, sealed: notification }, notification, started: false };
  },
};

/** Wrong: the cooldown counts from the moment a notifier claims the mail, though it may be taken as late as the lease's end. */
export const countsFromTheClaim: Machine = {
  ...realMachine,
  beginMail(pairs, now, policy, sealing) {
    const cooldown = { openMono: now.monoMs + COOLDOWN_MS, openWall: now.wallMs + COOLDOWN_MS };
    return realMachine
      .beginMail(pairs, now, policy, sealing)
      .map((result) => (result.kind === "none" ? result : { ...result, pair: { ...result.pair, cooldown } }));
  },
};

/** Wrong: a refusal always gives the cooldown back, though an earlier attempt may have been taken. */
export const alwaysReleases: Machine = {
  ...realMachine,
  endDelivery(pair, notification, report, now, settings) {
    const { sealed } = pair;
    const isRefusal = report.outcome.kind === "notTaken" || report.outcome.kind === "refused";
    if (!isRefusal || sealed === null) return realMachine.endDelivery(pair, notification, report, now, settings);
    const forgetful: Pair = { ...pair, sealed: { ...sealed, wasUnsure: false } };
    return realMachine.endDelivery(forgetful, notification, report, now, settings);
  },
};

/** Wrong: a 250 sets the cooldown to an hour from now, though another copy of the same mail may still be taken after it. */
export const forgetsOtherCopies: Machine = {
  ...realMachine,
  endDelivery(pair, notification, report, now, settings) {
    const result = realMachine.endDelivery(pair, notification, report, now, settings);
    if (!result.accepted || report.outcome.kind !== "taken") return result;
    const cooldown = { openMono: now.monoMs + COOLDOWN_MS, openWall: now.wallMs + COOLDOWN_MS };
    return { ...result, pair: { ...result.pair, cooldown } };
  },
};

/** Wrong: an ended lease can still announce DATA (`hold`). */
export const announcesTooLate: Machine = {
  ...realMachine,
  announceSending(pair, held, now) {
    return realMachine.announceSending(pair, held, { ...now, monoMs: now.monoMs - LEASE_MS }) ?? pair;
  },
};

/** Wrong: a lease is known by its number alone, though each notification counts its own. */
export const knowsLeasesByNumber: Machine = {
  ...realMachine,
  announceSending: (pair, held, now) =>
    realMachine.announceSending(pair, { ...held, notificationId: pair.sealed?.id ?? "" }, now),
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
    return realMachine.endDelivery(isAway ? { ...pair, waiting: null } : pair, notification, report, now, settings);
  },
};

/** Wrong: what is sent again is the old mail, under its old Message-ID; repeats need not wait for the hour. */
export const repeatsWhatIsResent: Machine = {
  ...realMachine,
  resend(pair, ended, now) {
    if (ended.seal === null || pair.sealed !== null) return realMachine.resend(pair, ended, now);
    const sealed = { ...ended, state: "UNSURE", nextAttemptMono: now.monoMs, endedMs: null } as const;
    return { pair: { ...pair, sealed }, ended: [], goneId: null };
  },
};

/** Wrong: who asks for it gets it at once: the hour does not count for what is sent again. */
export const resendsWithinTheHour: Machine = {
  ...realMachine,
  resend: (pair, ended, now) => realMachine.resend({ ...pair, cooldown: null }, ended, now),
};

/** Wrong: it waits again with the seal it had, so that a late 250 for the old content still ends it. */
export const resendKeepsTheSeal: Machine = {
  ...realMachine,
  resend(pair, ended, now) {
    const change = realMachine.resend(pair, ended, now);
    const { waiting } = change.pair;
    return waiting === null
      ? change
      : { ...change, pair: { ...change.pair, waiting: { ...waiting, seal: ended.seal } } };
  },
};

/** Wrong: what waits for the symbol makes room for what is sent again. */
export const resendDropsWhatWaits: Machine = {
  ...realMachine,
  resend: (pair, ended, now) => realMachine.resend({ ...pair, waiting: null }, ended, now),
};

/** Wrong: what is said of a mail is done to the notification that it was said of, and to no other. */
export const tellsTheFirstOnly: Machine = {
  ...realMachine,
  mailOf: (records, notificationId) => records.filter(({ id }) => id === notificationId),
};

/** Wrong: in one mail each notification goes on counting its own tokens. */
export const countsTokensApart: Machine = {
  ...realMachine,
  beginMail: (pairs, now, policy, sealing) => pairs.map((pair) => beginDelivery(pair, now, policy, sealing)),
};

/** Wrong: a mail takes the cooldown of its first symbol only. */
export const coolsTheFirstOnly: Machine = {
  ...realMachine,
  beginMail: (pairs, now, policy, sealing) =>
    realMachine.beginMail(pairs, now, policy, sealing).map((result, at) => {
      const cooldown = pairs[at]?.cooldown ?? null;
      return at === 0 || result.kind === "none" ? result : { ...result, pair: { ...result.pair, cooldown } };
    }),
};
