// Exact decimal arithmetic for the oracle: a number is its shortest text, as whole units of a power of ten.

interface Exact {
  readonly units: bigint;
  /** How many of the units' digits stand behind the point. */
  readonly places: number;
}

function exact(number: number | string): Exact {
  const [digits = "0", exponent = "0"] = String(number).split("e");
  const [whole = "0", behind = ""] = digits.split(".");
  const places = behind.length - Number(exponent);
  const units = BigInt(whole + behind);
  return places >= 0 ? { units, places } : { units: units * 10n ** BigInt(-places), places: 0 };
}

/** The number times `by` / `over`, compared with another: negative, 0 or positive. */
export function compareTimes(number: number, [by, over]: readonly [number | string, number], other: number): number {
  const [a, b, c] = [exact(number), exact(by), exact(other)];
  const left = a.units * b.units * 10n ** BigInt(c.places);
  const right = c.units * BigInt(over) * 10n ** BigInt(a.places + b.places);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The level so many percent above (or, with "-", below) another, rounded once. */
export function percentAway(level: number, sign: "+" | "-", percent: string): number {
  const [a, p] = [exact(level), exact(percent)];
  const hundred = 100n * 10n ** BigInt(p.places);
  const units = a.units * (sign === "+" ? hundred + p.units : hundred - p.units);
  return Number(`${units}e-${a.places + p.places + 2}`);
}

/** Whether the distance from a to b is at most that from b to c, for a <= b <= c. */
export function isNearerBelow(a: number, b: number, c: number): boolean {
  const [x, y, z] = [exact(a), exact(b), exact(c)];
  const places = Math.max(x.places, y.places, z.places);
  const [low, mid, high] = [x, y, z].map((one) => one.units * 10n ** BigInt(places - one.places)) as [
    bigint,
    bigint,
    bigint,
  ];
  return mid - low <= high - mid;
}
