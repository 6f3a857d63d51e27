import type { TimeMs } from "../../domain/time.ts";

/** One bar as the service prints it: decimal texts, prices with at least four decimals. */
export interface Bar {
  /** When the bar begins. */
  readonly startMs: TimeMs;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** Fills a decimal text up to four decimals; what is longer stays as it is. */
export function padPrice(text: string): string {
  const [whole = "", decimals = ""] = text.split(".");
  return `${whole}.${decimals.padEnd(4, "0")}`;
}

/** Joins bars, oldest first and at least one, into the bar that begins at `startMs`. */
export function joinBars(startMs: TimeMs, bars: readonly [Bar, ...Bar[]]): Bar {
  const [first] = bars;
  const last = bars.at(-1) ?? first;
  return {
    startMs,
    open: first.open,
    high: bars.reduce((high, bar) => (Number(bar.high) > Number(high) ? bar.high : high), first.high),
    low: bars.reduce((low, bar) => (Number(bar.low) < Number(low) ? bar.low : low), first.low),
    close: last.close,
    volume: sumOfDecimals(bars.map((bar) => bar.volume)),
  };
}

/** The exact sum of decimal texts, so that fractional volumes do not turn into 0.30000000000000004. */
export function sumOfDecimals(texts: readonly string[]): string {
  const places = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const units = texts.reduce((sum, text) => {
    const [whole = "", decimals = ""] = text.split(".");
    return sum + BigInt(whole + decimals.padEnd(places, "0"));
  }, 0n);
  if (places === 0) return units.toString();
  const digits = units.toString().padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Joins bars, oldest first, into longer ones that begin at whole multiples of `intervalMs`. */
export function regroupBars(bars: readonly Bar[], intervalMs: number): Bar[] {
  const groups = new Map<TimeMs, [Bar, ...Bar[]]>();
  for (const bar of bars) {
    const startMs = Math.floor(bar.startMs / intervalMs) * intervalMs;
    const group = groups.get(startMs);
    if (group === undefined) groups.set(startMs, [bar]);
    else group.push(bar);
  }
  return [...groups].map(([startMs, group]) => joinBars(startMs, group));
}
