// Kills one of the three processes after the other, whichever chance names, and holds what is left against what each of the two modes
// promises: `resend` repeats what may have been taken, `hold` never does. A second notifier takes over what the first one had.
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { eventually } from "./eventually.ts";
import type { Evidence } from "./kill-evidence.ts";
import { countRepeats, reconcile } from "./kill-reconcile.ts";
import { fractionFrom, killOnce, spread, type Kill, type KillFigures } from "./kill-trial.ts";
import { KillWorld, type Victim } from "./kill-world.ts";
import { GO_ON_LIMIT_MS, readAttempts, stuckFaults, stuckMails, type KillFact, type StuckMail } from "./stuck-mails.ts";

const VICTIMS: readonly Victim[] = ["server", "notifier", "fetcher"];
const MODES: readonly AmbiguityPolicy[] = ["resend", "hold"];
/** On one database; the next one has the other mode. */
const KILLS_A_WORLD = 100;
/** Alerts for so many times the kills, where the machine has other work and each takes longer. */
const RESERVE = 2;
const FILLERS = 160;
/** More than the lease of what was under way at the last kill, and the minute of what was lost twice. */
const STUCK_LIMIT_MS = 120 * SECOND_MS;

export interface KillAllOptions {
  readonly kills: number;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

interface WorldResult {
  readonly policy: AmbiguityPolicy;
  readonly kills: readonly Kill[];
  readonly stuck: readonly StuckMail[];
  readonly evidence: Evidence;
  readonly leases: number;
}

/** One database after the other, the two modes in turn. Throws when something does not come back at all. */
export async function runKillAllTrial({ kills, seed, onViolation }: KillAllOptions): Promise<KillFigures> {
  const results: WorldResult[] = [];
  const worlds = MODES.length * Math.ceil(kills / (MODES.length * KILLS_A_WORLD)); // as many of each mode
  for (let at = 0; at < worlds; at++) {
    const share = Math.floor((kills * (at + 1)) / worlds) - Math.floor((kills * at) / worlds);
    const policy = MODES[at % MODES.length]!;
    const result = await killInWorld(policy, share, fractionFrom(seed + at));
    for (const fault of faultsOf(result)) onViolation(`${policy}, database ${at + 1}: ${fault}`);
    results.push(result);
  }
  return figuresOf(results);
}

async function killInWorld(policy: AmbiguityPolicy, count: number, random: () => number): Promise<WorldResult> {
  const world = await KillWorld.open({ kills: count * RESERVE, prices: "fetcher", fillers: FILLERS, random, policy });
  try {
    await world.startSpare();
    const kills: Kill[] = [];
    const facts: KillFact[] = [];
    for (let at = 0; at < count; at++) {
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)]!;
      kills.push(await killOnce(world, [victim], random));
      facts.push({ victim, timeMs: world.killTimesMs.at(-1)! });
    }
    if (world.market.isExhausted) throw new Error("the trial outlived its alerts: its last kills had no triggers");
    const lastMs = facts.at(-1)?.timeMs ?? 0;
    const wentOn = (): boolean => world.stuckSince(lastMs) === 0;
    // What has not gone on by then is a finding.
    await eventually("every stuck mail has gone on", wentOn, STUCK_LIMIT_MS).catch(() => undefined);
    const stuck = stuckMails(readAttempts(world.databaseFile), facts);
    const evidence = await world.settle();
    return { policy, kills, stuck, evidence, leases: world.leasesAtKills };
  } catch (error) {
    throw new Error(`${policy}: it did not come back; last was said:\n${world.lastWords()}`, { cause: error });
  } finally {
    await world.close();
  }
}

function faultsOf({ policy, kills, stuck, evidence, leases }: WorldResult): string[] {
  const most = leases + kills.length; // one more may have been handed out between the count and the kill
  const [repeats, unknown] = [countRepeats(evidence), countUnknown(evidence)];
  return [
    ...reconcile(evidence, policy),
    ...stuckFaults(stuck),
    ...(repeats > most ? [`${repeats} repeats, with ${leases} mails under way at ${kills.length} kills`] : []),
    ...(unknown > most ? [`${unknown} unknown, with ${leases} mails under way at ${kills.length} kills`] : []),
  ];
}

function countUnknown({ notifications }: Evidence): number {
  return notifications.filter(({ state }) => state === "UNKNOWN").length;
}

function figuresOf(results: readonly WorldResult[]): KillFigures {
  const sum = (of: (result: WorldResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const kills = results.flatMap((result) => result.kills);
  const stuck = results.flatMap((result) => result.stuck);
  const waits = (why: StuckMail["why"]): number[] =>
    stuck.filter((mail) => mail.why === why).map(({ waitedMs }) => waitedMs);
  return {
    databases: results.length,
    quotes: sum(({ evidence }) => evidence.stored.length),
    triggers: sum(({ evidence }) => evidence.triggers.length),
    mails: sum(({ evidence }) => evidence.mails.length),
    "mails in flight at kills": sum(({ leases }) => leases),
    "repeats, resend": sum(({ policy, evidence }) => (policy === "resend" ? countRepeats(evidence) : 0)),
    "repeats, hold": sum(({ policy, evidence }) => (policy === "hold" ? countRepeats(evidence) : 0)),
    "unknown, hold": sum(({ evidence }) => countUnknown(evidence)),
    "in flight %": Math.round((kills.filter(({ wasBusy }) => wasBusy).length / kills.length) * 100),
    "stuck by a broken stream": waits("stream").length,
    ...spread("broken stream went on", waits("stream")),
    "stuck by a dead server": waits("lease").length,
    ...spread("dead server went on", waits("lease")),
    "stuck until the lease's end": waits("lease").filter((ms) => ms > GO_ON_LIMIT_MS.stream).length,
    "lost twice": stuck.filter(({ backOffMs }) => backOffMs > 0).length,
    ...spread(
      "mails again",
      kills.map(({ mailsAgainMs }) => mailsAgainMs),
    ),
    ...spread(
      "host took",
      kills.map(({ stolenMs }) => stolenMs),
    ),
  };
}
