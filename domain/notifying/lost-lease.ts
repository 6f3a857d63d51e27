import type { Cooldown, Instant } from "./cooldown.ts";
import { FURTHEST_END_MS, carryOver } from "./cooldown.ts";
import { loseLease } from "./doubt.ts";
import type { AmbiguityPolicy } from "../notification.ts";
import { LEASE_MS } from "./delivery-limits.ts";
import { isHeldAs, type HeldLease, type Pair, type PairChange } from "./pair.ts";

// Leases that end without a word from their notifier.

/**
 * The lease has run out: call it for pairs whose lease ends at or before now. A pair whose lease still stands comes back as it is.
 * A restart of the server is no reason to end a lease early: notifiers come back and report under their tokens.
 */
export function expireLease(pair: Pair, now: Instant, policy: AmbiguityPolicy): PairChange {
  const { sealed } = pair;
  if (sealed?.lease == null || now.monoMs < sealed.lease.endsAt) return unchanged(pair);
  return loseLease(pair, sealed, now, policy, "LEASE_RAN_OUT");
}

/** The stream of the notifier that had this lease broke. A pair that is leased under another one comes back as it is. */
export function loseStream(pair: Pair, held: HeldLease, now: Instant, policy: AmbiguityPolicy): PairChange {
  const { sealed } = pair;
  if (sealed === null || !isHeldAs(sealed, held)) return unchanged(pair);
  return loseLease(pair, sealed, now, policy, "STREAM_BROKE");
}

/**
 * The pair as it stands when the store opens; call it for every pair with a live notification or a cooldown. Within one boot nothing
 * changes. After a reboot (or a snapshot, or without a boot's id) the stored monotonic times mean nothing: the cooldown is carried
 * over by the wall clock, back-offs are over, and a lease is void, as if it had run out now.
 */
export function carryPairOver(
  pair: Pair,
  storedBootId: string | null,
  now: Instant,
  boot: { readonly bootId: string | null; readonly policy: AmbiguityPolicy },
): PairChange {
  if (storedBootId !== null && storedBootId === boot.bootId && !isFromSnapshot(pair, now)) return unchanged(pair);
  const carry = (cooldown: Cooldown | null) => carryOver(cooldown, null, now, boot.bootId);
  const carried: Pair = {
    ...pair,
    cooldown: carry(pair.cooldown),
    waiting: pair.waiting === null ? null : { ...pair.waiting, nextAttemptMono: now.monoMs },
    sealed:
      pair.sealed === null
        ? null
        : { ...pair.sealed, nextAttemptMono: now.monoMs, cooldownBefore: carry(pair.sealed.cooldownBefore) },
  };
  if (carried.sealed?.lease == null) return unchanged(carried);
  return loseLease(carried, carried.sealed, now, boot.policy, "REBOOTED");
}

function isFromSnapshot(pair: Pair, now: Instant): boolean {
  const cooldownAhead = (pair.cooldown?.openMono ?? now.monoMs) - now.monoMs;
  const leaseAhead = (pair.sealed?.lease?.endsAt ?? now.monoMs) - now.monoMs;
  return cooldownAhead > FURTHEST_END_MS || leaseAhead > LEASE_MS;
}

function unchanged(pair: Pair): PairChange {
  return { pair, ended: [], goneId: null };
}
