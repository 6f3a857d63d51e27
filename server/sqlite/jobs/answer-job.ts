import { setPriority } from "node:os";
import { codeOf } from "../../../runtime/sqlite/store-error.ts";
import type { JobAnswer } from "./run-job.ts";

/** Below the server's own: prices come first. */
const NICENESS = 10;

/** The other half of runJob(): does the work, tells its parent, and is gone; also when the parent is. */
export async function answerJob(work: () => JobAnswer | Promise<JobAnswer>): Promise<void> {
  setPriority(NICENESS);
  process.once("disconnect", () => process.exit());
  const answer = await Promise.resolve()
    .then(work)
    .catch((error: unknown): JobAnswer => {
      return { kind: "failed", code: codeOf(error), text: error instanceof Error ? error.message : String(error) };
    });
  process.send?.(answer, () => process.disconnect());
}
