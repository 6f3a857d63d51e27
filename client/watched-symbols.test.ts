import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { LIST_WAIT_MS, WatchedSymbols, type WatchedSymbolsOptions } from "./watched-symbols.ts";

const NEVER = new AbortController().signal;
const message = (...symbols: string[]) => ({ symbols: symbols.map((symbol) => ({ symbol, hasAlerts: false })) });

describe("WatchedSymbols", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-watched-"));
    file = join(folder, "symbols.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function open(changes: Partial<WatchedSymbolsOptions> = {}) {
    const clock = new FakeClock(OPENING_MS);
    const log = new RecordedLog();
    const usual = { symbols: ["AAPL", "IBM"], followsServer: true, source: {} };
    const watched = new WatchedSymbols({ ...usual, file, clock, log, ...changes });
    const changed: (readonly string[])[] = [];
    watched.onChange((added) => changed.push(added));
    return { clock, log, watched, changed };
  }

  describe("of a fetcher that was told its symbols", () => {
    it("are those, whatever the server wants; of its list they learn which have alerts", async () => {
      const { watched, changed } = open({ followsServer: false });
      await watched.known(NEVER);
      watched.take({ symbols: [{ symbol: "MSFT", hasAlerts: true }, { symbol: "IBM", hasAlerts: true }] }); // prettier-ignore
      expect(watched.current).to.deep.equal([
        { symbol: "AAPL", hasAlerts: false },
        { symbol: "IBM", hasAlerts: true },
      ]);
      expect(changed).to.deep.equal([[]]);
      expect(() => readFileSync(file)).to.throw("ENOENT");
    });
  });

  describe("of a fetcher that follows the server", () => {
    it("are waited for, and then the server's", async () => {
      const { watched, changed, clock } = open();
      const known = watched.known(NEVER);
      expect(watched.symbols).to.deep.equal([]);
      watched.take(message("MSFT"));
      await known;
      expect([watched.symbols, changed, clock.sleeping]).to.deep.equal([["MSFT"], [], 0]);
    });

    it("are those of them that the source may know; the others are named once", async () => {
      const stocks = { source: { mayKnow: (symbol: string) => !symbol.endsWith("USDT") } };
      const { watched, changed, log } = open(stocks);
      watched.take(message("BTCUSDT", "MSFT"));
      await watched.known(NEVER);
      expect(watched.symbols).to.deep.equal(["MSFT"]);
      watched.take(message("BTCUSDT", "MSFT"));
      watched.take(message("BTCUSDT", "ETHUSDT", "MSFT"));
      const said = log.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields);
      expect(said).to.deep.equal([{ symbols: ["BTCUSDT"] }, { symbols: ["BTCUSDT", "ETHUSDT"] }]);
      expect(changed).to.deep.equal([]);
      writeFileSync(file, '["BTCUSDT","IBM"]');
      expect(open(stocks).watched.symbols, "kept by an earlier version").to.deep.equal(["IBM"]);
    });

    it("are the usual ones when the server does not say, until it does", async () => {
      const { watched, changed, clock, log } = open();
      const known = watched.known(NEVER);
      clock.advance(LIST_WAIT_MS);
      await known;
      expect(watched.symbols).to.deep.equal(["AAPL", "IBM"]);
      expect(log.messages).to.have.length(1);
      watched.take(message("IBM", "MSFT"));
      expect([watched.symbols, changed]).to.deep.equal([["IBM", "MSFT"], [["MSFT"]]]);
    });

    it("are waited for no longer than the fetcher runs", async () => {
      const stop = new AbortController();
      const { watched } = open();
      const known = watched.known(stop.signal);
      stop.abort();
      await known;
      expect(watched.symbols).to.deep.equal([]);
    });

    it("change with the server's list, which is told only when it is another", () => {
      const { watched, changed, log } = open();
      watched.take(message("AAPL", "IBM"));
      watched.take(message("AAPL", "IBM"));
      expect(changed).to.deep.equal([]);
      watched.take(message("AAPL", "MSFT", "NVDA"));
      watched.take(message());
      watched.take({ symbols: [{ symbol: "AAPL", hasAlerts: true }] });
      watched.take({ symbols: [{ symbol: "AAPL", hasAlerts: false }] });
      expect(changed).to.deep.equal([["MSFT", "NVDA"], [], ["AAPL"], []]);
      expect(log.lines.map(({ fields }) => fields)).to.deep.equal([
        { added: ["AAPL", "IBM"], removed: [] },
        { added: ["MSFT", "NVDA"], removed: ["IBM"] },
        { added: [], removed: ["AAPL", "MSFT", "NVDA"] },
        { added: ["AAPL"], removed: [] },
      ]);
    });

    it("are at the next start what they were, also when they were none", async () => {
      open().watched.take(message("MSFT", "NVDA"));
      const { watched, clock } = open();
      await watched.known(NEVER);
      expect([watched.symbols, clock.sleeping]).to.deep.equal([["MSFT", "NVDA"], 0]);
      watched.take(message());
      expect(open().watched.symbols).to.deep.equal([]);
    });

    for (const damaged of ["", "[", "{}", '["no symbol"]', "null", "[7, {}]"]) {
      it(`are waited for when all that was kept is ${JSON.stringify(damaged)}`, async () => {
        writeFileSync(file, damaged);
        const { watched, clock } = open();
        const known = watched.known(NEVER);
        clock.advance(LIST_WAIT_MS);
        await known;
        expect(watched.symbols).to.deep.equal(["AAPL", "IBM"]);
      });
    }

    it("go on when they cannot be written down", () => {
      const { watched, log } = open({ file: join(folder, "nowhere", "symbols.json") });
      watched.take(message("MSFT"));
      expect(watched.symbols).to.deep.equal(["MSFT"]);
      expect(log.lines.at(-1)).to.deep.include({ level: "warn" });
      expect(log.lines.at(-1)?.fields).to.include({ code: "ENOENT" });
    });

    it("leave out what is no symbol or is there twice, and what is beyond a thousand", () => {
      const { watched } = open();
      watched.take(message("AAPL", "aapl", "", "A B", "AAPL", "../x", "BRK.B", "BRK-B"));
      expect(watched.symbols).to.deep.equal(["AAPL", "BRK-B"]);
      watched.take(message(...Array.from({ length: 1_100 }, (_none, at) => `S${at}`)));
      expect(watched.symbols).to.have.length(1_000);
    });
  });
});
