// The prices of a random history: bars and ticks with holes, revisions, ends of sessions, other feeds and prices that are not to be believed.
import type { Quote, SessionClass } from "../../domain/quote.ts";
import { pick, PRICES, type Random } from "../random-history.ts";
import type { Mood, Profile } from "./profile.ts";
import { partOfDay } from "./trading-days.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const HOLES = [
  3 * MINUTE,
  15 * MINUTE,
  16 * MINUTE,
  HOUR,
  17.5 * HOUR,
  24 * HOUR,
  65.5 * HOUR,
  64.5 * HOUR,
  66.5 * HOUR,
  5 * 24 * HOUR,
];
const WILD = [100, 100, 0.01, 0.5, 2, 1.5, 100, 0.01, 1.2, 0.8, 1.2001, 0.7999, 1.3, 0.1, 2.02, 1.98, 0.66, 1.7];

/** Between what the prices of a storm swing; mostly so that bands, too, are left and entered. */
const SWINGS = [
  [95, 105],
  [95, 100],
  [95, 100],
  [100, 105],
  [100, 105],
];

/** In the order in which the market made them. */
export function quotesOf(random: Random, profile: Profile, startMs: number): Quote[] {
  const quotes: Quote[] = [];
  const distort = distortion(random, profile);
  let atMs = startMs;
  let isOther = false;
  let close = pick(random, PRICES);
  while (quotes.length < profile.count) {
    const hasHole = random(HOLES_ONE_IN[profile.mood]) === 0;
    atMs += hasHole ? pick(random, HOLES) : pick(random, [1, 1, 1, 1, 2]) * profile.stepMs;
    isOther = profile.mood === "worlds" ? hasHole !== isOther : random(4) === 0;
    const feed = isOther ? (profile.other ?? profile) : profile;
    const drawn = bars(random, feed, atMs, close);
    close = drawn.at(-1)!.close;
    quotes.push(...distort(drawn, quotes.length));
  }
  return quotes;
}

/** A hole comes once in so many quotes. */
const HOLES_ONE_IN: Readonly<Record<Mood, number>> = {
  plain: 12,
  storm: 1_000_000_000,
  wild: 12,
  word: 12,
  restless: 12,
  worlds: 5,
};

/** What a history's mood makes of the prices that were drawn; `before` counts those that came before them. */
type Distort = (drawn: readonly Quote[], before: number) => readonly Quote[];

function distortion(random: Random, { mood }: Profile): Distort {
  if (mood === "storm") {
    const ends = pick(random, SWINGS);
    return (drawn, before) => drawn.map((quote, at) => swing(quote, before + at, ends));
  }
  if (mood === "word") return takenForRight(random);
  return mood === "wild" ? notBelieved(random) : (drawn) => drawn;
}

/** All prices change as by a split, and back, often at once: then nothing is judged between two of an operator's words. */
function takenForRight(random: Random): Distort {
  let factor = 1;
  let lastClose: number | null = null;
  return (drawn) => {
    const newest = drawn.at(-1)!;
    const changes = factor === 1 ? random(3) === 0 : random(3) > 0;
    if (changes) factor = factor === 1 ? pick(random, [100, 0.01, 0.01]) : 1;
    const told = changes && lastClose !== null && random(4) !== 0 ? closingNear(random, newest, lastClose) : newest;
    lastClose = told.close;
    return [...drawn.slice(0, -1), times(told, factor)];
  };
}

/** What changes by so little beside is taken for a split for certain. */
function closingNear(random: Random, quote: Quote, last: number): Quote {
  const near = PRICES.filter((price) => Math.abs(price - last) < 0.0099 * last);
  const close = pick(random, near.length > 0 ? near : [last]);
  if (quote.periodMs === 0) return { ...quote, open: close, high: close, low: close, close };
  return { ...quote, high: Math.max(quote.high, close), low: Math.min(quote.low, close), close };
}

/** Single prices are far off; at times they stay there for a while. */
function notBelieved(random: Random): Distort {
  let [factor, stays] = [1, 0];
  return (drawn) => {
    const last = drawn.at(-1)!;
    const sound = drawn.slice(0, -1);
    if (stays > 0) {
      stays -= 1;
      return [...sound, times(last, factor)];
    }
    if (random(5) !== 0) return drawn;
    factor = pick(random, WILD);
    stays = pick(random, [0, 0, 3, 5]);
    return [...sound, ...wildOnes(random, last, factor)];
  };
}

/** The versions of one bar, or a tick. */
function bars(random: Random, feed: { source: string; periodMs: number }, startMs: number, last: number): Quote[] {
  const { source, periodMs } = feed;
  const sessionClass: SessionClass = source === "simulator" ? "always" : partOfDay(startMs);
  const base = { symbol: "AAPL", source, periodMs, quoteTimeMs: startMs, volume: 1, sessionClass };
  if (periodMs === 0) {
    const price = random(6) === 0 ? last : pick(random, PRICES);
    return [{ ...base, open: price, high: price, low: price, close: price, fetchTimeMs: startMs + random(3) * SECOND }];
  }
  const versions = pick(random, [1, 1, 1, 2, 3]);
  const grows = random(4) !== 0; // else a correction may take back what an earlier version said
  let [open, high, low] = [pick(random, PRICES), -Infinity, Infinity];
  return Array.from({ length: versions }, (_, at) => {
    const close = pick(random, PRICES);
    const seen = [open, close, ...(random(2) === 0 ? [pick(random, PRICES), pick(random, PRICES)] : [])];
    if (!grows) open = pick(random, PRICES);
    const before = grows ? [high, low] : [];
    [high, low] = [
      Math.max(open, ...seen, ...before.filter(Number.isFinite)),
      Math.min(open, ...seen, ...before.filter(Number.isFinite)),
    ];
    const lateMs = at === versions - 1 ? pick(random, [0, 0, SECOND, -10 * SECOND]) : 0;
    const fetchTimeMs = startMs + Math.floor(((at + 1) * periodMs) / versions) + lateMs;
    return { ...base, open, high, low, close, fetchTimeMs };
  });
}

/** From one end of a storm to the other and back. */
function swing(quote: Quote, place: number, prices: readonly number[]): Quote {
  const price = prices[place % 2]!;
  return { ...quote, open: price, high: price, low: price, close: price };
}

/** A price that is not to be believed, and perhaps what the next fetch says. */
function wildOnes(random: Random, quote: Quote, factor: number): Quote[] {
  const all = times(quote, factor);
  const spike = { high: Math.max(quote.high, all.high), low: Math.min(quote.low, all.low) };
  const wild: Quote = quote.periodMs > 0 && random(3) === 0 ? { ...quote, ...spike } : all;
  if (random(2) === 0) return [wild];
  const laterMs = pick(random, [999, SECOND, 5 * SECOND]);
  const near = Number((wild.close * pick(random, [1, 1.02, 1.0201, 0.98, 1.01])).toFixed(4));
  const again =
    wild.periodMs === 0
      ? { open: near, high: near, low: near, close: near, quoteTimeMs: wild.quoteTimeMs + laterMs }
      : { close: near, high: Math.max(near, wild.high), low: Math.min(near, wild.low) };
  return [wild, { ...wild, ...again, fetchTimeMs: wild.fetchTimeMs + laterMs }];
}

function times(quote: Quote, factor: number): Quote {
  const [open, high, low, close] = [quote.open, quote.high, quote.low, quote.close].map((price) =>
    Number((price * factor).toFixed(4)),
  ) as [number, number, number, number];
  return { ...quote, open, high, low, close };
}
