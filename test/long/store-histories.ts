import { join } from "node:path";
import { playHistory } from "../../server/conformance/histories.conformance.ts";
import { openSqliteStore } from "../../server/sqlite/sqlite-store.ts";
import type { OpenStore } from "../../server/testing/store-world.ts";
import type { LongTrial } from "./trial.ts";

const HISTORIES = 500;

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

/** Quotes, deliveries, losses, time and restarts in any order on a real store. A trial is a history, half of them under each policy. */
export const storeHistories: LongTrial = {
  name: "store.histories",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? HISTORIES;
    for (let at = 0; at < count; at++) {
      const policy = at % 2 === 0 ? "resend" : "hold";
      await playHistory(openStore, policy, seed + at).catch((error: unknown) =>
        onViolation(`${policy}: ${String(error)}`),
      );
    }
    return { trials: count, seed };
  },
};
