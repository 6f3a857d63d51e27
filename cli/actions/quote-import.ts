import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { AppError } from "../../domain/error.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import {
  OperatorServiceService,
  type ImportQuotesRequest,
  type ImportQuotesResponse,
  type ImportRow,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Call } from "../call.ts";
import type { SizedRow } from "../quote-csv/bar-lengths.ts";
import { formatPeriod, parsePeriod } from "../quote-csv/period-text.ts";
import { QuoteFile } from "../quote-csv/quote-file.ts";
import type { Told } from "../quote-csv/row-reader.ts";
import { renderCount } from "../render/count.ts";
import { renderTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";

/** As typed. */
export interface ImportOptions {
  readonly symbol?: string;
  readonly period?: string;
  readonly dryRun?: boolean;
}

const HELP = "./bell quotes import --help";
/** So many are named; who imports more knows them. */
const MOST_SYMBOLS = 1_000;
/** So many lengths of bars are named. */
const MOST_PERIODS = 5;
/** A file that is called by its symbol, as Alpha Vantage's users keep them. */
const SYMBOL_FILE = /^([A-Z0-9][A-Z0-9.\-]{0,31})\.csv$/;

/** `bell quotes import FILE`. Throws UsageError for a file that cannot be read, INVALID_ARGUMENT IMPORT_INVALID with all that is wrong in it. */
export async function importQuotes(
  { api, output, context }: Call,
  name: string,
  options: ImportOptions,
): Promise<void> {
  const file = resolve(name);
  assertFile(file);
  const dryRun = options.dryRun ?? false;
  const told = { ...symbolsOf(file, options), periodMs: periodOf(options), nowMs: context.clock.now() };
  const reading = new QuoteFile(file, told);
  const extent = new Extent();
  const response = await api
    .clientStream(OperatorServiceService.importQuotes, requests(reading, extent, dryRun), "anybody")
    .catch((error: unknown) => {
      if (!(error instanceof AppError) || error.reason !== "IMPORT_INVALID") throw unreadable(error, file);
      reading.problems.addRefused(error.fields);
      throw reading.problems.toError(basename(file));
    });
  if (reading.problems.count > 0) throw reading.problems.toError(basename(file));
  output.show({ file, dryRun, ...extent.json(), ...response }, () => summary(reading, extent, response, dryRun));
}

async function* requests(reading: QuoteFile, extent: Extent, dryRun: boolean): AsyncGenerator<ImportQuotesRequest> {
  yield { part: { $case: "begin", value: { dryRun } } };
  for await (const rows of reading.batches()) {
    extent.add(rows);
    yield { part: { $case: "rows", value: { rows: rows.map(messageOf) } } };
  }
  const discard = reading.problems.count > 0;
  yield { part: { $case: "end", value: { rowCount: extent.rowCount, discard } } };
}

/** What only the server says is left empty. */
function messageOf({ row, bar }: SizedRow): ImportRow {
  const { symbol, periodMs, timeMs, open, high, low, close, volume } = bar;
  const quote = {
    symbol,
    source: "",
    period: periodMs === 0 ? undefined : durationToProto(periodMs),
    quoteTime: new Date(timeMs),
    open,
    high,
    low,
    close,
    volume,
    sessionClass: SessionClass.UNSPECIFIED,
    fetchTime: undefined,
    currency: "",
    seq: 0,
    doubt: undefined,
  };
  return { row, quote };
}

/** What a file reaches over. */
class Extent {
  rowCount = 0;
  readonly #symbols = new Set<string>();
  readonly #periods = new Set<number>();
  #firstMs: TimeMs = Infinity;
  #lastMs: TimeMs = -Infinity;

  add(rows: readonly SizedRow[]): void {
    this.rowCount += rows.length;
    for (const { bar } of rows) {
      if (this.#symbols.size < MOST_SYMBOLS) this.#symbols.add(bar.symbol);
      if (this.#periods.size <= MOST_PERIODS) this.#periods.add(bar.periodMs);
      this.#firstMs = Math.min(this.#firstMs, bar.timeMs);
      this.#lastMs = Math.max(this.#lastMs, bar.timeMs);
    }
  }

  json(): object {
    const [startTime, endTime] = [new Date(this.#firstMs), new Date(this.#lastMs)];
    return { rowCount: this.rowCount, symbols: [...this.#symbols], firstTime: startTime, lastTime: endTime };
  }

  text(isSymbolByName: boolean): string {
    const [one = "", ...others] = this.#symbols;
    const symbols = others.length === 0 ? one : `${this.#symbols.size} symbols`;
    const what = isSymbolByName ? `${symbols} (by the file's name)` : symbols;
    const [first, last] = [renderTime(new Date(this.#firstMs)), renderTime(new Date(this.#lastMs))];
    return `${renderCount(this.rowCount, "row")} of ${what}, ${this.#periodText()}, from ${first} to ${last}.`;
  }

  /** How long the bars are, which may have been read from the times: a wrong guess shows here. */
  #periodText(): string {
    const shown = [...this.#periods].toSorted((a, b) => a - b).slice(0, MOST_PERIODS);
    const texts = shown.map(formatPeriod);
    return `each ${texts.join(", ")}${this.#periods.size > MOST_PERIODS ? " and more" : ""}`;
  }
}

function summary(reading: QuoteFile, extent: Extent, response: ImportQuotesResponse, dryRun: boolean): string {
  const { newCount, changedCount, knownCount, repeatedCount } = response;
  const counts = [
    `${renderCount(newCount, "price")} new`,
    `${changedCount.toLocaleString("en-US")} changed`,
    `${knownCount.toLocaleString("en-US")} there already`,
    ...(repeatedCount === 0 ? [] : [`${repeatedCount.toLocaleString("en-US")} twice in the file`]),
  ];
  const verdict = dryRun ? "Only looked, nothing was imported. It would be: " : "Imported: ";
  return `${reading.name}: ${extent.text(reading.isSymbolByName)}\n${verdict}${counts.join(", ")}.`;
}

function assertFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file ${file}`, HELP);
  if (found.isDirectory()) throw new UsageError(`${file} is a folder; name a file in it`, HELP);
}

function symbolsOf(file: string, { symbol }: ImportOptions): Pick<Told, "symbol" | "fileSymbol"> {
  const called = SYMBOL_FILE.exec(basename(file))?.[1];
  return {
    symbol: symbol === undefined ? null : parseSymbol(symbol),
    fileSymbol: called === undefined ? null : parseSymbol(called),
  };
}

function periodOf({ period }: ImportOptions): number | null {
  const periodMs = period === undefined ? null : parsePeriod(period);
  if (period === undefined || (periodMs !== null && periodMs > 0)) return periodMs;
  throw AppError.invalidField(
    "--period",
    "FIELD_INVALID",
    `"${period}" is not the length of a bar`,
    "write it as 1m, 5m, 1h or 1d",
  );
}

/** The file system's own words say nothing of which file. */
function unreadable(error: unknown, file: string): unknown {
  const isSystem = error instanceof Error && "syscall" in error;
  return isSystem ? new UsageError(`${file} cannot be read: ${error.message}`, HELP) : error;
}
