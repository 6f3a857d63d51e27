// Whether the time of a refusal tells if an id is somebody's. Questions about a known and an unknown one take turns, so that whatever else
// the machine does befalls both alike.
import { randomUUID } from "node:crypto";
import { OBJECT_REQUESTS } from "./object-requests.ts";
import type { PairWorld } from "./pair-world.ts";

/** Medians in milliseconds, of one method. */
export interface AccessTiming {
  readonly method: string;
  readonly foreignMs: number;
  readonly unknownMs: number;
  readonly apartMs: number;
}

/** Asks every method that is about an object `pairs` times for another's and as often for what never was. */
export async function timeRefusals(world: PairWorld, pairs: number): Promise<AccessTiming[]> {
  const [caller, owner] = world.owners;
  if (caller === undefined || owner === undefined) throw new Error("somebody is missing");
  const timings: AccessTiming[] = [];
  for (const [method, { thing, bytesFor }] of Object.entries(OBJECT_REQUESTS)) {
    const timed = async (id: string): Promise<number> => {
      const bytes = bytesFor(id);
      const beganAt = performance.now();
      await world.ask(caller, `/tickerbell.v1.${method}`, bytes);
      return performance.now() - beganAt;
    };
    const [foreign, unknown]: [number[], number[]] = [[], []];
    for (let at = 0; at < pairs; at += 1) {
      const ids = [owner.things[thing], randomUUID()] as const;
      const isFirst = at % 2 === 0;
      const one = await timed(ids[isFirst ? 0 : 1]);
      const two = await timed(ids[isFirst ? 1 : 0]);
      foreign.push(isFirst ? one : two);
      unknown.push(isFirst ? two : one);
    }
    const [foreignMs, unknownMs] = [median(foreign), median(unknown)];
    timings.push({ method, foreignMs, unknownMs, apartMs: Math.abs(foreignMs - unknownMs) });
  }
  return timings;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
