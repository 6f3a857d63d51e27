// Who waits for whom: one domain whose mail server hangs beside one that answers at once; and several notifiers, of which one hangs and
// one is killed.
import Database from "better-sqlite3";
import { quantile } from "../../bench/bench.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { eventually } from "./eventually.ts";
import { FairWorld, type FairUser } from "./fair-world.ts";
import { GO_ON_LIMIT_MS, readAttempts, stuckFaults, stuckMails } from "./stuck-mails.ts";

const PLACES = 4;
const HANG_MS = 20 * SECOND_MS;
/** With several notifiers: long enough that there is mail under way whenever something befalls one. */
const ANSWER_MS = 200;
/** Of mails that nothing stands in the way of. */
const PROMPT_LIMIT_MS = SECOND_MS;
/** So often some mails become due. */
const EVERY_MS = 100;
/** A lease, and what is found by it goes on within this. */
const LEASE_LIMIT_MS = GO_ON_LIMIT_MS.lease;

type Figures = Readonly<Record<string, number>>;
type OnViolation = (text: string) => void;

export interface SlowDomainOptions {
  /** How many mails go to the domain that hangs, all at once, and to the one that answers, one every 100 ms. */
  readonly slowMails: number;
  readonly quickMails: number;
  readonly onViolation: OnViolation;
}

/** Mails to a domain that answers at once are prompt, whatever number waits for one that hangs. */
export async function runSlowDomainTrial({ slowMails, quickMails, onViolation }: SlowDomainOptions): Promise<Figures> {
  const slow = Array.from({ length: slowMails }, (_, at) => userAt("slow", at, "SLOW"));
  const quick = Array.from({ length: quickMails }, (_, at) => userAt("quick", at, `Q${at}`));
  const answerMs = (recipient: string) => (recipient.endsWith("@slow.example") ? HANG_MS : 0);
  const world = await FairWorld.open({ users: [...slow, ...quick], answerMs, places: PLACES });
  try {
    await world.startNotifier();
    await world.fire("SLOW");
    for (const { symbol } of quick) {
      await systemClock.sleep(EVERY_MS);
      await world.fire(symbol);
    }
    const isQuick = ({ domain }: FairUser): boolean => domain === "quick.example";
    await eventually("every quick mail", () => world.waitsMs(isQuick).at(-1) !== Infinity, LEASE_LIMIT_MS).catch(
      () => undefined, // what has not come by then is a finding
    );
    const waits = world.waitsMs(isQuick);
    const p99 = quantile(waits, 0.99);
    if (p99 > PROMPT_LIMIT_MS) onViolation(`the 99th percentile of the quick mails is ${seconds(p99)} s`);
    const most = waits.at(-1) ?? NaN;
    return { "quick p50 ms": Math.round(quantile(waits, 0.5)), "quick p99 ms": Math.round(p99), "quick max ms": most };
  } finally {
    await world.close();
  }
}

export interface SeveralNotifiersOptions {
  readonly notifiers: number;
  /** For so long ten mails a second become due. */
  readonly loadMs: number;
  /** What befalls notifiers in the middle: first one is killed, then one stands still and goes on when all is over. */
  readonly faults: readonly ("kill" | "hang")[];
  readonly onViolation: OnViolation;
  /** A short run shares its machine: it judges what is left, not how fast. */
  readonly isShort?: boolean;
}

/** Whatever befalls one notifier, the others' mails are prompt; its own go on in time, and without a fault nothing is repeated. */
export async function runSeveralNotifiersTrial(options: SeveralNotifiersOptions): Promise<Figures> {
  const { notifiers, loadMs, faults, onViolation, isShort = false } = options;
  const count = Math.floor(loadMs / EVERY_MS);
  const users = Array.from({ length: count }, (_, at) => userAt("user", at, `T${at}`));
  const world = await FairWorld.open({ users, answerMs: () => ANSWER_MS, places: PLACES });
  try {
    const running = await Promise.all(Array.from({ length: notifiers }, () => world.startNotifier()));
    const kills: { victim: string; timeMs: number }[] = [];
    let stopped = 0;
    for (const [at, { symbol }] of users.entries()) {
      await systemClock.sleep(EVERY_MS);
      if (at === Math.floor(count / 3) && faults.includes("kill")) {
        kills.push({ victim: "notifier", timeMs: systemClock.now() });
        await running[0]?.kill();
      }
      if (at === Math.floor(count / 2) && faults.includes("hang")) {
        stopped = running.at(-1)?.pid ?? 0;
        process.kill(stopped, "SIGSTOP");
      }
      await world.fire(symbol);
    }
    const ended = (): boolean => countOpen(world.databaseFile) === 0;
    await eventually("every mail has ended", ended, 2 * LEASE_LIMIT_MS).catch(() => undefined);
    if (stopped !== 0) process.kill(stopped, "SIGCONT");
    return judge(world, { kills, hung: faults.includes("hang") ? PLACES : 0, onViolation, isShort });
  } finally {
    await world.close();
  }
}

interface Judged {
  readonly kills: readonly { victim: string; timeMs: number }[];
  /** So many mails a notifier that stands still may have. */
  readonly hung: number;
  readonly onViolation: OnViolation;
  readonly isShort: boolean;
}

function judge(world: FairWorld, { kills, hung, onViolation, isShort }: Judged): Figures {
  const waits = world.waitsMs(() => true);
  const attempts = readAttempts(world.databaseFile);
  const stuck = stuckMails(attempts, kills);
  for (const fault of stuckFaults(stuck)) onViolation(fault);
  const { mails } = world.sink;
  const repeats = mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
  if (repeats > stuck.length + hung)
    onViolation(`${repeats} repeats, but ${stuck.length + hung} mails were in trouble`);
  const late = waits.filter((ms) => ms > PROMPT_LIMIT_MS).length;
  if (!isShort && late > stuck.length + hung)
    onViolation(`${late} mails took longer than a second; ${hung} stood still`);
  const lost = waits.filter((ms) => ms === Infinity).length;
  if (lost > 0) onViolation(`${lost} mails never came`);
  return {
    mails: mails.length,
    repeats,
    late,
    "p50 ms": Math.round(quantile(waits, 0.5)),
    "p95 ms": Math.round(quantile(waits, 0.95)),
    "max ms": Math.round(waits.at(-1) ?? NaN),
    "stuck max ms": Math.round(Math.max(0, ...stuck.map(({ waitedMs }) => waitedMs))),
  };
}

function countOpen(file: string): number {
  const db = new Database(file, { readonly: true });
  try {
    return Number(db.prepare("SELECT count(*) FROM notifications WHERE end_time IS NULL").pluck().get());
  } finally {
    db.close();
  }
}

function userAt(kind: string, at: number, symbol: string): FairUser {
  return { id: `${kind}-${at}`, domain: `${kind}.example`, symbol };
}

function seconds(ms: number): string {
  return (ms / SECOND_MS).toFixed(1);
}
