import { expect } from "chai";
import type { ClientWritableStream } from "@grpc/grpc-js";
import type { AppError } from "../../domain/error.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import {
  OperatorServiceClient,
  type ExportQuotesResponse,
  type ImportQuotesRequest,
  type ImportQuotesResponse,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { Quote, SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";

type Part = ImportQuotesRequest["part"];

const BEGIN: Part = { $case: "begin", value: { dryRun: false } };
const end = (rowCount: number): Part => ({ $case: "end", value: { rowCount, discard: false } });

/** A minute bar; what the server sets is wrong on purpose. */
function row(number: number, changes: Partial<Quote> = {}) {
  const quote = Quote.fromPartial({
    symbol: "AAPL",
    source: "alpha-vantage",
    period: { seconds: 60, nanos: 0 },
    quoteTime: new Date(EXAMPLE_START_MS + number * MINUTE_MS),
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    sessionClass: SessionClass.REGULAR,
    ...changes,
  });
  return { row: number, quote };
}

const rows = (...all: { row: number; quote: Quote | undefined }[]): Part => ({ $case: "rows", value: { rows: all } });

describe("ImportQuotes", () => {
  let server: TestServer;
  let client: OperatorServiceClient;
  beforeEach(async () => {
    server = await startTestServer();
    client = await server.connect(OperatorServiceClient, "operator");
  });
  afterEach(() => server.close());

  /** An import that was begun, and what becomes of it. */
  function begin(...parts: Part[]): {
    call: ClientWritableStream<ImportQuotesRequest>;
    answer: Promise<ImportQuotesResponse>;
  } {
    const answer = Promise.withResolvers<ImportQuotesResponse>();
    answer.promise.catch(() => undefined);
    const call = client.importQuotes((error, response) => {
      if (error === null) answer.resolve(response);
      else answer.reject(errorFromStatus(error));
    });
    for (const part of parts) call.write({ part });
    return { call, answer: answer.promise };
  }
  function send(...parts: Part[]): Promise<ImportQuotesResponse> {
    const { call, answer } = begin(...parts);
    call.end();
    return answer;
  }
  const stored = () => server.query("SELECT * FROM quotes");
  const staged = () => server.query("SELECT * FROM import_rows");

  it("stores rows under a source and a session of its own, never judged, and logs who brought them", async () => {
    const answer = await send(BEGIN, rows(row(1), row(2)), rows(row(3), row(3)), end(4));
    expect(answer).to.deep.equal({ newCount: 3, changedCount: 0, knownCount: 0, repeatedCount: 1 });
    for (const one of stored()) expect(one).to.include({ source: "import", session_class: "always", seq: null });
    const line = server.log.find((text) => text.includes("prices were imported"));
    expect(line).to.match(/"newCount":3.*"operator":"spiffe:..tickerbell.operator/);
  });

  it("stores nothing without the last message", async () => {
    for (const parts of [[], [BEGIN], [BEGIN, rows(row(1))]]) {
      const { code, message } = await refusalOf(send(...parts));
      expect([code, message]).to.deep.equal([
        "ABORTED",
        "the import ended before its last message; nothing was imported",
      ]);
    }
    await eventually("what was staged is dropped", () => staged().length === 0);
    expect(stored()).to.deep.equal([]);
  });

  it("stores nothing when its caller breaks off, and lets the next one in", async () => {
    const { call, answer } = begin(BEGIN, rows(row(1)));
    await eventually("a row is staged", () => staged().length === 1);
    call.cancel();
    expect((await refusalOf(answer)).code).to.equal("CANCELLED");
    await eventually("it is dropped", () => staged().length === 0);
    expect((await send(BEGIN, rows(row(1)), end(1))).newCount).to.equal(1);
  });

  it("refuses a second import while one is under way", async () => {
    const { call, answer } = begin(BEGIN, rows(row(1)));
    await eventually("a row is staged", () => staged().length === 1);
    expect((await refusalOf(send(BEGIN, end(0)))).reason).to.equal("TOO_MANY");
    call.write({ part: end(1) });
    call.end();
    expect((await answer).newCount).to.equal(1);
  });

  it("names each bad row, stores none, and tells of the rest how many there are", async () => {
    const bad = rows(
      row(1),
      row(2, { close: 13 }),
      row(3, { symbol: "aapl", low: 0 }),
      row(4, { quoteTime: new Date(Date.now() + MINUTE_MS) }),
      { row: 5, quote: undefined },
      row(1, { close: 10 }),
    );
    const error = await refusalOf(send(BEGIN, bad, end(6)));
    expect([error.code, error.reason]).to.deep.equal(["INVALID_ARGUMENT", "IMPORT_INVALID"]);
    expect(error.message).to.match(/^5 rows cannot be imported: rows\[2\]\.high: must not be below open or close; /);
    expect(error.fields.map(({ field }) => field)).to.deep.equal([
      "rows[2].high",
      "rows[3].symbol",
      "rows[3].low",
      "rows[4].quote_time",
      "rows[5].quote",
      "rows[1]",
    ]);
    const many = Array.from({ length: 1_000 }, (_, at) => row(at, { close: NaN }));
    const told = await refusalOf(send(BEGIN, rows(...many), end(1_000)));
    expect(told.message).to.match(/^1000 rows/);
    expect(told.fields).to.have.length(20);
    expect(stored()).to.deep.equal([]);
  });

  const wrong: readonly (readonly [title: string, parts: Part[], field: string])[] = [
    ["an end without a beginning", [end(0)], "part"],
    ["two beginnings", [BEGIN, BEGIN], "part"],
    ["a part that is none", [BEGIN, undefined], "part"],
    ["another number of rows than came", [BEGIN, rows(row(1)), end(2)], "end.row_count"],
    ["more rows in a message than may be", [BEGIN, rows(...Array.from({ length: 1_001 }, () => row(1)))], "rows.rows"],
  ];
  for (const [title, parts, field] of wrong) {
    it(`refuses ${title}`, async () => {
      const error = await refusalOf(send(...parts));
      expect([error.code, error.fields[0]?.field]).to.deep.equal(["INVALID_ARGUMENT", field]);
      await eventually("nothing is left", () => staged().length === 0 && stored().length === 0);
    });
  }

  it("is refused to a reader's certificate", async () => {
    client = await server.connect(OperatorServiceClient, "cli");
    expect((await refusalOf(send(BEGIN, end(0)))).reason).to.equal("ROLE_NOT_ALLOWED");
  });

  it("gives back what it stored, in pages of whatever size", async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => row(at));
    const parts = [0, 1_000, 2_000].map((at) => rows(...many.slice(at, at + 1_000)));
    await send(BEGIN, ...parts, end(2_500));
    const request = { symbols: ["AAPL"], startTime: undefined, endTime: undefined };
    const pages = client.exportQuotes(request) as AsyncIterable<ExportQuotesResponse>;
    const times: number[] = [];
    for await (const { quotes } of pages) times.push(...quotes.map(({ quoteTime }) => quoteTime?.getTime() ?? NaN));
    expect(times).to.deep.equal(many.map(({ quote }) => quote.quoteTime?.getTime()));
  });

  it("exports nothing of a span that is none, nor of a symbol that is none", async () => {
    const time = new Date(EXAMPLE_START_MS);
    const call = client.exportQuotes({ symbols: ["A$"], startTime: time, endTime: time });
    const error = await new Promise<AppError>((resolve) => {
      call.on("error", (failure) => resolve(errorFromStatus(failure as never)));
      call.resume();
    });
    expect(error.fields.map(({ field }) => field)).to.deep.equal(["symbols[0]", "end_time"]);
  });
});
