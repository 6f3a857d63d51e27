// The promises of an import: all of a file or nothing of it, also when the server is killed at any moment; and what is exported is what an
// import makes of it.
import Database from "better-sqlite3";
import { expect } from "chai";
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Quote } from "../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { QuoteSender } from "../server/testing/quote-sender.ts";
import { eventually } from "./support/eventually.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

const ROWS = 5_000;

describe("an import, while the server is killed", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  const count = (sql: string): number => {
    const db = new Database(join(world.dataFolder, "tickerbell.db"), { readonly: true });
    try {
      return db.prepare(`SELECT count(*) FROM ${sql}`).pluck().get() as number;
    } finally {
      db.close();
    }
  };
  const change = (sql: string): void => {
    const db = new Database(join(world.dataFolder, "tickerbell.db"), { timeout: 60_000 });
    db.exec(sql);
    db.close();
  };
  /** Kills the server while it fills a table, and starts it again. Slowed down after its first step, it cannot be through by then. */
  async function killWhileFilling(table: "import_rows" | "quotes"): Promise<void> {
    const server = await world.start("server");
    const slow =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT sum(i) FROM n";
    change(
      `CREATE TRIGGER slow BEFORE INSERT ON ${table} WHEN (SELECT count(*) FROM ${table}) >= 500 BEGIN ${slow}; END`,
    );
    const lines = Array.from({ length: ROWS }, (_, at) => `${new Date(at * MINUTE_MS).toISOString()},1,2,1,2,5\n`);
    const file = join(world.folder, "JPM.csv");
    writeFileSync(file, `timestamp,open,high,low,close,volume\n${lines.join("")}`);
    const importing = world.launch(["quotes", "import", file]);
    await eventually("the first rows are there", () => count(table) > 0);
    await server.kill();
    expect((await importing.ended).code).to.equal(69);
    expect(count(table)).to.be.below(ROWS);
    change("DROP TRIGGER slow");
    await world.start("server");
  }

  it("leaves nothing when not all of it had come", async () => {
    await killWhileFilling("import_rows");
    await eventually("what had come is dropped", () => count("import_rows") === 0);
    expect([count("quotes"), count("server_facts WHERE name = 'import_seal_time'")]).to.deep.equal([0, 0]);
  });

  it("leaves all of it when all had come, once the server is back", async () => {
    await killWhileFilling("quotes");
    await eventually("all of it is there", () => count("quotes") === ROWS && count("import_rows") === 0);
    expect(await world.does(["quotes", "export"])).to.match(/^symbol,(.*\n){5001}$/);
  });
});

/** A quote that a source may have brought, of few moments, so that several meet. */
const anyQuote: fc.Arbitrary<Quote> = fc
  .record({
    symbol: fc.constantFrom("AAPL", "BRK-B", "TSCO.LON"),
    source: fc.constantFrom("alpha-vantage", "simulator", "example"),
    periodMs: fc.constantFrom(0, 250, MINUTE_MS, 6 * HOUR_MS + 30 * MINUTE_MS, DAY_MS),
    moment: fc.integer({ min: -5, max: 5 }),
    prices: fc.array(fc.double({ min: 1e-9, max: 1e11, noNaN: true }), { minLength: 4, maxLength: 4 }),
    volume: fc.oneof(fc.nat(), fc.double({ min: 0, max: 9e15, noNaN: true })),
  })
  .map(({ periodMs, moment, prices, ...rest }) => {
    const [low = 1, open = 1, close = 1, high = 1] =
      periodMs === 0 ? prices.map(() => prices[0]) : prices.toSorted((a, b) => a - b);
    const quoteTimeMs = Date.UTC(2019, 2, 8) + moment * 7_000_001;
    const times = { quoteTimeMs, fetchTimeMs: quoteTimeMs + DAY_MS };
    return { ...rest, ...times, periodMs, open, high, low, close, sessionClass: "regular" as const };
  });

describe("an export", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(async () => {
    await world.close();
  });

  const exported = (server: TestServer): Promise<string> =>
    world.does(["quotes", "export", "--server", server.address]);

  it("imported into an empty store is exported the same, and imported again changes nothing", async () => {
    const file = join(world.folder, "exported.csv");
    const holds = async (quotes: readonly Quote[]): Promise<void> => {
      const [full, empty] = await Promise.all([startTestServer(), startTestServer()]);
      try {
        const sender = new QuoteSender(await full.connect(QuoteServiceClient, "fetcher"));
        expect((await sender.send(quotes)).refused).to.deep.equal([]);
        sender.cancel();
        const before = await exported(full);
        writeFileSync(file, before);
        await world.does(["quotes", "import", file, "--server", empty.address]);
        expect(await exported(empty)).to.equal(before);
        const again = await world.does(["quotes", "import", file, "--server", empty.address]);
        expect(again).to.include(" 0 prices new, 0 changed");
      } finally {
        await Promise.all([full.close(), empty.close()]);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(anyQuote, { minLength: 1, maxLength: 60 }), holds), { numRuns: 8 });
  });
});
