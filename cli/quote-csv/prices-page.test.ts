// What docs/prices.md shows as a file is one.
import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";
import type { SizedRow } from "./bar-lengths.ts";
import { EXPORT_HEADER } from "./export-csv.ts";
import { QuoteFile } from "./quote-file.ts";

describe("docs/prices.md", () => {
  const page = readFileSync(join(PROJECT_ROOT, "docs/prices.md"), "utf8");
  const files = [...page.matchAll(/^```csv\n([^`]+)^```$/gm)].map(([, text = ""]) => text);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "bell-page-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = async (text: string): Promise<{ rows: SizedRow[]; problems: number }> => {
    const name = join(folder, "AAPL.csv");
    writeFileSync(name, text);
    const told = { symbol: null, fileSymbol: "AAPL", periodMs: null, nowMs: Date.UTC(2026, 10, 22) };
    const file = new QuoteFile(name, told);
    const rows: SizedRow[] = [];
    for await (const batch of file.batches()) rows.push(...batch);
    return { rows, problems: file.problems.count };
  };

  it("shows files that are read without a problem, as long as it says", async () => {
    const all = [await read(files[0] ?? ""), await read(files[1] ?? "")];
    expect(all.map(({ problems }) => problems)).to.deep.equal([0, 0]);
    const [days = [], mixed = []] = all.map(({ rows }) => rows.map(({ bar }) => [bar.symbol, bar.periodMs]));
    expect(days).to.deep.equal([
      ["AAPL", DAY_MS],
      ["AAPL", DAY_MS],
    ]);
    expect(mixed).to.deep.equal([
      ["MSFT", MINUTE_MS],
      ["BTCUSDT", HOUR_MS],
      ["MSFT", 0],
    ]);
  });

  it("shows an export as it is", () => {
    expect(files[1]?.startsWith(EXPORT_HEADER)).to.equal(true);
  });
});
