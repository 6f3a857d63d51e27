import { BackupLoad } from "../support/backup-load.ts";
import type { LongTrial } from "./trial.ts";

const BACKUPS = 100;

/** Backups under load: each is sound and holds every quote acknowledged before it began. A trial is a backup. */
export const backupLoad: LongTrial = {
  name: "backup.load",
  run: async ({ trials, onViolation }) => {
    const count = trials ?? BACKUPS;
    const load = await BackupLoad.start();
    try {
      for (let at = 0; at < count; at++) {
        const fault = await load.fault();
        if (fault !== null) onViolation(fault);
      }
    } finally {
      await load.close();
    }
    return { trials: count, seed: null };
  },
};
