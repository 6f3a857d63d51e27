import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AlreadyTrue } from "../../domain/alert.ts";
import type { Quote } from "../../domain/quote.ts";
import { alertsAt, levelsBetween, playRecorded, readBars, type Played } from "../oracle/play-recorded.ts";
import { recordingsDir } from "../recordings.ts";
import type { LongTrial } from "./trial.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type OnViolation = (text: string) => void;

/** Splits, errors of a feed, two crashes and five ordinary days, as they were recorded. A trial is a file. */
export const recordedExtremes: LongTrial = {
  name: "recorded.extremes",
  run: ({ trials, onViolation }) => {
    const root = recordingsDir();
    const bars = root === null ? null : join(root, "bars");
    if (bars === null || !existsSync(bars)) {
      console.log("skipped: no recordings");
      return Promise.resolve({ trials: 0, seed: null });
    }
    const files = filesIn(bars).slice(0, trials ?? undefined);
    let firings = 0;
    for (const { name, play, check } of files) {
      const played = play();
      firings += played.fired.length;
      if (played.difference !== null) onViolation(`${name}: ${played.difference}`);
      check(played, (text) => onViolation(`${name}: ${text}`));
    }
    return Promise.resolve({ trials: files.length, seed: null, figures: { firings } });
  },
};

interface RecordedFile {
  readonly name: string;
  readonly play: () => Played;
  readonly check: (played: Played, onViolation: OnViolation) => void;
}

function filesIn(bars: string): RecordedFile[] {
  const week = join(bars, "minute_2019-02-11_15");
  const hours = (symbol: string, file: string): Quote[] =>
    readBars(join(bars, "hour_raw", file), { symbol, periodMs: HOUR });
  const split = (): Quote[] =>
    readBars(join(bars, "minute_raw", "AAPL_2014-06-05_09_split_7for1.csv"), { symbol: "AAPL", periodMs: MINUTE });
  const errors = (): Quote[] =>
    readBars(join(bars, "feed_errors", "SSW-JO-1d-100x-error.csv"), {
      symbol: "SSW",
      periodMs: DAY,
      newestFirst: true,
      isAlways: true,
    });
  return [
    // Between the highest price after it and the lowest before it: only who takes the split for a fall is told of these.
    file("split of 2014", split, levelsBetween(110, 600, 15), staysSilent),
    file("hundredfold errors", errors, levelsBetween(80, 2_000, 10), staysSilent),
    file(
      "March 2020, SPY",
      () => hours("SPY", "SPY_2020-02-18_04-30_crash.csv"),
      levelsBetween(220, 330, 12),
      firesAll,
    ),
    file(
      "March 2020, AAPL",
      () => hours("AAPL", "AAPL_2020-02-18_04-30_crash.csv"),
      levelsBetween(220, 310, 10),
      firesAll,
    ),
    file(
      "August 2015, AAPL",
      () => hours("AAPL", "AAPL_2015-08-17_09-04.csv"),
      levelsBetween(93, 102, 10),
      firesAtTheOpening,
    ),
    file(
      "August 2015, SPY",
      () => hours("SPY", "SPY_2015-08-17_09-04.csv"),
      levelsBetween(183, 194, 5),
      firesAtTheOpening,
    ),
    ...readdirSync(week)
      .filter((name) => name.endsWith(".csv"))
      .map((name) => weekOf(join(week, name), name.slice(0, -4))),
  ];
}

function file(
  name: string,
  read: () => Quote[],
  levels: readonly number[],
  check: RecordedFile["check"],
): RecordedFile {
  return { name, play: () => playAt(read(), levels, "wait"), check };
}

function weekOf(path: string, symbol: string): RecordedFile {
  const play = (): Played => {
    const quotes = readBars(path, { symbol, periodMs: MINUTE, stampedAfterMs: MINUTE, newestFirst: true });
    const [low, high] = [Math.min(...quotes.map(({ low }) => low)), Math.max(...quotes.map(({ high }) => high))];
    return playAt(quotes, levelsBetween(low, high, 7), "fire");
  };
  return { name: `five days of ${symbol}`, play, check: firesOften };
}

function playAt(quotes: readonly Quote[], levels: readonly number[], alreadyTrue: AlreadyTrue): Played {
  return playRecorded(quotes, alertsAt(quotes[0]?.symbol ?? "", levels, alreadyTrue));
}

function staysSilent({ fired, wasHeld }: Played, onViolation: OnViolation): void {
  for (const { alert, quote } of fired) {
    onViolation(`${alert.condition.kind} fired at ${new Date(quote.quoteTimeMs).toISOString()}`);
  }
  if (!wasHeld) onViolation("the symbol never was on HOLD");
}

/** Every level was fallen through, and nothing was doubted. */
function firesAll({ fired, wasHeld }: Played, onViolation: OnViolation): void {
  if (wasHeld) onViolation("a true price was held");
  const met = new Set(
    fired.filter(({ alert }) => alert.condition.kind === "below").map(({ outcome }) => outcome.trigger?.level),
  );
  if (met.size < 10) onViolation(`only ${met.size} levels were met from above`);
}

function firesAtTheOpening({ fired, wasHeld }: Played, onViolation: OnViolation): void {
  if (wasHeld) onViolation("a true price was held");
  const opening = Date.parse("2015-08-24T13:30:00Z");
  const onIt = fired.filter(({ alert, quote }) => alert.condition.kind === "below" && quote.quoteTimeMs === opening);
  if (onIt.length === 0) onViolation("nothing fired at the opening");
}

function firesOften({ fired, judged }: Played, onViolation: OnViolation): void {
  if (fired.length < 50) onViolation(`only ${fired.length} firings`);
  if (judged < 1_900) onViolation(`only ${judged} bars were judged`);
}
