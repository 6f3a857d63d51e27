import type { BeginResult, EndResult } from "../delivery.ts";
import type { AmbiguityPolicy, DeliveryOutcome } from "../../notification.ts";
import { NOTIFICATION_LIFE_MS } from "../delivery-limits.ts";
import { EMPTY_PAIR, type Pair, type PairChange } from "../pair.ts";
import { isResendable } from "../resend.ts";
import { HOUR_MS, SECOND_MS } from "../../time.ts";
import type { Machine } from "./machine.ts";
import { mailsToBegin, sealingOf } from "./mails-to-begin.ts";
import type { PromiseName } from "./promises.ts";
import { brokenByEnding, brokenByTaking } from "./promises.ts";
import type { Attempt, World } from "./world.ts";
import { forgetOldMails, instantOf, liveRecords, pairOf, placeOf, recordsOf, symbolAt } from "./world.ts";

// Everything that can happen next in a world.

/** One thing that can happen: what, the world after it, and the promise that it breaks, if any. */
export interface Move {
  readonly name: string;
  readonly world: World;
  readonly broken: PromiseName | null;
}

/** What the moves are of. */
export interface MoveOptions {
  readonly policy: AmbiguityPolicy;
  /** At most so many triggers for each symbol: `[2]` is one symbol and two triggers. */
  readonly maxTriggers: readonly number[];
  /** A step of time while a notifier is at work; a third of a lease unless given. */
  readonly stepMs?: number;
}

/** A third of a lease, and a part of every other time in the rules, so that all times stay on one grid. */
const STEP_MS = 15 * SECOND_MS;
const DAY_PASSES = "a day passes";
const REBOOT = "reboot";
const IS_SENT_AGAIN = "its user has it sent again";
/** A draw in the middle: no jitter. */
const RANDOM = 0.5;

/** Whether a move is one that liveness may not lean on: things must be able to end without expiring, without a reboot, and with no user's help. */
export function isLastResort(name: string): boolean {
  return name === DAY_PASSES || name === REBOOT || name.endsWith(IS_SENT_AGAIN);
}

/** The moves of one machine. */
export class Moves {
  readonly #machine: Machine;
  readonly #policy: AmbiguityPolicy;
  readonly #maxTriggers: readonly number[];
  readonly #stepMs: number;

  constructor(machine: Machine, { policy, maxTriggers, stepMs = STEP_MS }: MoveOptions) {
    this.#machine = machine;
    this.#policy = policy;
    this.#maxTriggers = maxTriggers;
    this.#stepMs = stepMs;
  }

  /** All of them. */
  of(world: World): Move[] {
    return this.#all(world).map((each) => ({ ...each, world: this.#withoutIgnored(forgetOldMails(each.world)) }));
  }

