import type { handleClientStreamingCall, ServerReadableStream } from "@grpc/grpc-js";
import { AppError, type FieldProblem } from "../../domain/error.ts";
import { IMPORT_SOURCE } from "../../domain/quote.ts";
import { quoteFromProto } from "../../proto/convert/quote.ts";
import type {
  ImportEnd,
  ImportQuotesRequest,
  ImportQuotesResponse,
  ImportRow as ImportRowMessage,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { identityUri } from "../../runtime/tls/identity.ts";
import type { ImportCounts, ImportRow } from "../import-store.ts";
import type { QuoteImport, QuoteImports } from "../quote-imports.ts";
import { statusOf } from "./answer.ts";
import { callerOf } from "./caller.ts";

const MOST_ROWS = 1_000;
/** So many problems are told; of the others how many there are. */
const MOST_PROBLEMS = 20;

export interface ImportQuotesDeps {
  readonly imports: QuoteImports;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

type ImportCall = ServerReadableStream<ImportQuotesRequest, ImportQuotesResponse>;

/** OperatorService.ImportQuotes. */
export function importQuotes(
  deps: ImportQuotesDeps,
): handleClientStreamingCall<ImportQuotesRequest, ImportQuotesResponse> {
  return (call, callback) => {
    call.on("cancelled", () => call.destroy()); // nothing more comes: what waits for it is let go
    receive(call, deps).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(call.cancelled ? brokenOff() : error, deps.log)),
    );
  };
}

async function receive(call: ImportCall, deps: ImportQuotesDeps): Promise<ImportQuotesResponse> {
  let intake: ImportIntake | null = null;
  try {
    for await (const { part } of call.iterator({ destroyOnReturn: false }) as AsyncIterable<ImportQuotesRequest>) {
      if (part?.$case === "begin" && intake === null) {
        intake = new ImportIntake(await deps.imports.begin(), part.value.dryRun, deps.clock.now());
      } else if (part?.$case === "rows" && intake !== null) {
        await intake.take(part.value.rows);
      } else if (part?.$case === "end" && intake !== null) {
        const response = await intake.finish(part.value);
        const isStored = !intake.isDryRun && !part.value.discard;
        deps.log.info(
          { ...response, operator: identityUri(callerOf(call.metadata).peer) },
          isStored ? "prices were imported" : "an import was tried, and nothing stored",
        );
        return response;
      } else {
        throw AppError.invalidField("part", "FIELD_INVALID", "must be begin, then rows, then end");
      }
    }
    throw brokenOff();
  } finally {
    intake?.end();
  }
}

/** One import: what came, and what is wrong with it. */
class ImportIntake {
  readonly isDryRun: boolean;
  readonly #import: QuoteImport;
  readonly #nowMs: number;
  readonly #problems: FieldProblem[] = [];
  #badRows = 0;
  #rowCount = 0;
  #repeatedCount = 0;

  constructor(begun: QuoteImport, isDryRun: boolean, nowMs: number) {
    this.#import = begun;
    this.isDryRun = isDryRun;
    this.#nowMs = nowMs;
  }

  async take(messages: readonly ImportRowMessage[]): Promise<void> {
    if (messages.length > MOST_ROWS) {
      throw AppError.invalidField("rows.rows", "FIELD_INVALID", `must hold at most ${MOST_ROWS} rows`);
    }
    this.#rowCount += messages.length;
    const { repeatedCount, conflicts } = await this.#import.stage(messages.flatMap((message) => this.#read(message)));
    this.#repeatedCount += repeatedCount;
    for (const { row, earlierRow } of conflicts) {
      const message = `has the symbol, the period and the time of row ${earlierRow}, and other values`;
      this.#refuse([{ field: `rows[${row}]`, reason: "IMPORT_INVALID", message }]);
    }
  }

  async finish({ rowCount, discard }: ImportEnd): Promise<ImportQuotesResponse> {
    if (rowCount !== this.#rowCount) {
      throw AppError.invalidField("end.row_count", "FIELD_INVALID", `is ${rowCount}, and ${this.#rowCount} came`);
    }
    if (this.#badRows > 0) throw refusal(this.#badRows, this.#problems);
    return { ...(await this.#conclude(discard)), repeatedCount: this.#repeatedCount };
  }

  end(): void {
    this.#import.end();
  }

  async #conclude(discard: boolean): Promise<ImportCounts> {
    if (discard) return { newCount: 0, changedCount: 0, knownCount: 0 };
    return this.isDryRun ? this.#import.compare() : this.#import.finish();
  }

  #read({ row, quote }: ImportRowMessage): ImportRow[] {
    try {
      if (quote === undefined) throw AppError.invalidField("quote", "FIELD_REQUIRED", "is missing");
      const told = { source: IMPORT_SOURCE, sessionClass: SessionClass.ALWAYS, fetchTime: new Date(this.#nowMs) };
      const read = quoteFromProto({ ...quote, ...told });
      if (read.quoteTimeMs <= this.#nowMs) return [{ row, quote: read }];
      throw AppError.invalidField("quote_time", "QUOTE_INVALID", "is yet to come");
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#refuse(error.fields.map((problem) => ({ ...problem, field: `rows[${row}].${problem.field}` })));
      return [];
    }
  }

  #refuse(problems: readonly FieldProblem[]): void {
    this.#badRows += 1;
    this.#problems.push(...problems.slice(0, MOST_PROBLEMS - this.#problems.length));
  }
}

function refusal(badRows: number, problems: readonly FieldProblem[]): AppError {
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
  const count = badRows === 1 ? "1 row" : `${badRows} rows`;
  return new AppError("INVALID_ARGUMENT", "IMPORT_INVALID", `${count} cannot be imported: ${text}`, {
    hint: "Nothing was imported. Mend them and import again.",
    fields: problems,
  });
}

function brokenOff(): AppError {
  return new AppError("ABORTED", "STATE_CONFLICT", "the import ended before its last message; nothing was imported", {
    hint: "Import again.",
  });
}
