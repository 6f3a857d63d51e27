const UNITS = ["B", "kB", "MB", "GB", "TB"];
const STEP = 1_000;

/** A size for people: `1.2 MB`. */
export function renderSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
