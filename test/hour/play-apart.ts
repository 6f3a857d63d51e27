import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { HourVerdict } from "./hour-trials.ts";
import type { HourWorldOptions } from "./hour-world.ts";

/** What may be said to a thread: words and numbers. */
type PlainOptions = Omit<HourWorldOptions, "spoil">;

/** As playTime(), on a processor of its own. */
export async function playTimeApart(options: PlainOptions, ms: number): Promise<HourVerdict> {
  const player = new Worker(new URL("./time-player.ts", import.meta.url), { workerData: { options, ms } });
  const [verdict] = (await once(player, "message")) as [HourVerdict];
  return verdict;
}
