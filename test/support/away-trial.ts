// The server is away while the fetcher goes on fetching, and both are killed in between: what was fetched arrives, once.
import { eventually } from "./eventually.ts";
import { FetcherFeed } from "./kill-feed.ts";
import { reconcile } from "./kill-reconcile.ts";
import { fractionFrom, type KillFigures } from "./kill-trial.ts";
import { KillWorld } from "./kill-world.ts";

/** Symbols without alerts. */
const FILLERS = 60;

export interface AwayTrialOptions {
  /** So many rounds are fetched while there is no server. */
  readonly rounds: number;
  /** How often the fetcher is killed meanwhile. */
  readonly fetcherKills: number;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** One trial on one database. Throws when something does not come back at all. */
export async function runAwayTrial({
  rounds,
  fetcherKills,
  seed,
  onViolation,
}: AwayTrialOptions): Promise<KillFigures> {
  // Alerts for the whole absence: two seconds of fetching take more than one kill's.
  const kills = rounds + fetcherKills;
  const world = await KillWorld.open({ kills, prices: "fetcher", fillers: FILLERS, random: fractionFrom(seed) });
  try {
    const { feed } = world;
    if (!(feed instanceof FetcherFeed)) throw new Error("the prices come from no fetcher");
    let mostSpooled = 0;
    await world.kill("server");
    const firstRound = feed.rounds;
    for (let at = 1; at <= fetcherKills; at++) {
      const wanted = firstRound + Math.floor((rounds * at) / fetcherKills);
      await eventually(`round ${wanted - firstRound}`, () => feed.rounds >= wanted, roundsLimitMs(rounds));
      await world.kill("fetcher");
      mostSpooled = Math.max(mostSpooled, feed.spooledAtLastKill);
      await world.start("fetcher");
    }
    const progress = feed.progress;
    await world.start("server");
    await eventually("the first of what waited is acknowledged", () => feed.progress > progress);
    await world.kill("server"); // in the middle of it
    await world.start("server");
    await eventually("the spool is taken in", () => feed.spooled() === 0, roundsLimitMs(rounds));
    const evidence = await world.settle();
    for (const fault of reconcile(evidence)) onViolation(fault);
    const { stored, triggers, mails } = evidence;
    const counts = { quotes: stored.length, triggers: triggers.length, mails: mails.length };
    return { "rounds without a server": rounds, "most spooled": mostSpooled, ...counts };
  } finally {
    await world.close();
  }
}

/** A round comes each second. */
function roundsLimitMs(rounds: number): number {
  return (rounds + 15) * 1_500;
}
