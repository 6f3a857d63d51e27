import { BesiegedServer } from "../support/besieged-server.ts";
import { SIEGES } from "../support/flood-sieges.ts";
import { MOST_MB } from "../support/flood-server.ts";
import type { LongTrial } from "./trial.ts";

const TIMES = { idleMs: 10_000, siegeMs: 30_000 };
/** While a siege lasts an acknowledgement may take so many times as long as without it, and a log-in so long. */
const MOST_TIMES = 2;
const MOST_LOG_IN_MS = 3_000;

/** A trial is a siege of half a minute on a server of its own with its usual load. */
export const floodSieges: readonly LongTrial[] = Object.keys(SIEGES).map((siege) => ({
  name: `flood.${siege}`,
  run: async ({ trials, onViolation }) => {
    const sieges = trials ?? 1;
    let figures: Record<string, number> = {};
    for (let trial = 0; trial < sieges; trial += 1) {
      const server = await BesiegedServer.start();
      try {
        const { peakMb, idleP99Ms, siegeP99Ms, logInMs, logIns, opened, cut, asked } = await server.endure(
          siege,
          TIMES,
        );
        figures = { MB: peakMb, "idle p99 ms": idleP99Ms, "siege p99 ms": siegeP99Ms, opened, cut, asked };
        if (logIns > 0) figures = { ...figures, "log-ins": logIns, "slowest log-in ms": logInMs };
        if (peakMb >= MOST_MB) onViolation(`the server took ${peakMb} MB`);
        if (siegeP99Ms > MOST_TIMES * idleP99Ms)
          onViolation(`acknowledged in ${siegeP99Ms} ms, without it in ${idleP99Ms} ms`);
        if (logInMs > MOST_LOG_IN_MS) onViolation(`a log-in took ${logInMs} ms`);
      } finally {
        await server.close();
      }
    }
    return { trials: sieges, seed: null, figures };
  },
}));
