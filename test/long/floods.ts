import { ATTACKS } from "../support/flood-attacks.ts";
import { FloodedServer, MOST_MB } from "../support/flood-server.ts";
import type { LongTrial } from "./trial.ts";

const EACH_MS = 5_000;
const ANSWERED_MS = 1_000;

/** Every attack for five seconds, each on a server of its own. A trial is an attack; the figures are the server's peaks in MB. */
export const floods: LongTrial = {
  name: "floods",
  run: async ({ trials, onViolation }) => {
    const attacks = ATTACKS.slice(0, trials ?? ATTACKS.length);
    const figures: Record<string, number> = {};
    for (const attack of attacks) {
      const server = await FloodedServer.start();
      try {
        const { name, peakMb, slowestMs, afterMs, opened, cut } = await server.endure(attack, EACH_MS);
        figures[`${name} MB`] = peakMb;
        process.stderr.write(
          `| ${name} | ${peakMb} | ${slowestMs ?? "none in 30 s"} | ${afterMs ?? "none in 30 s"} | ${cut} of ${opened} |\n`,
        );
        if (peakMb >= MOST_MB) onViolation(`${name}: the server took ${peakMb} MB`);
        if (afterMs === null || afterMs > ANSWERED_MS) onViolation(`${name}: not answered within a second afterwards`);
        if (attack.isCut && cut === 0) onViolation(`${name}: nothing was cut`);
      } finally {
        await server.close();
      }
    }
    return { trials: attacks.length, seed: null, figures };
  },
};
