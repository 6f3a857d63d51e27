// The judge on recorded bars, asked through its own wakes, against a second and naive reading of the rules that shares no code.
import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Alert, AlertState } from "../domain/alert.ts";
import { armAlert } from "../domain/judging/arm.ts";
import { judgeAlert } from "../domain/judging/judge.ts";
import { isNewer, previousOf, type Previous } from "../domain/judging/previous.ts";
import { parsePrice } from "../domain/price.ts";
import type { Quote } from "../domain/quote.ts";
import { sightOf } from "../domain/judging/sight.ts";
import { INITIAL_STATE } from "../domain/judging/state-change.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { isReached, reachOf, type Wake } from "../domain/judging/wakes.ts";
import { QuietInterval, widen } from "../domain/judging/watch-levels.ts";
import { above, below, crosses, exampleAlert } from "./examples.ts";
import { alertsOn, firings } from "./oracle/levels-oracle.ts";
import { recordingsDir } from "./recordings.ts";

const WEEK = join("bars", "minute_2019-02-11_15");

/** New York keeps winter time all that week. */
function quotesOf(path: string, symbol: string): Quote[] {
  const rows = readFileSync(path, "utf8").trim().split("\n").slice(1);
  return rows.reverse().map((row) => {
    const [stamp = "", ...texts] = row.split(",");
    const [open = 0, high = 0, low = 0, close = 0] = texts.slice(0, 4).map((text) => parsePrice(text).price);
    const endMs = Date.parse(`${stamp.replace(" ", "T")}-05:00`);
    const key = { symbol, source: "recording", periodMs: MINUTE_MS, quoteTimeMs: endMs - MINUTE_MS };
    return { ...key, open, high, low, close, volume: Number(texts[4]), sessionClass: "always", fetchTimeMs: endMs };
  });
}

/** An alert with its state and wakes, as a store would hold it. */
class Watched {
  readonly #alert: Alert;
  #state: AlertState;
  wakes: readonly Wake[];

  constructor(alert: Alert) {
    this.#alert = alert;
    ({ state: this.#state, wakes: this.wakes } = armAlert(alert, INITIAL_STATE, null, 0));
  }

  /** Judges; the alert's name and the bar's start if it fired. */
  judge(quote: Quote, previous: Previous | null): string | null {
    const { state, wakes, trigger } = judgeAlert(this.#alert, this.#state, sightOf(quote, previous, "regular"));
    this.#state = state;
    this.wakes = wakes;
    return trigger === undefined ? null : `${this.#alert.id} ${new Date(quote.quoteTimeMs).toISOString()}`;
  }
}

/** Plays one symbol's bars past its 126 alerts, asking only those that a bar reaches; adds what fires. */
function playSymbol(symbol: string, quotes: readonly Quote[], fired: Set<string>): number {
  const make = { above, below, crosses };
  const watchers = alertsOn(quotes).map(({ kind, level, repeat }) => {
    const id = `${symbol} ${kind} ${level} ${repeat}`;
    return new Watched(exampleAlert(make[kind](level), { id, symbol, repeat }));
  });
  let previous: Previous | null = null;
  let asked = 0;
  let quiet: QuietInterval | null = null;
  for (const quote of quotes) {
    if (!isNewer(quote, previous)) continue;
    const reach = reachOf(sightOf(quote, previous, "regular"));
    if (quiet === null || quiet.isLeftBy(reach.bounds)) {
      const wide = { ...reach, bounds: widen(reach.bounds) };
      for (const watched of watchers) {
        if (!watched.wakes.some((wake) => isReached(wake, wide))) continue;
        asked++;
        const firing = watched.judge(quote, previous);
        if (firing !== null) fired.add(firing);
      }
      const wakes = watchers.flatMap((watched) => watched.wakes);
      quiet = wakes.some(({ gauge }) => gauge === "every") ? null : QuietInterval.between(wakes);
    }
    previous = previousOf(quote, previous, "regular");
  }
  return asked;
}

describe("recorded bars", () => {
  it("fire exactly the alerts that the rules name, on every bar, asking few of them", function () {
    const root = recordingsDir();
    const folder = root === null ? null : join(root, WEEK);
    if (folder === null || !existsSync(folder)) {
      process.stdout.write("skipped: no recordings\n");
      return this.skip();
    }
    const fired = new Set<string>();
    let questions = 0;
    let asked = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".csv"))) {
      const quotes = quotesOf(join(folder, file), file.slice(0, -4));
      questions += quotes.length * alertsOn(quotes).length;
      asked += playSymbol(file.slice(0, -4), quotes, fired);
    }
    expect([...fired].sort()).to.deep.equal([...firings(folder)].sort());
    expect(fired.size).to.be.greaterThan(1_000);
    expect(asked).to.be.lessThan(questions / 100);
  });
});
