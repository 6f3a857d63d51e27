/** The choice that takes the fewest slips of the fingers to get from to `word`, at most `farthest`; null if there is none. */
export function nearestWord<W extends string>(word: string, choices: readonly W[], farthest = Infinity): W | null {
  let best: W | null = null;
  let bestDistance = Infinity;
  for (const choice of choices) {
    const distance = slipsBetween(word, choice);
    if (distance < bestDistance && distance <= farthest) [best, bestDistance] = [choice, distance];
  }
  return best;
}

/** The nearest first, at most so many, none farther than `farthest`; of equally near ones the first. */
export function nearestWords<W extends string>(
  word: string,
  choices: readonly W[],
  most: number,
  farthest = Infinity,
): W[] {
  const apart = choices
    .map((choice) => ({ choice, slips: slipsBetween(word, choice) }))
    .filter(({ slips }) => slips <= farthest);
  return apart.toSorted((a, b) => a.slips - b.slips).slice(0, most).map(({ choice }) => choice); // prettier-ignore
}

/** Levenshtein's distance, one row at a time; two neighbours that changed places are one slip. */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