  #all(world: World): Move[] {
    const moves = [
      ...this.#triggers(world),
      ...this.#begins(world),
      ...this.#resends(world),
      ...this.#sweeps(world),
      ...this.#times(world),
    ];
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
      attempt?.outcome == null || this.#end(world, attempt, attempt.outcome).some(({ accepted }) => accepted);
    return world.notifiers.every(isHeard)
      ? world
      : { ...world, notifiers: world.notifiers.map((attempt) => (isHeard(attempt) ? attempt : null)) };
  }

  /** What comes of a report for each notification of the mail. */
  #end(world: World, attempt: Attempt, outcome: DeliveryOutcome): EndResult[] {
    const report = { token: attempt.token, outcome };
    const settings = { policy: this.#policy, random: RANDOM };
    return this.#machine
      .mailOf(recordsOf(world), attempt.notificationId)
      .map((record) => this.#machine.endDelivery(pairOf(world, record.id), record, report, instantOf(world), settings));
  }

  *#triggers(world: World): Iterable<Move> {
    for (const [place, pair] of world.pairs.entries()) {
      const count = (world.fired[place] ?? 0) + 1;
      if (count > (this.#maxTriggers[place] ?? 0)) continue;
      const name = `${symbolAt(place)}${count}`;
      const joined = this.#machine.joinTrigger(pair, `t${name}`, instantOf(world), () => `n${name}`);
      const pairs = world.pairs.with(place, joined.pair);
      yield move(`t${name} fires`, { ...world, pairs, fired: world.fired.with(place, count) });
    }
  }

  *#begins(world: World): Iterable<Move> {
    const free = world.notifiers.indexOf(null);
    if (free < 0 || world.beginsLeft === 0) return;
    const beginsLeft = world.beginsLeft === null ? null : world.beginsLeft - 1;
    for (const places of mailsToBegin(world)) {
      const pairs = places.map((place) => world.pairs[place] ?? EMPTY_PAIR);
      const results = this.#machine.beginMail(pairs, instantOf(world), this.#policy, sealingOf(pairs));
      const going = results.filter((result) => result.kind !== "none");
      const after = applied(world, new Map(places.map((place, at) => [place, results[at] ?? unchanged(EMPTY_PAIR)])));
      const [first] = going;
      if (first === undefined) {
        if (results.some((result, at) => result.pair !== pairs[at] && result.ended.length > 0))
          yield after("a notifier asks, and something has ended");
        continue;
      }
      const attempt = this.#attemptOf(world, first, going);
      const names = going.map(({ notification }) => notification.id).join(" and ");
      yield after(`a notifier begins ${names} (${first.kind})`, (next) => ({
        ...withAttempt(next, free, attempt),
        beginsLeft,
      }));
    }
  }

  #attemptOf(world: World, first: Going, going: readonly Going[]): Attempt {
    return {
      notificationId: first.notification.id,
      token: first.lease.token,
      messageId: first.seal.messageId,
      content: JSON.stringify(going.map(({ seal }) => seal)),
      lineIds: going.flatMap(({ seal }) => seal.lineIds),
      deadlineMs: world.nowMs + (first.lease.endsAt - instantOf(world).monoMs),
      mayGiveData: this.#policy === "resend",
      outcome: null,
    };
  }

  *#resends(world: World): Iterable<Move> {
    if (world.resendsLeft === 0) return;
    for (const record of world.ended) {
      if (!isResendable(record.state)) continue;
      const change = this.#machine.resend(pairOf(world, record.id), record, instantOf(world));
      const resent = this.#policy === "hold" ? [...world.resent, ...record.triggerIds] : world.resent;
      const away = { ...world, ended: world.ended.filter((one) => one !== record), resent };
      const after = applied(away, new Map([[placeOf(record.id), change]]));
      yield after(`${record.id}: ${IS_SENT_AGAIN}`, (next) => ({ ...next, resendsLeft: world.resendsLeft - 1 }));
    }
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
    // As a 4xx, but for the back-off: of two symbols it would say nothing new.
    if (world.pairs.length === 1)
      yield move("the mail server refuses us", learns({ kind: "serverTrouble", reply: "" }));
    if (!attempt.mayGiveData) return;
    yield move("the connection dies, not taken", learns(unsure));
    const broken = brokenByTaking(world, attempt, this.#policy);
    const after = mailTaken(world, attempt, this.#policy);
    yield { name: `${attempt.messageId} is taken`, world: learns({ kind: "taken", reply: "" }, after), broken };
    yield { name: `${attempt.messageId} is taken, the connection dies`, world: learns(unsure, after), broken };
  }

  *#announces(world: World, attempt: Attempt, place: number): Iterable<Move> {
    const mail = this.#machine.mailOf(recordsOf(world), attempt.notificationId);
    const changes = new Map<number, PairChange>();
    for (const { id } of mail) {
      const pair = this.#machine.announceSending(
        pairOf(world, id),
        { notificationId: id, token: attempt.token },
        instantOf(world),
      );
      if (pair !== null) changes.set(placeOf(id), unchanged(pair));
    }
    if (changes.size === 0) return; // refused: all it can do is report or die
    const after = applied(world, changes);
    if (changes.size < mail.length) {
      yield after("sending is announced, and refused");
      return;
    }
    // An answer that comes after the lease's end is of no use: the notifier has given up by then.
    yield after("sending is announced", (next) => withAttempt(next, place, { ...attempt, mayGiveData: true }));
    yield after("sending is announced, the answer is lost", (next) => withAttempt(next, place, null));
  }

  *#reports(world: World, attempt: Attempt, outcome: DeliveryOutcome, place: number): Iterable<Move> {
    const results = this.#end(world, attempt, outcome);
    if (results.length === 0) return;
    const after = applied(world, new Map(results.map((result) => [placeOf(result.notification.id), result])));
    yield after(`${outcome.kind} is reported (${attempt.token})`, (next) => withAttempt(next, place, null));
    yield after(`${outcome.kind} is reported (${attempt.token}), the answer is lost`);
  }

  *#breaks(world: World, { notificationId, token }: Attempt): Iterable<Move> {
    const mail = this.#machine.mailOf(recordsOf(world), notificationId);
    const lose = (pair: Pair, place: number) => {
      const member = mail.find(({ id }) => placeOf(id) === place);
      if (member === undefined) return unchanged(pair);
      return this.#machine.loseStream(pair, { notificationId: member.id, token }, instantOf(world), this.#policy);
    };
    yield* this.#toEach(world, lose, `the stream of ${notificationId}.${token} breaks`);
  }

  *#sweeps(world: World): Iterable<Move> {
    const now = instantOf(world);
    yield* this.#toEach(world, (pair) => this.#machine.expireLease(pair, now, this.#policy), "the lease has run out");
    yield* this.#toEach(world, (pair) => this.#machine.expireNotification(pair, now), "the day is over");
    const rebooted = { ...world, bootMs: world.nowMs };
    const boot = { bootId: "after", policy: this.#policy };
    const carry = (pair: Pair) => this.#machine.carryPairOver(pair, "before", instantOf(rebooted), boot);
    yield* this.#toEach(rebooted, carry, REBOOT);
  }

  /** One transaction over all pairs, if it changes any. */
  *#toEach(world: World, change: (pair: Pair, place: number) => PairChange, name: string): Iterable<Move> {
    const changes = new Map(world.pairs.map((pair, place) => [place, change(pair, place)]));
    if (world.pairs.every((pair, place) => changes.get(place)?.pair === pair)) return;
    yield applied(world, changes)(name);
  }

  *#times(world: World): Iterable<Move> {
    const later = (ms: number) => ({ ...world, nowMs: world.nowMs + ms });
    const monoMs = instantOf(world).monoMs;
    const ends = world.pairs.flatMap(({ waiting, sealed, cooldown }) => [
      sealed?.lease?.endsAt,
      sealed?.nextAttemptMono,
      waiting?.nextAttemptMono,
      cooldown?.openMono,
    ]);
    const waits = ends.map((end) => (end ?? 0) - monoMs).filter((ms) => ms > 0);
    const isSending = world.notifiers.some((a) => a !== null && a.outcome === null && a.deadlineMs > world.nowMs);
    if (isSending) waits.push(this.#stepMs);
    if (waits.length > 0) yield move(`${Math.min(...waits) / SECOND_MS} s pass`, later(Math.min(...waits)));
    if (liveRecords(world).length > 0) yield move(DAY_PASSES, later(NOTIFICATION_LIFE_MS + 2 * HOUR_MS));
  }
}

