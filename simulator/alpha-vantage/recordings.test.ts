// What real answers of Alpha Vantage looked like, held against ours. The recordings are not part of the project.
import { expect } from "chai";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestWorld } from "./ask-for-test.ts";
import { loadBarsFolder } from "./bars-folder.ts";
import { easternStamp } from "./eastern.ts";
import { PLANS } from "./plan.ts";
import { ReplayMarket } from "./replay-market.ts";

const RECORDINGS = process.env["RECORDINGS_DIR"] ?? join(import.meta.dirname, "../../../shared/data");

/** The names in a JSON text, in order; the bars of a series and the rows of a list count once. */
function namesOf(text: string): string[] {
  const names = [...text.matchAll(/"((?:[^"\\]|\\.)*)":/g)].map((match) => match[1] ?? "");
  return [...new Set(names.filter((name) => !/^\d{4}-\d\d-\d\d/.test(name)))];
}

/** The indents of the first lines, which show how a JSON text is printed. */
function indentsOf(text: string): number[] {
  return text
    .split("\n")
    .slice(0, 12)
    .map((line) => line.search(/\S/));
}

describe("recorded answers", function () {
  before(function () {
    if (existsSync(join(RECORDINGS, "alphavantage"))) return;
    console.log("skipped: no recordings"); // eslint-disable-line no-console -- whoever runs the tests must see why
    this.skip();
  });

  function load(file: string): Promise<string> {
    return readFile(join(RECORDINGS, "alphavantage", file), "utf8");
  }

  const json: readonly (readonly [file: string, query: string])[] = [
    ["intraday_AAPL_60min_compact_2023-07-24.json", "function=TIME_SERIES_INTRADAY&symbol=AAPL&interval=60min"],
    ["global_quote_AAPL_2023-07-27.json", "function=GLOBAL_QUOTE&symbol=AAPL"],
    ["realtime_bulk_quotes_sample_not_entitled.json", "function=REALTIME_BULK_QUOTES&symbol=AAPL"],
    ["symbol_search_BA_2018-10.json", "function=SYMBOL_SEARCH&keywords=IBM"],
    ["market_status_closed_2025-11-08.json", "function=MARKET_STATUS"],
  ];
  for (const [file, query] of json) {
    it(`has the names and the indents of ${file}`, async () => {
      const [recorded, ours] = [await load(file), createTestWorld().ask(query)];
      expect(namesOf(ours)).to.deep.equal(namesOf(recorded));
      expect(indentsOf(ours)).to.deep.equal(indentsOf(recorded));
    });
  }

  const csv: readonly (readonly [file: string, query: string])[] = [
    ["intraday_IBM_5min_compact_2026-05-15.csv", "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=5min&datatype=csv"],
    ["global_quote_IBM_2026-05-15.csv", "function=GLOBAL_QUOTE&symbol=IBM&datatype=csv"],
    ["symbol_search_tesco_2025-11-08.csv", "function=SYMBOL_SEARCH&keywords=IBM&datatype=csv"],
  ];
  for (const [file, query] of csv) {
    it(`has the header of ${file}`, async () => {
      const header = (await load(file)).split(/\r?\n/)[0];
      expect(createTestWorld().ask(query).split("\r\n")[0]).to.equal(header);
    });
  }

  const refusals: readonly (readonly [file: string, ask: () => string])[] = [
    ["error_apikey_missing.json", () => createTestWorld().ask("apikey=")],
    ["error_invalid_api_call_intraday.json", () => createTestWorld().ask("function=TIME_SERIES_INTRADAY")],
    ["empty_global_quote.json", () => createTestWorld().ask("function=GLOBAL_QUOTE&symbol=ZZZ")],
    ["information_demo_key.json", () => createTestWorld().ask("function=GLOBAL_QUOTE&symbol=AAPL&apikey=demo")],
    [
      "information_premium_endpoint.json",
      () => secondAnswer({ premium: ["GLOBAL_QUOTE"], perSecond: null, perDay: 25 }),
    ],
    ["information_burst_1_per_second.json", () => secondAnswer({ premium: [], perSecond: 1, perDay: 25 })],
    [
      "information_25_per_day_key_echoed.json",
      () =>
        createTestWorld({ plan: { ...PLANS.free, perSecond: null } })
          .askTimes(26)
          .replace("as key and", "as REDACTED and"),
    ],
    [
      "note_5_per_minute_500_per_day.json",
      () => createTestWorld({ plan: { ...PLANS.free, perSecond: null, perMinute: 5, perDay: 500 } }).askTimes(6),
    ],
  ];
  for (const [file, ask] of refusals) {
    it(`says what ${file} says`, async () => {
      expect(ask()).to.equal((await load(`refusals/${file}`)).trimEnd());
    });
  }

  function secondAnswer(options: { premium: string[]; perSecond: number | null; perDay: number }): string {
    const plan = { ...PLANS.free, perSecond: options.perSecond, perDay: options.perDay };
    return createTestWorld({ plan, premiumFunctions: options.premium }).askTimes(2);
  }

  it("replays a folder row for row, moved from END to START stamps", async () => {
    const folder = join(RECORDINGS, "bars/minute_2019-02-11_15");
    const market = new ReplayMarket(await loadBarsFolder(folder));
    const { ask } = createTestWorld({ market });
    const got = new Map<string, Map<string, string>>(market.symbols.map((symbol) => [symbol, new Map()]));
    for (let round = 0; !market.progress().finished && round < 200; round++) {
      for (const symbol of market.symbols) {
        const body = ask(`function=TIME_SERIES_INTRADAY&symbol=${symbol}&interval=1min&datatype=csv`);
        for (const line of body.trimEnd().split("\r\n").slice(1)) got.get(symbol)?.set(line.slice(0, 19), line);
      }
    }
    for (const symbol of market.symbols) {
      const text = await readFile(join(folder, `${symbol}.csv`), "utf8");
      const rows = text
        .trimEnd()
        .split(/\r?\n/)
        .slice(1)
        .map((row) => row.split(","));
      const expected = rows.map(([time = "", ...values]) => {
        const start = easternStamp(Date.parse(`${time.replace(" ", "T")}-05:00`) - 60_000);
        return [start, ...values.map(Number)];
      });
      const ours = [...(got.get(symbol)?.values() ?? [])].map((line) => line.split(","));
      const numbers = ours.map(([time, ...values]) => [time, ...values.map(Number)]);
      expect(numbers.sort(byTime), symbol).to.deep.equal(expected.sort(byTime));
    }
  });

  for (const folder of ["minute_raw", "hour_raw", "crypto", "daily_2018_2019-02"]) {
    it(`reads the bars of ${folder}`, async () => {
      const symbols = await loadBarsFolder(join(RECORDINGS, "bars", folder));
      const names = await readdir(join(RECORDINGS, "bars", folder));
      const texts = await Promise.all(names.map((name) => readFile(join(RECORDINGS, "bars", folder, name), "utf8")));
      const rows = texts.reduce((sum, text) => sum + text.trimEnd().split("\n").length - 1, 0);
      expect([...symbols.values()].reduce((sum, { bars }) => sum + bars.length, 0)).to.equal(rows);
      expect([...symbols.values()][0]?.periodMs).to.equal(
        { minute_raw: 60_000, hour_raw: 3_600_000, crypto: 60_000 }[folder] ?? 86_400_000,
      );
    });
  }
});

function byTime(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]).localeCompare(String(b[0]));
}
