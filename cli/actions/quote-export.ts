import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AppError } from "../../domain/error.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { OperatorServiceService, type ExportQuotesRequest } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Call } from "../call.ts";
import { EXPORT_HEADER, exportRow } from "../quote-csv/export-csv.ts";
import { renderCount } from "../render/count.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { UsageError } from "../usage-error.ts";
import { parseMoment } from "./parse-time.ts";
import { isSimulated } from "./quote-text.ts";

/** As typed. */
export interface ExportOptions {
  readonly symbol?: string;
  readonly from?: string;
  readonly until?: string;
  readonly out?: string;
  readonly force?: boolean;
}

const HELP = "./bell quotes export --help";
/** What is being written is called so until all of it is there; with a part of its own, for another export may write the same file. */
const PARTIAL = ".tickerbell-partial";

/** What came. */
interface Exported {
  readonly rowCount: number;
  readonly simulatedCount: number;
}

/** `bell quotes export`: a file is there when all of it is, or not at all. Throws UsageError for a file that cannot be written. */
export async function exportQuotes(call: Call, options: ExportOptions): Promise<void> {
  const request = requestOf(options, call.context.clock.now());
  const { output } = call;
  if (options.out === undefined) {
    const exported = await showAll(call, request);
    tell(call, exported);
    return;
  }
  const file = resolve(options.out);
  assertMayWrite(file, options.force ?? false);
  const exported = await writeFile(call, request, file);
  output.show({ file, ...exported }, () => `${file}: ${renderCount(exported.rowCount, "price")}.`);
  tell(call, exported);
}

function requestOf({ symbol, from, until }: ExportOptions, nowMs: number): ExportQuotesRequest {
  const startTime = from === undefined ? undefined : parseMoment("--from", from, nowMs);
  const endTime = until === undefined ? undefined : parseMoment("--until", until, nowMs);
  if (startTime !== undefined && endTime !== undefined && startTime >= endTime) {
    throw AppError.invalidField("--until", "FIELD_INVALID", "must be later than --from");
  }
  return { symbols: symbol === undefined ? [] : [parseSymbol(symbol)], startTime, endTime };
}

async function showAll({ api, output }: Call, request: ExportQuotesRequest): Promise<Exported> {
  if (!output.json) output.showText(EXPORT_HEADER);
  return forEachPage(api, request, (quotes) => {
    if (!output.json) output.showText(quotes.map(exportRow).join(""));
    else for (const quote of quotes) output.showItem(jsonFromMessage(Quote, quote), () => "");
    return Promise.resolve();
  });
}

async function writeFile({ api }: Call, request: ExportQuotesRequest, file: string): Promise<Exported> {
  const partial = `${file}.${randomUUID()}${PARTIAL}`;
  try {
    const handle = await open(partial, "wx");
    try {
      await handle.writeFile(EXPORT_HEADER);
      const exported = await forEachPage(api, request, (quotes) => handle.writeFile(quotes.map(exportRow).join("")));
      await handle.sync();
      await rename(partial, file);
      return exported;
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(partial, { force: true });
    throw unwritable(error, file);
  }
}

async function forEachPage(
  api: Call["api"],
  request: ExportQuotesRequest,
  take: (quotes: readonly Quote[]) => Promise<void>,
): Promise<Exported> {
  const exported = { rowCount: 0, simulatedCount: 0 };
  for await (const { quotes } of api.serverStream(OperatorServiceService.exportQuotes, request, "anybody")) {
    exported.rowCount += quotes.length;
    exported.simulatedCount += quotes.filter(isSimulated).length;
    await take(quotes);
  }
  return exported;
}

/** Whoever reads the file later cannot see it. */
function tell({ output }: Call, { rowCount, simulatedCount }: Exported): void {
  if (rowCount === 0) output.note("There are no such prices; ./bell quotes list shows what there is.");
  if (simulatedCount > 0) output.note(`${renderCount(simulatedCount, "price")} of them SIMULATED.`);
}

function assertMayWrite(file: string, force: boolean): void {
  if (!existsSync(dirname(file))) throw new UsageError(`there is no folder ${dirname(file)}`, HELP);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isFile()) throw new UsageError(`${file} is no ordinary file`, HELP);
  if (!force) throw new UsageError(`${file} exists; --force replaces it`, HELP);
}

function unwritable(error: unknown, file: string): unknown {
  const isSystem = error instanceof Error && "syscall" in error;
  return isSystem ? new UsageError(`${file} cannot be written: ${error.message}`, HELP) : error;
}