type Going = Exclude<BeginResult, { kind: "none" }>;

function move(name: string, world: World): Move {
  return { name, world, broken: null };
}

function unchanged(pair: Pair): PairChange {
  return { pair, ended: [], goneId: null };
}

/** What the machine changed, put into the world; the promise of what ended is looked at on the way. */
function applied(
  world: World,
  changes: ReadonlyMap<number, PairChange>,
): (name: string, then?: (next: World) => World) => Move {
  const newlyEnded = [...changes.values()].flatMap((change) => change.ended);
  const known = world.ended.filter((record) => newlyEnded.every(({ id }) => id !== record.id));
  const ended = [...known, ...newlyEnded].sort((a, b) => (a.id < b.id ? -1 : 1));
  const pairs = world.pairs.map((pair, place) => changes.get(place)?.pair ?? pair);
  const next: World = { ...world, pairs, ended };
  const broken = newlyEnded.map((record) => brokenByEnding(world, record)).find((name) => name !== null) ?? null;
  return (name, then = (same) => same) => ({ name, world: then(next), broken });
}

function mailTaken(world: World, attempt: Attempt, policy: AmbiguityPolicy): World {
  const { notificationId, messageId, content, lineIds } = attempt;
  const others = world.taken.filter((mail) => mail.messageId !== messageId);
  const taken = [...others, { notificationId, messageId, content, lineIds, atMs: world.nowMs }];
  return { ...world, taken, mailed: policy === "hold" ? [...world.mailed, ...lineIds] : world.mailed };
}

function withAttempt(world: World, place: number, attempt: Attempt | null): World {
  return { ...world, notifiers: world.notifiers.with(place, attempt) };
}
