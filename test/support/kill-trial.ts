// Kills processes under load, again and again, and holds what is left against what was promised.
import { mix } from "../../simulator/alpha-vantage/random-number.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { quantile } from "../../bench/bench.ts";
import { eventually } from "./eventually.ts";
import type { Evidence } from "./kill-evidence.ts";
import { countRepeats, reconcile } from "./kill-reconcile.ts";
import { KillWorld, type Victim } from "./kill-world.ts";
import { StolenTime } from "./stolen-time.ts";

/** Under load for so long before each kill: from the first sign of life on, to a moment that nobody chose. */
const [LOAD_LEAST_MS, LOAD_MOST_MS] = [80, 480];
/** From the start of what was killed to the next acknowledgement, and to the next mail: of time that was the machine's own. */
const RECOVERY_LIMIT_MS = 3 * SECOND_MS;
/** From the start of a process to its word that it serves. */
const START_LIMIT_MS = 3 * SECOND_MS;
/** What is not back after so long is taken for lost. */
const PATIENCE_MS = 60 * SECOND_MS;
/** On the mean over the whole trial, kills, starts and all. */
const LEAST = { quotes: 200, triggers: 5, mails: 5 };
/** A fetcher asks once a second, and at each start, for all of these as well. */
const FILLERS = 660;
/** Of all kills. */
const MOST_IDLE_SHARE = 1 / 3;

export interface KillTrialOptions {
  /** Killed at once, each time. */
  readonly victims: readonly Victim[];
  readonly kills: number;
  /** Of the moments. */
  readonly seed: number;
  readonly onViolation: (text: string) => void;
  /** A short run has too few kills for means and shares to say anything, and shares its machine: it judges what is left, not how fast. */
  readonly isShort?: boolean;
}

/** What a trial measured. */
export type KillFigures = Readonly<Record<string, number>>;

/** Of one kill; the times count from the start of what was killed. */
export interface Kill {
  readonly wasBusy: boolean;
  readonly startMs: number;
  readonly quotesAgainMs: number;
  readonly mailsAgainMs: number;
  /** What the machine's host took meanwhile. */
  readonly stolenMs: number;
}

/** One trial on one database. Throws when something does not come back at all. */
export async function runKillTrial(options: KillTrialOptions): Promise<KillFigures> {
  const random = fractionFrom(options.seed);
  const prices = options.victims.includes("fetcher") ? "fetcher" : "storm";
  const world = await KillWorld.open({
    kills: options.kills,
    prices,
    fillers: prices === "fetcher" ? FILLERS : 0,
    random,
  });
  try {
    const beganAt = performance.now();
    const kills: Kill[] = [];
    for (let at = 0; at < options.kills; at++) kills.push(await killOnce(world, options.victims, random));
    const seconds = (performance.now() - beganAt) / SECOND_MS;
    const isExhausted = world.market.isExhausted;
    const evidence = await world.settle();
    for (const fault of [...world.feed.complaints, ...reconcile(evidence)]) options.onViolation(fault);
    const figures: KillFigures = {
      ...figuresOf(kills, evidence, seconds),
      "mails in flight at kills": world.leasesAtKills,
    };
    const repeats = countRepeats(evidence);
    for (const fault of repeatFaults(repeats, world.leasesAtKills, kills.length)) options.onViolation(fault);
    if (options.isShort === true) return figures;
    for (const fault of [...timeFaults(kills), ...loadFaults(figures, isExhausted)]) options.onViolation(fault);
    return figures;
  } finally {
    await world.close();
  }
}

/** One kill under load, and the wait until quotes and mails come again. */
export async function killOnce(world: KillWorld, victims: readonly Victim[], random: () => number): Promise<Kill> {
  await systemClock.sleep(LOAD_LEAST_MS + random() * (LOAD_MOST_MS - LOAD_LEAST_MS));
  const wasBusy = await world.kill(...victims);
  const startedAt = performance.now();
  const stolen = new StolenTime();
  const elapsedMs = (): number => performance.now() - startedAt;
  const progress = world.feed.progress;
  const mails = world.sink.mails.length;
  const since = world.sink.now();
  const areMailsBack = (): boolean => world.sink.mails.slice(mails).some(({ beginMs }) => beginMs >= since);
  const [startMs, quotesAgainMs, mailsAgainMs] = await Promise.all([
    Promise.all(victims.map((victim) => world.start(victim))).then(elapsedMs),
    eventually("quotes acknowledged again", () => world.feed.progress > progress && elapsedMs(), PATIENCE_MS),
    eventually("mails sent again", () => areMailsBack() && elapsedMs(), PATIENCE_MS),
  ]);
  return { wasBusy, startMs, quotesAgainMs, mailsAgainMs, stolenMs: stolen.ms };
}

