// `make demo BARS_DIR=…` on a recorded week, held against the files themselves and against a second reading of the rules.
import Database from "better-sqlite3";
import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { firings } from "./oracle/levels-oracle.ts";
import { recordingsDir } from "./recordings.ts";
import { ScriptWorld } from "./support/run-script.ts";

const WEEK = join("bars", "minute_2019-02-11_15");
const BARS_IN_WEEK = 19_463;

/** The rows of a folder of minute bars as they must be stored: END stamps in winter time become start times. */
function expectedRows(folder: string): unknown[][] {
  const rows = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => {
        const [stamp = "", ...numbers] = line.split(",");
        const startMs = Date.parse(`${stamp.replace(" ", "T")}-05:00`) - 60_000;
        return [file.replace(/\.csv$/, ""), startMs, ...numbers.map(Number)];
      }),
  );
  return rows.sort(([a, aMs], [b, bMs]) => (a === b ? Number(aMs) - Number(bMs) : String(a) < String(b) ? -1 : 1));
}

const BARS = `SELECT symbol, quote_time, open, high, low, close, volume FROM quotes
  WHERE period_ms = 60000 ORDER BY symbol, quote_time`;
const FIRED = `SELECT triggers.symbol, alerts.kind, alerts.level, repeat, quote_time
  FROM triggers JOIN alerts ON alerts.row = triggers.alert`;

describe("make demo BARS_DIR", () => {
  it("stores every recorded bar and fires exactly what the rules name", async function () {
    const root = recordingsDir();
    const folder = root === null ? null : join(root, WEEK);
    if (folder === null || !existsSync(folder)) {
      process.stdout.write("skipped: no recordings\n");
      return this.skip();
    }
    const world = new ScriptWorld();
    try {
      const kept = join(world.folder, "kept");
      const { code, output, complaints } = await world.run(["scripts/demo.ts", folder, "--keep", kept]);
      expect(complaints).to.equal("");
      expect(code).to.equal(0);
      const oracle = [...firings(folder)].sort();
      const summary = `${BARS_IN_WEEK} bars in [0-9.]+ s, ${oracle.length} alerts fired, 10 e-mails`;
      expect(output.trimEnd().split("\n").at(-1)).to.match(new RegExp(`^demo: ${summary}$`));
      const { bars, fired } = readStore(join(kept, "tickerbell.db"));
      expect(bars).to.have.length(BARS_IN_WEEK);
      expect(bars).to.deep.equal(expectedRows(folder));
      expect(fired.sort()).to.deep.equal(oracle);
      expect(world.leftFiles()).to.deep.equal(["kept"]);
      expect(world.leftProcesses()).to.deep.equal([]);
    } finally {
      world.remove();
    }
  });
});

function readStore(file: string): { bars: unknown[]; fired: string[] } {
  const db = new Database(file, { readonly: true });
  try {
    const fired = db.prepare(FIRED).raw().all() as [string, string, number, string, number][];
    const names = fired.map(([symbol, kind, level, repeat, startMs]) =>
      [symbol, kind, level, repeat, new Date(startMs).toISOString()].join(" "),
    );
    return { bars: db.prepare(BARS).raw().all(), fired: names };
  } finally {
    db.close();
  }
}
