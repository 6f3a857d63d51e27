import { refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { parseCsvRows } from "./csv-rows.ts";
import { fieldOf, isJsonObject, outerField, type JsonObject } from "../json-object.ts";
import { QuoteCollector, type Reading, type ReadingContext, type RowTexts, type RowTime } from "./quote-collector.ts";
import { repeatedNames } from "../repeated-names.ts";
import { isSameSymbol } from "./same-symbol.ts";

type CsvAnswer = Extract<Answer, { kind: "csv" }>;

/** How one kind of series looks. */
export interface SeriesForm {
  /** The name of the rows' object, `Time Series (1min)`; a suffix may follow it. */
  readonly name: string;
  /** How the name of a CSV answer's file begins, `intraday_1min`. */
  readonly fileKind: string;
  /** A row's stamp, whole. */
  readonly stamp: RegExp;
  /** The names in the meta data, and what has to stand there. */
  readonly meta: Readonly<Record<string, string>>;
  /** When the bar of a stamp lies. */
  readonly timeOf: (stamp: string) => RowTime;
  /** What the stamps of a CSV answer betray, which names neither symbol nor kind; null if nothing. */
  readonly stampProblem: (stamps: readonly string[]) => string | null;
}

/** Of what a CSV answer is only the name of its file may tell: `intraday_1min_IBM.csv`. */
const FILE_NAME = /^(intraday_\d+min|daily)_(.+)\.csv$/;
const CSV_HEADER = "timestamp,open,high,low,close,volume";
/** In either kind of series. */
const SYMBOL_NAME = "2. Symbol";

/** Reads a series of bars, as JSON or CSV. */
export function parseBarSeries(
  answer: Exclude<Answer, { kind: "refusal" }>,
  context: ReadingContext,
  form: SeriesForm,
): Reading {
  return answer.kind === "csv"
    ? parseCsv(answer, context, form)
    : parseJson(answer.value, repeatedNames(answer.text), context, form);
}

/** The body names no symbol: where its file's name does not either, that has to be believed. */
function parseCsv({ text, fileName }: CsvAnswer, context: ReadingContext, form: SeriesForm): Reading {
  if (!mayBeNamed(fileName, form.fileKind, context.symbol))
    return malformed("the answer's file is named for another question");
  const csv = parseCsvRows(text);
  if (csv.header !== CSV_HEADER) return malformed("the CSV columns are not those of bars");
  const problem = form.stampProblem(csv.rows.map(([stamp = ""]) => stamp));
  if (problem !== null) return malformed(problem);
  const collector = new QuoteCollector(context);
  for (const [stamp = "", open, high, low, close, volume] of csv.rows) {
    collector.addBar(form.timeOf(stamp), { open, high, low, close, volume });
  }
  for (let broken = 0; broken < csv.brokenRows; broken += 1) collector.refuseRow();
  return collector.reading();
}

/** A name may leave out or change what no file's name should have. */
function mayBeNamed(fileName: string | undefined, fileKind: string, symbol: string): boolean {
  const [, kind, named] = FILE_NAME.exec(fileName ?? "") ?? [];
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return named === undefined || (kind === fileKind && plain(named) === plain(symbol));
}

function parseJson(
  value: JsonObject,
  repeated: ReadonlySet<string>,
  context: ReadingContext,
  form: SeriesForm,
): Reading {
  const problem = metaProblem(fieldOf(value, "Meta Data"), context.symbol, form);
  if (problem !== null) return malformed(problem);
  const series = outerField(value, form.name);
  if (!isJsonObject(series)) return malformed(`the answer has no ${form.name}`);
  // Of two rows with one stamp neither is taken; whatever else comes twice makes the whole doubtful.
  if (![...repeated].every((name) => form.stamp.test(name))) return malformed("the answer says something twice");
  const collector = new QuoteCollector(context);
  for (const [stamp, row] of Object.entries(series)) {
    if (!isJsonObject(row) || repeated.has(stamp)) collector.refuseRow();
    else collector.addBar(form.timeOf(stamp), rowTexts(row));
  }
  return collector.reading();
}

function metaProblem(meta: unknown, symbol: string, form: SeriesForm): string | null {
  if (!isJsonObject(meta)) return "the answer has no meta data";
  if (!isSameSymbol(fieldOf(meta, SYMBOL_NAME), symbol)) return `the answer is for another symbol than ${symbol}`;
  for (const [name, expected] of Object.entries(form.meta)) {
    if (fieldOf(meta, name) !== expected) return `the answer's ${name.replace(/^\d+\. /, "")} is not ${expected}`;
  }
  return null;
}

function rowTexts(row: JsonObject): RowTexts {
  return {
    open: fieldOf(row, "1. open"),
    high: fieldOf(row, "2. high"),
    low: fieldOf(row, "3. low"),
    close: fieldOf(row, "4. close"),
    volume: fieldOf(row, "5. volume"),
  };
}

function malformed(message: string): Reading {
  return { kind: "refusal", refusal: refusalOf("malformed", message) };
}
