// What should fire on recorded bars, written a second time and naively from the rules, without a line of the product: the first
// bar is the baseline, the walk of each later one fires, its close arms again at half a percent. Takes the folder as argument.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
type Bar = { start: string; open: number; high: number; low: number; close: number };
const HOUR = new Intl.DateTimeFormat("en-GB", { timeZone: "America/New_York", hour: "2-digit" });

/** Above, below and crosses, once and every, at 21 levels: low + (high - low) * i / 20, rounded to 4 decimals, i = 0..20. */
export function alertsOn(bars: readonly { high: number; low: number }[]) {
  const [low, high] = [Math.min(...bars.map((bar) => bar.low)), Math.max(...bars.map((bar) => bar.high))];
  const levels = Array.from({ length: 21 }, (_, i) => Number((low + ((high - low) * i) / 20).toFixed(4)));
  const kinds = (["above", "below", "crosses"] as const).flatMap((kind) => levels.map((level) => ({ kind, level })));
  return kinds.flatMap((what) => (["once", "every"] as const).map((repeat) => ({ ...what, repeat })));
}

/** Each "SYMBOL kind level repeat barStart" that fires on the SYMBOL.csv of a folder: minute bars, newest first, END stamps. */
export function firings(folder: string): Set<string> {
  const fired = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".csv"))) {
    const bars = readBars(join(folder, file));
    for (const { kind, level, repeat } of alertsOn(bars))
      for (const start of play(bars, kind, level, repeat))
        fired.add([file.slice(0, -4), kind, level, repeat, start].join(" "));
  }
  return fired;
}

function readBars(path: string): Bar[] {
  const rows = readFileSync(path, "utf8").trim().split(/\r?\n/).slice(1).reverse();
  return rows.map((row) => {
    const [stamp = "", ...prices] = row.split(",");
    const [open = NaN, high = NaN, low = NaN, close = NaN] = prices.map(Number);
    const summer = Date.parse(`${stamp.replace(" ", "T")}-04:00`);
    const end = HOUR.format(summer) === stamp.slice(11, 13) ? summer : summer + 3_600_000;
    return { start: new Date(end - 60_000).toISOString(), open, high, low, close };
  });
}

const goesUp = (from: number, { open, high, low, close }: Bar, level: number) =>
  (Math.min(from, open) < level && level <= high) || (low < level && level <= close);
const goesDown = (from: number, { open, high, low, close }: Bar, level: number) =>
  (Math.max(from, open) > level && level >= low) || (high > level && level >= close);

function play(bars: readonly Bar[], kind: string, level: number, repeat: string): string[] {
  const [isUp, isDown] = [kind !== "below", kind !== "above"];
  const rearmLevel = (permille: number) => Number(`${Math.round(level * 1e4) * permille}e-7`);
  const rearms = (close: number) => (isUp && close <= rearmLevel(995)) || (isDown && close >= rearmLevel(1005));
  const starts: string[] = [];
  let previous = bars[0]!.close;
  let isArmed = (isUp && isDown) || (isUp ? previous < level : previous > level);
  for (const bar of bars.slice(1)) {
    const fires = isArmed && ((isUp && goesUp(previous, bar, level)) || (isDown && goesDown(previous, bar, level)));
    if (fires) starts.push(bar.start);
    isArmed = !fires && (isArmed || rearms(bar.close));
    previous = bar.close;
  }
  return repeat === "once" ? starts.slice(0, 1) : starts;
}

if (import.meta.main) process.stdout.write([...firings(process.argv[2] ?? ".")].sort().join("\n") + "\n");
