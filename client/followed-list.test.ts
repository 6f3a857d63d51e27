// A running fetcher and the server's list: what is new on it is asked for at once, what is gone no more, and whoever looks a symbol up gets
// the source's answer.
import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { startFetcher } from "./main.ts";
import { fetchOnce } from "./once.ts";
import type { SearchingSource, Source } from "./sources/source.ts";
import { acknowledgeAll, FakeQuoteServer, type ServerStream } from "./testing/fake-quote-server.ts";
import { forgetfulRequests } from "./testing/forgetful-requests.ts";
import { makeBar, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";
import { until } from "./testing/until.ts";

describe("a fetcher that follows the server's list", () => {
  let server: FakeQuoteServer;
  let folder: SpoolFolder;
  const streams: ServerStream[] = [];
  const tell = (...symbols: string[]): void => {
    const list = symbols.map((symbol) => ({ symbol, hasAlerts: false }));
    streams.at(-1)?.send({ message: { $case: "symbols", value: { symbols: list } } });
  };
  beforeEach(async () => {
    folder = new SpoolFolder();
    const onOpen = (stream: ServerStream): boolean => streams.push(stream) > 0;
    server = await FakeQuoteServer.start({ onBatch: acknowledgeAll, onOpen });
  });
  afterEach(() => {
    streams.length = 0;
    server.close();
    folder.remove();
  });

  function start(schedule: string | null) {
    const clock = new FakeClock(OPENING_MS + 500);
    const log = new RecordedLog();
    const asked: string[][] = [];
    const fetch: Source["fetch"] = async function* (symbols) {
      asked.push([...symbols]);
      for (const symbol of symbols) {
        const quotes = [makeBar(symbol, 0, { fetchTimeMs: OPENING_MS + asked.length })];
        yield await Promise.resolve({ kind: "quotes", symbol, quotes, refusedRows: 0, roundedPrices: 0 });
      }
    };
    const search: SearchingSource["search"] = () => Promise.resolve({ kind: "found", matches: [] });
    const told = { symbols: ["AAPL"], followsServer: true, sourceName: "simulator" } as const;
    const config = { ...told, schedule, spoolFile: folder.file(), spoolQuotesMax: 1_000 };
    const source = { name: "scripted", fetch, search };
    const deps = { clock, log, source, client: server.client(), ...forgetfulRequests(clock) };
    return { clock, asked, log, handle: startFetcher(config, deps) };
  }

  for (const schedule of ["0 9 1 1 *", null]) {
    it(`asks at once for what is new, and no more for what is gone, ${schedule === null ? "by its plan" : "beside its schedule"}`, async () => {
      const { asked, handle, clock } = start(schedule);
      await until(() => server.reports.length > 0);
      expect(asked, "nothing before it is known what is wanted").to.deep.equal([]);
      tell("IBM", "MSFT");
      await until(() => server.quotes.length === 2);
      tell("MSFT", "NVDA");
      await until(() => server.quotes.length === 3);
      expect(asked.flat()).to.deep.equal(["IBM", "MSFT", "NVDA"]);
      clock.advance(1_000);
      await until(() => server.reports.at(-1)?.symbols.join() === "MSFT,NVDA");
      expect(server.reports.at(-1)).to.include({ followsServer: true, canSearch: true });
      await handle.close();
    });
  }

  it("asks for nothing while nothing is wanted, and says that it stands well", async () => {
    const { asked, handle, log } = start("* * * * *");
    await until(() => server.reports.length > 0);
    tell();
    await until(() => log.messages.includes("fetching"));
    await handle.close();
    expect(asked).to.deep.equal([]);
  });

  it("asks for what is on the list also when it asks but once", async () => {
    const clock = new FakeClock(OPENING_MS + 500);
    const asked: string[][] = [];
    const fetch: Source["fetch"] = async function* (symbols) {
      asked.push([...symbols]);
      const [symbol = ""] = symbols;
      const quotes = [makeBar(symbol, 0)];
      yield await Promise.resolve({ kind: "quotes", symbol, quotes, refusedRows: 0, roundedPrices: 0 });
    };
    const told = { symbols: ["AAPL"], followsServer: true, sourceName: "simulator" } as const;
    const config = { ...told, spoolFile: folder.file(), spoolQuotesMax: 1_000 };
    const deps = { clock, log: new RecordedLog(), source: { name: "scripted", fetch }, client: server.client() };
    const once = fetchOnce(config, deps, new AbortController().signal);
    await until(() => server.reports.length > 0);
    tell("MSFT");
    const { outcomes } = await once;
    expect([asked, outcomes.map(({ symbol }) => symbol)]).to.deep.equal([[["MSFT"]], ["MSFT"]]);
  });

  it("answers a search", async () => {
    const { handle, log } = start("* * * * *");
    await until(() => server.reports.length > 0);
    streams.at(-1)?.send({ message: { $case: "search", value: { id: "7", text: "apple" } } });
    await until(() => server.found.length > 0);
    expect(server.found).to.deep.equal([{ id: "7", matches: [], refusalClass: "", refusalMessage: "" }]);
    expect(log.messages).to.include("the source was searched for a symbol");
    await handle.close();
  });
});
