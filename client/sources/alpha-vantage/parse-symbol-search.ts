import { AppError } from "../../../domain/error.ts";
import { parseSymbol } from "../../../domain/symbol.ts";
import type { FoundSymbol, SearchResult } from "../source.ts";
import { oneLine, refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { fieldOf, isJsonObject } from "../json-object.ts";
import { splitCsvLine } from "./csv-rows.ts";
import { repeatedNames } from "../repeated-names.ts";

/** The columns of the CSV form; the JSON form numbers them from 1. */
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
/** The service gives ten; more would be somebody else's answer. */
const MATCHES_MAX = 50;
/** A longer line holds no row of names. */
const LINE_CHARACTERS_MAX = 2_000;
const SCORE_TEXT = /^[01]\.\d{1,10}$/;

/**
 * Reads SYMBOL_SEARCH. A row that names no symbol or has no score is passed over; its opening hours are not read, for the service's offsets
 * do not follow the clock.
 */
export function parseSymbolSearch(answer: Exclude<Answer, { kind: "refusal" }>): SearchResult {
  if (answer.kind === "json" && repeatedNames(answer.text).size > 0) {
    return malformed("the answer says something twice");
  }
  const rows = answer.kind === "json" ? rowsOfJson(fieldOf(answer.value, "bestMatches")) : rowsOfCsv(answer.text);
  if (rows === null) return malformed("the answer is no list of symbols");
  const matches = rows.flatMap(matchOf);
  if (matches.length === 0 && rows.length > 0) return malformed(`none of ${rows.length} rows is a symbol`);
  return { kind: "found", matches: matches.slice(0, MATCHES_MAX) };
}

type Row = Readonly<Record<(typeof NAMES)[number], unknown>>;

function rowsOfJson(list: unknown): Row[] | null {
  if (!Array.isArray(list)) return null;
  return (list as unknown[]).map((item) =>
    rowOf(NAMES.map((name, at) => (isJsonObject(item) ? fieldOf(item, `${at + 1}. ${name}`) : undefined))),
  );
}

function rowsOfCsv(text: string): Row[] | null {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header !== NAMES.join(",")) return null;
  lines.pop(); // nothing, or a row that was cut off
  const isWhole = (line: string): boolean => line.length <= LINE_CHARACTERS_MAX;
  return lines.filter((line) => line !== "").map((line) => rowOf(isWhole(line) ? splitCsvLine(line) : []));
}

function rowOf(values: readonly unknown[]): Row {
  const isWhole = values.length === NAMES.length;
  return Object.fromEntries(NAMES.map((name, at) => [name, isWhole ? values[at] : undefined])) as Row;
}

function matchOf(row: Row): FoundSymbol[] {
  const symbol = symbolIn(row.symbol);
  const { matchScore } = row;
  if (symbol === null || typeof matchScore !== "string" || !SCORE_TEXT.test(matchScore)) return [];
  const score = Math.min(Number(matchScore), 1);
  const [name, type, region, currency] = [row.name, row.type, row.region, row.currency].map(textOf);
  return [{ symbol, name: name ?? "", type: type ?? "", region: region ?? "", currency: currency ?? "", score }];
}

function symbolIn(text: unknown): string | null {
  try {
    return typeof text === "string" ? parseSymbol(text) : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? oneLine(value) : "";
}

function malformed(message: string): SearchResult {
  return { kind: "refusal", refusal: refusalOf("malformed", message) };
}
