// Every way in which a file can be wrong, told with row and column; and what is read of one that is right.
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import type { SizedRow } from "./bar-lengths.ts";
import { QuoteFile } from "./quote-file.ts";
import type { Told } from "./row-reader.ts";

const TOLD: Told = { symbol: "AAPL", fileSymbol: null, periodMs: null, nowMs: Date.UTC(2026, 0) };
const HEADER = "timestamp,open,high,low,close,volume";
const GOOD = "2019-02-15,103.9,105.7,103.66,105.55,14716861";

describe("QuoteFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-csv-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function read(content: string | Buffer, told: Partial<Told> = {}) {
    const file = join(folder, "quotes.csv");
    writeFileSync(file, content);
    const reading = new QuoteFile(file, { ...TOLD, ...told });
    const rows: SizedRow[] = [];
    for await (const batch of reading.batches()) {
      expect(batch.length).to.be.within(1, 1_000);
      rows.push(...batch);
    }
    const [, ...lines] = reading.problems.toError("quotes.csv").message.split("\n  ");
    return { rows, problems: lines };
  }
  /** The problems of rows under the usual header. */
  const problemsOf = async (...rows: string[]) => (await read([HEADER, ...rows].join("\n"))).problems;

  const bar = { symbol: "AAPL", periodMs: DAY_MS, timeMs: Date.parse("2019-02-15T05:00:00Z") };
  const prices = { open: 103.9, high: 105.7, low: 103.66, close: 105.55, volume: 14_716_861 };

  for (const [title, content] of [
    ["LF", `${HEADER}\n${GOOD}\n`],
    ["CR and LF", `${HEADER}\r\n${GOOD}\r\n`],
    ["CR", `${HEADER}\r${GOOD}\r`],
    ["a byte order mark", `\ufeff${HEADER}\n${GOOD}\n`],
    ["quotation marks and blanks", `"Timestamp","OPEN",High , low,close,volume\n"2019-02-15", ${GOOD.slice(11)}\n`],
    ["empty rows as spreadsheets write them", `${HEADER}\n,,,,,\n${GOOD}\n\n`],
    ["columns that nothing needs", `${HEADER},adjusted_close,Stock Splits\n${GOOD},1,2\n`],
    ["other names and another order", `volume,close,low,high,open,date\n14716861,105.55,103.66,105.7,103.9,2019-02-15`],
  ] as const) {
    it(`reads a file with ${title}`, async () => {
      const { rows, problems } = await read(content);
      expect(problems).to.deep.equal([]);
      expect(rows.map((row) => row.bar)).to.deep.equal([{ ...bar, ...prices }]);
    });
  }

  it("takes symbol and length from columns, and the volume for 0 where there is none", async () => {
    const { rows } = await read(
      "symbol,period,time,open,high,low,close\nbrk.b,5m,2019-02-15T14:30:00Z,1,2,1,2\nIBM,tick,2019-02-15T14:30:00Z,1,1,1,1\n",
      { symbol: null },
    );
    expect(rows.map((row) => [row.row, row.bar.symbol, row.bar.periodMs, row.bar.volume])).to.deep.equal([
      [2, "BRK-B", 5 * MINUTE_MS, 0],
      [3, "IBM", 0, 0],
    ]);
  });

  const headers: readonly (readonly [title: string, content: string | Buffer, ...says: string[]])[] = [
    ["that is empty", "", "row 1: is missing: the file is empty"],
    ["with a header alone", `${HEADER}\n`, "row 2: is missing: there is nothing under the header"],
    ["without a header", `${GOOD}\n${GOOD}`, "row 1: is no header"],
    ["without a column", "timestamp,open,high,low,volume\n", "row 1: has no column close"],
    ["with a column twice", `${HEADER},Close\n`, 'row 1, column 7 (Close): "Close" is there twice'],
    ["with two columns for the time", `${HEADER},date\n`, 'column 7 (date): "date" is there twice'],
    ["with a strange column", `${HEADER},average\n`, 'row 1, column 7 (average): "average" is no column'],
    ["with semicolons", `${HEADER.replaceAll(",", ";")}\n`, "row 1: has columns that are divided by other than commas"],
    ["that is a refusal", '{\n    "Information": "thank you"\n}', "row 1: is JSON and no CSV"],
    ["that is a page", "<html><body>\n", "row 1: is a page and no CSV"],
    ["in UTF-16", Buffer.from(`\ufeff${HEADER}\n${GOOD}\n`, "utf16le"), "row 1: is no text in UTF-8"],
    ["that is packed", gzipSync(`${HEADER}\n${GOOD}\n`), "row 1: is no text in UTF-8"],
  ];
  for (const [title, content, ...says] of headers) {
    it(`says what is wrong with a file ${title}`, async () => {
      const { rows, problems } = await read(content);
      expect(rows).to.deep.equal([]);
      for (const words of says) expect(problems[0]).to.include(words);
    });
  }

  it("says nothing of rows whose header is none", async () => {
    expect((await read('{}\n1"\n2"\n')).problems).to.have.length(1);
  });

  it("says nothing of rows after one that is no row and should be the header", async () => {
    expect((await read(`time"stamp\n${GOOD}\n3"\n`)).problems).to.have.length(1);
  });

  const cells: readonly (readonly [title: string, row: string, ...says: string[]])[] = [
    ["too few cells", "2019-02-15,1,2", "row 2: has 3 cells, and the header has 6"],
    ["a decimal comma", "2019-02-15,1,5,2,1,2,5", "row 2: has 7 cells", "a comma within a number divides it"],
    ["a quoted decimal comma", '2019-02-15,"1,5",2,1,2,5', 'column 2 (open): "1,5" has a comma; write a point'],
    ["separators", '2019-02-15,1,2,1,2,"14,716,861"', "column 6 (volume)", "has a comma"],
    ["a foreign date", "15.02.2019,1,2,1,2,5", 'column 1 (timestamp): "15.02.2019" is not a time; write 2019-02-15'],
    ["a day to come", "2027-02-15,1,2,1,2,5", "column 1 (timestamp)", "is yet to come"],
    ["a day before all tickers", "1899-12-31,1,2,1,2,5", "is before 1900"],
    ["a word", "2019-02-15,1,2,1,none,5", 'column 5 (close): "none" is not a price'],
    ["an empty cell", "2019-02-15,1,2,,2,5", "column 4 (low): is empty"],
    ["nothing for a price", "2019-02-15,0,2,1,2,5", 'column 2 (open): "0" is not a price'],
    ["a signed price", "2019-02-15,-1,2,1,2,5", 'column 2 (open): "-1" is not a price'],
    ["beyond every double", "2019-02-15,1,1e309,1,2,5", "column 3 (high)"],
    ["a formula", "2019-02-15,1,2,1,=1+1,5", 'column 5 (close): "=1+1" is a formula; write its value'],
    ["a formula for a volume", "2019-02-15,1,2,1,2,@sum", "column 6 (volume)", "is a formula"],
    ["a NUL", "2019-02-15,1,2\0,1,2,5", "column 3 (high)", "holds a NUL character"],
    ["a low above the open", "2019-02-15,1,2,1.5,2,5", 'column 4 (low): "1.5" is above open or close'],
    ["a high below the close", "2019-02-15,1,1.5,1,2,5", 'column 3 (high): "1.5" is below open or close'],
    ["the header again", HEADER, "row 2: is the header again; take it out"],
    ["a quotation mark that stays open", '2019-02-15,"1,2,1,2,5', "row 2: has a quotation mark that nothing closes"],
    ["more than a price's length", `2019-02-15,${"1".repeat(60_000)},2,1,2,5`, "column 2 (open)", "…"],
    ["more than a row's length", `2019-02-15,${"1".repeat(200_000)},2,1,2,5`, "row 2: is longer than 65536"],
  ];
  for (const [title, row, ...says] of cells) {
    it(`tells ${title} with row and column`, async () => {
      const problems = await problemsOf(row, GOOD);
      expect(problems).to.have.length(1);
      for (const words of says) expect(problems[0]).to.include(words);
      expect(problems[0]?.length).to.be.below(250);
    });
  }

  it("tells bytes that are no UTF-8 where they stand", async () => {
    const row = Buffer.concat([Buffer.from(`${HEADER}\n${GOOD}\n2019-02-14,1,2,1,2`), Buffer.from([0xff, 0xfe, 10])]);
    const { problems } = await read(Buffer.concat([row, Buffer.from(GOOD)]));
    expect(problems).to.deep.equal(["row 3: has 5 cells, and the header has 6"]);
    const inCell = Buffer.concat([
      Buffer.from(`${HEADER}\n2019-02-15,1`),
      Buffer.from([0xe4]),
      Buffer.from(",2,1,2,5\n"),
    ]);
    expect((await read(inCell)).problems[0])
      .to.include("row 2, column 2 (open)")
      .and.include("is not UTF-8");
  });

  it("tells all problems of a row, and goes on with the next", async () => {
    const problems = await problemsOf("x,1,2,1,y,z", GOOD, "2019-02-14,1,2,1,2,");
    expect(problems.map((line) => line.slice(0, 15))).to.deep.equal([
      "row 2, column 1",
      "row 2, column 5",
      "row 2, column 6",
      "row 4, column 6",
    ]);
  });

  it("wants to know whose prices they are, and holds rows against what was told", async () => {
    expect((await read(`${HEADER}\n${GOOD}`, { symbol: null })).problems[0]).to.include("give --symbol");
    const { problems } = await read(`symbol,${HEADER}\nIBM,${GOOD}\n`);
    expect(problems).to.deep.equal(['row 2, column 1 (symbol): "IBM" is not AAPL, which --symbol names']);
  });
});
