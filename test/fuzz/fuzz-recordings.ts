// Recorded answers, spoiled in every way that comes to mind: whatever is taken for a quote has to stand in the answer.
import { Response } from "node-fetch";
import type { Quote } from "../../domain/quote.ts";
import { AlphaVantageSource } from "../../client/sources/alpha-vantage/alpha-vantage-source.ts";
import type { AlphaVantageFunction } from "../../client/sources/alpha-vantage/request-url.ts";
import type { FetchResult } from "../../client/sources/source.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { pick, randomFrom, type Random } from "../random-history.ts";
import { basesIn, type Base } from "./bases.ts";
import { mutate } from "./mutations.ts";
import { strictReader, type StrictQuestion } from "./strict-reader.ts";

/** After everything that was recorded. */
const NOW = Date.UTC(2026, 5, 1, 12);
const NEVER = new AbortController().signal;
const KINDS = ["intraday", "daily", "global-quote", "bulk-quotes"] as const;
const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => SILENT,
};

export interface FuzzOptions {
  /** Of recordings. */
  readonly folder: string;
  readonly count: number;
  /** Each mutation has a seed of its own, from this one up. */
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** What came of it; without quotes nothing was tried. */
export interface FuzzFigures {
  /** Mutated answers of which something was taken. */
  taken: number;
  /** Quotes that were taken. */
  quotes: number;
}

/** Plays so many mutations. */
export async function fuzzRecordings({ folder, count, seed, onViolation }: FuzzOptions): Promise<FuzzFigures> {
  const bases = basesIn(folder);
  const figures: FuzzFigures = { taken: 0, quotes: 0 };
  for (let at = 0; at < count; at += 1) {
    const trial = trialOf(randomFrom(seed + at), bases);
    const say = (text: string): void =>
      onViolation(`seed ${seed + at}, ${trial.name}, ${trial.question.kind}: ${text}`);
    const quotes = await quotesOf(trial, say);
    const problem = strictReader(trial.bytes, trial.question);
    for (const quote of quotes) {
      const found = problem(quote);
      if (found !== null) say(`${new Date(quote.quoteTimeMs).toISOString()}: ${found}`);
    }
    figures.taken += Number(quotes.length > 0);
    figures.quotes += quotes.length;
  }
  return figures;
}

interface Trial {
  readonly name: string;
  readonly bytes: Buffer;
  readonly status: number;
  readonly question: StrictQuestion;
}

/** Mostly what the answer is an answer to; now and then another question. */
function trialOf(random: Random, bases: readonly Base[]): Trial {
  const base = pick(random, bases);
  const bytes = mutate(base.body, { random, other: pick(random, bases).body });
  const question = random(12) > 0 ? base.question : { ...base.question, kind: pick(random, KINDS) };
  const isOther = random(12) === 0;
  const status = random(30) === 0 ? pick(random, [206, 302, 403, 429, 500, 503]) : 200;
  return { name: base.name, bytes, status, question: isOther ? { ...question, symbol: "TSLA" } : question };
}

async function quotesOf(
  { bytes, status, question }: Trial,
  onCrash: (text: string) => void,
): Promise<readonly Quote[]> {
  const clock = new FakeClock(NOW);
  const functions: readonly AlphaVantageFunction[] = question.kind === "daily" ? ["intraday"] : [question.kind];
  const acquire = () => Promise.resolve({ granted: true } as const);
  const limiter = { acquire, holdOff: () => undefined, noteAnswer: () => undefined };
  const fetch = () => Promise.resolve(new Response(bytes, { status, headers: { "Content-Type": "application/json" } }));
  const source = new AlphaVantageSource(
    { baseUrl: "http://localhost", key: "CANARY", functions, datatype: "json" },
    { limiter, clock, log: SILENT, fetch },
  );
  try {
    return (await ask(source, question)).flatMap((result) => (result.kind === "quotes" ? result.quotes : []));
  } catch (error) {
    onCrash(`threw ${String(error)}`);
    return [];
  }
}

async function ask(source: AlphaVantageSource, { kind, symbol }: StrictQuestion): Promise<FetchResult[]> {
  if (kind === "daily") return [await source.fetchDaily(symbol, NEVER, { tries: 1 })];
  const results: FetchResult[] = [];
  for await (const result of source.fetch([symbol], NEVER, { tries: 1 })) results.push(result);
  return results;
}
