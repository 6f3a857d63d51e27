import { csvAnswer, jsonAnswer, type Answer } from "./answer.ts";
import { BadParameter, type Question } from "./question.ts";

const MAX_MATCHES = 10;
/** Below this a name does not resemble what was typed. */
const MIN_SCORE = 0.3;
const NAMES = [
  "symbol",
  "name",
  "type",
  "region",
  "marketOpen",
  "marketClose",
  "timezone",
  "currency",
  "matchScore",
] as const;
const COMPANIES: Readonly<Record<string, readonly [name: string, type?: "ETF"]>> = {
  AAPL: ["Apple Inc"],
  MSFT: ["Microsoft Corp"],
  GOOGL: ["Alphabet Inc - Class A"],
  AMZN: ["Amazon.com Inc"],
  NVDA: ["NVIDIA Corp"],
  META: ["Meta Platforms Inc - Class A"],
  TSLA: ["Tesla Inc"],
  JPM: ["JPMorgan Chase & Co"],
  V: ["Visa Inc - Class A"],
  IBM: ["International Business Machines Corp"],
  BAC: ["Bank Of America Corp"],
  SBUX: ["Starbucks Corp"],
  SPY: ["SPDR S&P 500 ETF Trust", "ETF"],
  QQQ: ["Invesco QQQ Trust Series 1", "ETF"],
  GLD: ["SPDR Gold Shares", "ETF"],
};

/** SYMBOL_SEARCH among the symbols of the market, best first; throws BadParameter without keywords. */
export function answerSymbolSearch({ parameters, market }: Question): Answer {
  const keywords = parameters.text("keywords");
  if (keywords === "") throw new BadParameter("keywords");
  const format = parameters.choice("datatype", ["json", "csv"]);
  const rows = market.symbols
    .map((symbol) => ({ symbol, score: scoreOf(keywords, symbol) }))
    .filter(({ score }) => score >= MIN_SCORE)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_MATCHES)
    .map(({ symbol, score }) => rowOf(symbol, score));
  if (format === "csv") return csvAnswer("symbol_search.csv", [NAMES, ...rows]);
  const named = rows.map((row) => Object.fromEntries(row.map((text, at) => [`${at + 1}. ${NAMES[at] ?? ""}`, text])));
  return jsonAnswer({ bestMatches: named });
}

function rowOf(symbol: string, score: number): string[] {
  const [name, type] = COMPANIES[symbol] ?? [symbol];
  // The service gives the summer offset all the year round.
  const place = ["United States", "09:30", "16:00", "UTC-04", "USD"];
  return [symbol, name, type ?? "Equity", ...place, score.toFixed(4)];
}

function scoreOf(keywords: string, symbol: string): number {
  const name = COMPANIES[symbol]?.[0] ?? symbol;
  return Math.max(likeness(keywords, symbol), likeness(keywords, name), likeness(keywords, name.split(" ")[0] ?? name));
}

/** 1 for equal texts, 0 for texts without a common beginning; capitals do not matter. */
function likeness(typed: string, text: string): number {
  const [a, b] = [typed.toUpperCase(), text.toUpperCase()];
  let common = 0;
  while (common < Math.min(a.length, b.length) && a[common] === b[common]) common += 1;
  return (2 * common) / (a.length + b.length);
}
