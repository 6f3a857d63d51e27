import type { EndResult } from "../delivery.ts";
import type { AmbiguityPolicy, DeliveryOutcome } from "../../notification.ts";
import { NOTIFICATION_LIFE_MS } from "../delivery-limits.ts";
import type { PairChange } from "../pair.ts";
import { HOUR_MS, SECOND_MS } from "../../time.ts";
import type { Machine } from "./machine.ts";
import type { PromiseName } from "./promises.ts";
import { brokenByEnding, brokenByTaking } from "./promises.ts";
import type { Attempt, World } from "./world.ts";
import { forgetOldMails, instantOf, liveRecords } from "./world.ts";

// Everything that can happen next in a world.

/** One thing that can happen: what, the world after it, and the promise that it breaks, if any. */
export interface Move {
  readonly name: string;
  readonly world: World;
  readonly broken: PromiseName | null;
}

/** A step within a lease: a third of it, and a part of every other time in the rules, so that all times stay on one grid. */
const STEP_MS = 15 * SECOND_MS;
const DAY_PASSES = "a day passes";
const REBOOT = "reboot";
/** A draw in the middle: no jitter. */
const RANDOM = 0.5;

/** Whether a move is one that liveness may not lean on: things must be able to end without expiring, and without a reboot. */
export function isLastResort(name: string): boolean {
  return name === DAY_PASSES || name === REBOOT;
}

/** The moves of one machine under one policy, with at most so many triggers. */
export class Moves {
  readonly #machine: Machine;
  readonly #policy: AmbiguityPolicy;
  readonly #maxTriggers: number;

  constructor(machine: Machine, policy: AmbiguityPolicy, maxTriggers: number) {
    this.#machine = machine;
    this.#policy = policy;
    this.#maxTriggers = maxTriggers;
  }

  /** All of them. */
  of(world: World): Move[] {
    return this.#all(world).map((each) => ({ ...each, world: this.#withoutIgnored(forgetOldMails(each.world)) }));
  }

  #all(world: World): Move[] {
    const moves = [...this.#triggers(world), ...this.#begins(world), ...this.#sweeps(world), ...this.#times(world)];
    world.notifiers.forEach((attempt, place) => {
      if (attempt === null) return;
      if (attempt.outcome === null) moves.push(...this.#sends(world, attempt, place));
      else moves.push(...this.#reports(world, attempt, attempt.outcome, place));
      moves.push(...this.#breaks(world, attempt));
      moves.push(move("a notifier dies", withAttempt(world, place, null)));
    });
    return moves;
  }

  /** A report that would be ignored now is ignored for ever, since tokens only grow: its notifier may as well be idle. */
  #withoutIgnored(world: World): World {
    const isHeard = (attempt: Attempt | null) =>
      attempt?.outcome == null || this.#end(world, attempt, attempt.outcome)?.accepted !== false;
    return world.notifiers.every(isHeard)
      ? world
      : { ...world, notifiers: world.notifiers.map((attempt) => (isHeard(attempt) ? attempt : null)) };
  }

  #end(world: World, attempt: Attempt, outcome: DeliveryOutcome): EndResult | null {
    const record = [...liveRecords(world), ...world.ended].find(({ id }) => id === attempt.notificationId);
    if (record === undefined) return null;
    const settings = { policy: this.#policy, random: RANDOM };
    return this.#machine.endDelivery(world.pair, record, { token: attempt.token, outcome }, instantOf(world), settings);
  }

  *#triggers(world: World): Iterable<Move> {
    if (world.fired === this.#maxTriggers) return;
    const fired = world.fired + 1;
    const { pair } = this.#machine.joinTrigger(world.pair, `t${fired}`, instantOf(world), () => `n${fired}`);
    yield move(`t${fired} fires`, { ...world, pair, fired });
  }

  *#begins(world: World): Iterable<Move> {
    const place = world.notifiers.indexOf(null);
    const { waiting } = world.pair;
    if (place < 0) return;
    const messageId = waiting === null ? "" : `${waiting.id}.${waiting.token + 1}`;
    const sealing = { messageId, boundary: `b-${messageId}`, isLive: () => true };
    const result = this.#machine.beginDelivery(world.pair, instantOf(world), this.#policy, sealing);
    const after = applied(world, result);
    if (result.kind === "none") {
      if (result.pair !== world.pair) yield after("a notifier asks, and something has ended");
      return;
    }
    const { seal, lease, notification } = result;
    const attempt: Attempt = {
      notificationId: notification.id,
      token: lease.token,
      messageId: seal.messageId,
      content: JSON.stringify(seal),
      lineIds: seal.lineIds,
      deadlineMs: world.nowMs + (lease.endsAt - instantOf(world).monoMs),
      mayGiveData: this.#policy === "resend",
      outcome: null,
    };
    yield after(`a notifier begins ${notification.id} (${result.kind})`, (next) => withAttempt(next, place, attempt));
  }

  /** What can happen to a mail in a notifier's hands. */
  *#sends(world: World, attempt: Attempt, place: number): Iterable<Move> {
    const learns = (outcome: DeliveryOutcome, from = world) => withAttempt(from, place, { ...attempt, outcome });
    const unsure: DeliveryOutcome = { kind: "unsure", reply: "" };
    if (!attempt.mayGiveData) yield* this.#announces(world, attempt, place);
    if (world.nowMs >= attempt.deadlineMs) {
      yield move("a notifier gives up", learns(unsure));
      return;
    }
    yield move("4xx", learns({ kind: "notTaken", reply: "" }));
    yield move("5xx for the address", learns({ kind: "refused", reply: "", addressFault: true }));
    yield move("the mail server refuses us", learns({ kind: "serverTrouble", reply: "" }));
    if (!attempt.mayGiveData) return;
    yield move("the connection dies, not taken", learns(unsure));
    const broken = brokenByTaking(world, attempt, this.#policy);
    const after = mailTaken(world, attempt);
    yield { name: `${attempt.messageId} is taken`, world: learns({ kind: "taken", reply: "" }, after), broken };
    yield { name: `${attempt.messageId} is taken, the connection dies`, world: learns(unsure, after), broken };
  }

  *#announces(world: World, attempt: Attempt, place: number): Iterable<Move> {
    if (world.pair.sealed?.id !== attempt.notificationId) return;
    const pair = this.#machine.announceSending(world.pair, attempt.token, instantOf(world));
    if (pair === null) return; // refused: all it can do is report or die
    const granted = { ...world, pair };
    // An answer that comes after the lease's end is of no use: the notifier has given up by then.
    yield move("sending is announced", withAttempt(granted, place, { ...attempt, mayGiveData: true }));
    yield move("sending is announced, the answer is lost", withAttempt(granted, place, null));
  }

