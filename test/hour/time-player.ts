// A thread that plays time in a world of its own, beside another that goes on meanwhile (play-apart.ts).
import { parentPort, workerData } from "node:worker_threads";
import { playTime } from "./hour-trials.ts";
import type { HourWorldOptions } from "./hour-world.ts";

const { options, ms } = workerData as { options: HourWorldOptions; ms: number };
parentPort?.postMessage(await playTime(options, ms));
