import fc from "fast-check";
import { DEEDS, takesScripts } from "./pair-deeds.ts";
import { PairWorld } from "./pair-world.ts";

/** Makes the prices come and everybody's lists grow, so there are few of it. */
const RARE = "AlertService/WatchTriggers";
const OTHERS = Object.keys(DEEDS).filter((deed) => deed !== RARE);
const FIRES_OF_HUNDRED = 2;

const anyDeed = fc.oneof(
  { weight: 100 - FIRES_OF_HUNDRED, arbitrary: fc.constantFrom(...OTHERS) },
  { weight: FIRES_OF_HUNDRED, arbitrary: fc.constant(RARE) },
);

interface Play {
  readonly count: number;
  readonly seed: number;
  /** Told of each violation, in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** Plays so many random pairs of a caller and what is another's; nothing is read or written across users. */
export async function playPairs({ count, seed, onViolation }: Play): Promise<void> {
  const world = await PairWorld.open();
  try {
    const people = world.owners.length;
    const anyPair = fc.record({
      name: anyDeed,
      from: fc.nat(people - 1),
      by: fc.integer({ min: 1, max: people - 1 }),
      isScript: fc.boolean(),
    });
    for (const { name, from, by, isScript } of fc.sample(anyPair, { numRuns: count, seed })) {
      const [caller, owner] = [world.owners[from], world.owners[(from + by) % people]];
      if (caller === undefined || owner === undefined) throw new Error("somebody is missing");
      const before = world.rowsOf(owner);
      const pair = { caller, owner, isScript: isScript && takesScripts(name) };
      const violation = await DEEDS[name]?.(world, pair);
      if (violation !== null) onViolation(`${name}, ${caller.email} of ${owner.email}: ${violation}`);
      const isOwnersAct = name === RARE || name.endsWith("request id");
      if (!isOwnersAct && world.rowsOf(owner) !== before) onViolation(`${name} changed what is ${owner.email}'s`);
    }
    for (const line of world.server.log) if (line.includes("defect")) onViolation(`the server logged ${line}`);
  } finally {
    await world.close();
  }
}
