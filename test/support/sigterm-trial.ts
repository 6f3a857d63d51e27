// Asks processes to end under load, again and again: what is under way finishes, nothing is repeated, and the next one goes on.
import { SECOND_MS } from "../../domain/time.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { eventually } from "./eventually.ts";
import { HonestCallers } from "./honest-callers.ts";
import { countRepeats, reconcile } from "./kill-reconcile.ts";
import { fractionFrom, spread, type KillFigures } from "./kill-trial.ts";
import { KillWorld, type Victim } from "./kill-world.ts";

const [LOAD_LEAST_MS, LOAD_MOST_MS] = [80, 480];
/** Calls are made so long before the signal at most: some have been answered by then, some are under way. */
const MOST_HEAD_START_MS = 6;
/** From the signal to the end of the process. */
const END_LIMIT_MS = 10 * SECOND_MS;
const ORDER: readonly Victim[] = ["server", "notifier", "fetcher"];

/** Symbols without alerts. */
const FILLERS = 160;

export interface SigtermTrialOptions {
  /** How often each process is asked to end. */
  readonly rounds: number;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** One trial on one database; server, notifier and fetcher in turn. Throws when something does not come back at all. */
export async function runSigtermTrial({ rounds, seed, onViolation }: SigtermTrialOptions): Promise<KillFigures> {
  const random = fractionFrom(seed);
  const world = await KillWorld.open({ kills: rounds * ORDER.length, prices: "fetcher", fillers: FILLERS, random });
  const endTimes: number[] = [];
  let underWay = 0;
  try {
    const callers = await HonestCallers.start(world.address, "ST0", () => world.mailedCode());
    for (let round = 0; round < rounds; round++) {
      for (const victim of ORDER) {
        await systemClock.sleep(LOAD_LEAST_MS + random() * (LOAD_MOST_MS - LOAD_LEAST_MS));
        callers.forget();
        callers.askTogether();
        await systemClock.sleep(random() * MOST_HEAD_START_MS);
        const signalAt = performance.now();
        const { code, signal } = await world.terminate(victim);
        const endMs = performance.now() - signalAt;
        endTimes.push(endMs);
        if (code !== 0) onViolation(`${victim} ended with ${code ?? signal ?? "nothing"}`);
        if (endMs > END_LIMIT_MS) onViolation(`${victim} took ${Math.round(endMs)} ms to end`);
        await goOn(world, victim);
        if (victim === "server") underWay += callers.underWayAt(signalAt);
        for (const fault of callers.faultsAt(signalAt)) onViolation(`${victim} was asked to end: ${fault}`);
      }
    }
    await callers.stop();
    const evidence = await world.settle();
    for (const fault of reconcile(evidence)) onViolation(fault);
    const { stored, triggers, mails } = evidence;
    const counts = { quotes: stored.length, triggers: triggers.length, mails: mails.length };
    return { ...counts, repeats: countRepeats(evidence), "calls under way": underWay, ...spread("end", endTimes) };
  } finally {
    await world.close();
  }
}

/** Starts it again and waits until quotes are acknowledged and mails sent. */
async function goOn(world: KillWorld, victim: Victim): Promise<void> {
  const progress = world.feed.progress;
  const mails = world.sink.mails.length;
  await world.start(victim);
  await eventually(`quotes acknowledged after a new ${victim}`, () => world.feed.progress > progress);
  await eventually(`mails sent after a new ${victim}`, () => world.sink.mails.length > mails);
}