function figuresOf(kills: readonly Kill[], evidence: Evidence, seconds: number): KillFigures {
  const { stored, triggers, mails } = evidence;
  const lastKillMs = evidence.killTimesMs.at(-1) ?? 0;
  const inTime = new Set(mails.filter(({ takenMs }) => takenMs <= lastKillMs).map(({ messageId }) => messageId));
  const rate = (count: number): number => Math.round((count / seconds) * 10) / 10;
  return {
    quotes: stored.length,
    triggers: triggers.length,
    mails: mails.length,
    repeats: countRepeats(evidence),
    "quotes/s": rate(stored.length),
    "triggers/s": rate(triggers.length),
    "mails/s": rate(inTime.size),
    "in flight %": Math.round((kills.filter(({ wasBusy }) => wasBusy).length / kills.length) * 100),
    ...spread(
      "quotes again",
      kills.map(({ quotesAgainMs }) => quotesAgainMs),
    ),
    ...spread(
      "mails again",
      kills.map(({ mailsAgainMs }) => mailsAgainMs),
    ),
    "recoveries over 3 s": timeFaults(kills, () => 0).length,
    "of them by what the host took": timeFaults(kills, () => 0).length - timeFaults(kills).length,
    ...spread(
      "host took",
      kills.map(({ stolenMs }) => stolenMs),
    ),
    "start max ms": Math.round(Math.max(...kills.map(({ startMs }) => startMs))),
  };
}

/** The middle, the worst of twenty and the worst. */
export function spread(what: string, times: readonly number[]): Record<string, number> {
  const at = (share: number): number => Math.round(quantile(times, share));
  return { [`${what} p50 ms`]: at(0.5), [`${what} p95 ms`]: at(0.95), [`${what} max ms`]: at(1) };
}

/** What took too long; the host's part, unless told otherwise, does not count. */
function timeFaults(kills: readonly Kill[], hostsPart = ({ stolenMs }: Kill): number => stolenMs): string[] {
  const limits = { startMs: START_LIMIT_MS, quotesAgainMs: RECOVERY_LIMIT_MS, mailsAgainMs: RECOVERY_LIMIT_MS };
  return kills.flatMap((kill, at) =>
    (["startMs", "quotesAgainMs", "mailsAgainMs"] as const)
      .filter((what) => kill[what] - hostsPart(kill) > limits[what])
      .map((what) => {
        const times = `${Math.round(kill[what])} ms, of which the host took ${kill.stolenMs}`;
        return `after kill ${at + 1}, ${what} was ${times}: more than ${limits[what]}`;
      }),
  );
}

/** One for each mail under way at a kill, and for one more that was handed out between the count and the kill. */
function repeatFaults(repeats: number, leases: number, kills: number): string[] {
  const isFine = repeats <= leases + kills;
  return isFine ? [] : [`${repeats} repeats, with ${leases} mails under way at ${kills} kills`];
}

function loadFaults(figures: KillFigures, isExhausted: boolean): string[] {
  const tooFew = Object.entries(LEAST).filter(([what, least]) => (figures[`${what}/s`] ?? 0) < least);
  const idle = 100 - (figures["in flight %"] ?? 0);
  return [
    ...tooFew.map(([what, least]) => `the load was too light: ${figures[`${what}/s`] ?? 0} ${what}/s, not ${least}`),
    ...(idle > MOST_IDLE_SHARE * 100 ? [`${idle} % of the kills found nothing in flight`] : []),
    ...(isExhausted ? ["the trial outlived its alerts: its last kills had no triggers"] : []),
  ];
}

/** Numbers in [0, 1), the same for the same seed. */
export function fractionFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state) / 0x1_0000_0000;
  };
}