  *#reports(world: World, attempt: Attempt, outcome: DeliveryOutcome, place: number): Iterable<Move> {
    const result = this.#end(world, attempt, outcome);
    if (result === null) return;
    const after = applied(world, result);
    yield after(`${outcome.kind} is reported (${attempt.token})`, (next) => withAttempt(next, place, null));
    yield after(`${outcome.kind} is reported (${attempt.token}), the answer is lost`);
  }

  *#breaks(world: World, attempt: Attempt): Iterable<Move> {
    if (world.pair.sealed?.id !== attempt.notificationId) return;
    const change = this.#machine.loseStream(world.pair, attempt.token, instantOf(world), this.#policy);
    if (change.pair !== world.pair) yield applied(world, change)(`the stream of ${attempt.token} breaks`);
  }

  *#sweeps(world: World): Iterable<Move> {
    const now = instantOf(world);
    const lease = this.#machine.expireLease(world.pair, now, this.#policy);
    if (lease.pair !== world.pair) yield applied(world, lease)("the lease has run out");
    const life = this.#machine.expireNotification(world.pair, now);
    if (life.pair !== world.pair) yield applied(world, life)("the day is over");
    const rebooted = { ...world, bootMs: world.nowMs };
    const boot = { bootId: "after", policy: this.#policy };
    yield applied(rebooted, this.#machine.carryPairOver(world.pair, "before", instantOf(rebooted), boot))(REBOOT);
  }

  *#times(world: World): Iterable<Move> {
    const { waiting, sealed, cooldown } = world.pair;
    const later = (ms: number) => ({ ...world, nowMs: world.nowMs + ms });
    const monoMs = instantOf(world).monoMs;
    const ends = [sealed?.lease?.endsAt, sealed?.nextAttemptMono, waiting?.nextAttemptMono, cooldown?.openMono];
    const waits = ends.map((end) => (end ?? 0) - monoMs).filter((ms) => ms > 0);
    const isSending = world.notifiers.some((a) => a !== null && a.outcome === null && a.deadlineMs > world.nowMs);
    if (isSending) waits.push(STEP_MS);
    if (waits.length > 0) yield move(`${Math.min(...waits) / SECOND_MS} s pass`, later(Math.min(...waits)));
    if (waiting !== null || sealed !== null) yield move(DAY_PASSES, later(NOTIFICATION_LIFE_MS + 2 * HOUR_MS));
  }
}

function move(name: string, world: World): Move {
  return { name, world, broken: null };
}

/** What the machine changed, put into the world; the promise of what ended is looked at on the way. */
function applied(world: World, change: PairChange): (name: string, then?: (next: World) => World) => Move {
  const known = world.ended.filter((record) => change.ended.every(({ id }) => id !== record.id));
  const ended = [...known, ...change.ended].sort((a, b) => (a.id < b.id ? -1 : 1));
  const next: World = { ...world, pair: change.pair, ended };
  const broken = change.ended.map((record) => brokenByEnding(world, record)).find((name) => name !== null) ?? null;
  return (name, then = (same) => same) => ({ name, world: then(next), broken });
}

function mailTaken(world: World, attempt: Attempt): World {
  const { notificationId, messageId, content, lineIds } = attempt;
  const others = world.taken.filter((mail) => mail.messageId !== messageId);
  const taken = [...others, { notificationId, messageId, content, lineIds, atMs: world.nowMs }];
  return { ...world, taken, mailed: [...new Set([...world.mailed, ...lineIds])] };
}

function withAttempt(world: World, place: number, attempt: Attempt | null): World {
  return { ...world, notifiers: world.notifiers.with(place, attempt) };
}
