/**
 * The indexes of the prices to draw, in order: all if they are at most `most`, else the lowest and the highest of every stretch, both
 * ends, and `marked`. No extreme of the whole is lost.
 */
export function thinPoints(prices: readonly number[], most: number, marked: number): readonly number[] {
  if (prices.length <= most) return [...prices.keys()];
  const stretches = Math.floor((most - 3) / 2);
  const kept = new Set([0, marked, prices.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = Math.floor((stretch * prices.length) / stretches);
    const until = Math.floor(((stretch + 1) * prices.length) / stretches);
    for (const index of extremesOf(prices, from, until)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

/** The first lowest and the first highest from `from` to before `until`. */
function extremesOf(prices: readonly number[], from: number, until: number): readonly [number, number] {
  let lowest = from;
  let highest = from;
  for (let index = from + 1; index < until; index += 1) {
    const price = prices[index] ?? 0;
    if (price < (prices[lowest] ?? 0)) lowest = index;
    if (price > (prices[highest] ?? 0)) highest = index;
  }
  return [lowest, highest];
}
