import { expect } from "chai";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient, SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import {
  AddSymbolsRequest,
  RemoveSymbolsRequest,
  SymbolServiceService as symbols,
} from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { SEARCH_LIMIT_MS } from "./fetcher-lines.ts";
import { FakeFetcher } from "../testing/fake-fetcher.ts";
import { QuoteSender } from "../testing/quote-sender.ts";
import { LOOK_EVERY_MS } from "../tracked-symbols.ts";

const FIRST = ["AAPL", "MSFT"];

describe("SymbolService", () => {
  let server: TestServer;
  let clock: FakeClock;
  let fetchers: FakeFetcher[];
  beforeEach(async () => {
    clock = new FakeClock(Date.now());
    server = await startTestServer({ clock, symbols: FIRST });
    fetchers = [];
  });
  afterEach(async () => {
    for (const fetcher of fetchers) fetcher.leave();
    await server.close();
  });

  const operator = { role: "operator" } as const;
  const list = () => server.ask(symbols.listSymbols, {});
  const listed = async () => (await list()).symbols.map(({ symbol }) => symbol);
  const add = (request: Partial<AddSymbolsRequest>) =>
    server.ask(symbols.addSymbols, AddSymbolsRequest.fromPartial(request), operator);
  const remove = (request: Partial<RemoveSymbolsRequest>) =>
    server.ask(symbols.removeSymbols, RemoveSymbolsRequest.fromPartial(request), operator);

  /** Whether some fetcher tells that it fetches this. */
  const listedBy = async (symbol: string): Promise<boolean> => {
    const { fetchers: told } = await server.ask(StatusServiceService.getStatus, {});
    return told.some(({ report }) => report?.symbols.includes(symbol) === true);
  };

  async function connect(): Promise<FakeFetcher> {
    const fetcher = new FakeFetcher(await server.connect(QuoteServiceClient, "fetcher"));
    fetchers.push(fetcher);
    return fetcher;
  }

  /** A fetcher that has reported and was told the list. */
  async function follow(answer: FakeFetcher["answer"] = () => []): Promise<FakeFetcher> {
    const fetcher = await connect();
    fetcher.answer = answer;
    fetcher.report();
    await eventually("the list", () => fetcher.lists[0]);
    return fetcher;
  }

  it("begins with the configured list, and shows how many symbols it may have and which are fetched", async () => {
    (await follow()).report({ symbols: ["MSFT"] });
    const { symbols: all, symbolLimit } = await eventually("what is fetched", async () => {
      const answer = await list();
      return answer.symbols.some(({ isFetched }) => isFetched) ? answer : undefined;
    });
    expect(all.map(({ symbol, isFetched, hasAlerts }) => [symbol, isFetched, hasAlerts])).to.deep.equal([
      ["AAPL", false, false],
      ["MSFT", true, false],
    ]);
    expect(symbolLimit).to.equal(100);
  });

  it("tells the list to a fetcher that reports, again when it has changed, and to one that comes later", async () => {
    const fetcher = await follow((text) => [{ symbol: text }]);
    await add({ symbols: ["brk.b"] });
    await remove({ symbols: ["AAPL"] });
    const last = await eventually("both changes", () => (fetcher.lists.length >= 3 ? fetcher.lists.at(-1) : undefined));
    expect(last.map(({ symbol }) => symbol)).to.deep.equal(["BRK-B", "MSFT"]);
    expect((await follow()).lists).to.deep.equal([last]);
  });

  it("tells nothing to a fetcher that does not report, as those of early versions do", async () => {
    const silent = await connect();
    const fetcher = await follow();
    await add({ symbols: ["IBM"], unchecked: true });
    await eventually("the change", () => fetcher.lists[1]);
    expect(silent.lists).to.deep.equal([]);
  });

  it("tells that an alert waits for a symbol's price, within a while", async () => {
    const fetcher = await follow();
    const { token } = await server.signUp();
    await server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text: "MSFT above 500" }), {
      token,
    });
    clock.advance(LOOK_EVERY_MS);
    expect(await eventually("the change", () => fetcher.lists[1])).to.deep.equal([
      { symbol: "AAPL", hasAlerts: false },
      { symbol: "MSFT", hasAlerts: true },
    ]);
    clock.advance(LOOK_EVERY_MS);
    await list();
    expect(fetcher.lists, "told only what is new").to.have.length(2);
  });

  it("says which fetchers keep to symbols of their own", async () => {
    expect((await list()).followers).to.deep.equal({ followingCount: 0, pinnedFetchers: [] });
    await follow();
    (await connect()).report({ followsServer: false });
    const { followers } = await eventually("both", async () => {
      const answer = await list();
      return answer.followers?.pinnedFetchers.length === 1 ? answer : undefined;
    });
    expect(followers?.followingCount).to.equal(1);
    expect(followers?.pinnedFetchers[0]).to.match(/^spiffe:\/\/tickerbell\/fetcher\//);
  });

  it("adds what the source knows, and asks only for what is new", async () => {
    const fetcher = await follow((text) => [{ symbol: `${text}X` }, { symbol: text.toLowerCase() }]);
    const { added, known, symbolCount } = await add({ symbols: ["MSFT", "nvda", "NVDA"] });
    expect([added, known, symbolCount, fetcher.searches]).to.deep.equal([["NVDA"], ["MSFT"], 3, ["NVDA"]]);
    const line = server.log.find((text) => text.includes("an operator added symbols"));
    expect(line).to.match(/"symbols":\["NVDA"\].*"operator":"spiffe:..tickerbell.operator/);
  });

  it("does not ask for what a source has brought a price of", async () => {
    const fetcher = await follow();
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([exampleTick(0, 20, { symbol: "OLD" })]);
    await add({ symbols: ["OLD"] });
    sender.cancel();
    expect(fetcher.searches).to.deep.equal([]);
  });

  it("refuses what the source does not know, each by its place, with what is near it; then nothing is added", async () => {
    const found = [
      { symbol: "NVDL", name: "GraniteShares" },
      { symbol: "NVDS" },
      { symbol: "QQQ" },
      { symbol: "no symbol" },
    ];
    await follow((text) => (text === "IBM" ? [{ symbol: "IBM" }] : text === "NVDX" ? found : []));
    const refused = await refusalOf(add({ symbols: ["IBM", "NVDX", "APPL", "BTCUSDT"] }));
    expect([refused.code, refused.reason]).to.deep.equal(["INVALID_ARGUMENT", "SYMBOL_UNKNOWN"]);
    expect(refused.fields.map(({ field, message }) => `${field}: ${message}`)).to.deep.equal([
      "symbols[1]: the source does not know NVDX; near it: NVDL (GraniteShares), NVDS",
      "symbols[2]: the source does not know APPL; near it: AAPL",
      "symbols[3]: the source does not know BTCUSDT",
    ]);
    expect(refused.hint).to.include("./bell symbols search").and.include("--unchecked");
    expect(await listed()).to.deep.equal(FIRST);
  });

  it("only tells, when that is asked, whether something could be added", async () => {
    await follow((text) => [{ symbol: text }]);
    expect((await add({ symbols: ["IBM", "AAPL"], validateOnly: true })).added).to.deep.equal(["IBM"]);
    expect(await listed()).to.deep.equal(FIRST);
  });

  it("says that nobody can ask the source, and adds without asking", async () => {
    const refused = await refusalOf(add({ symbols: ["IBM"] }));
    expect([refused.code, refused.reason]).to.deep.equal(["UNAVAILABLE", "SOURCE_UNAVAILABLE"]);
    expect(refused.message).to.include("no fetcher is connected");
    expect(refused.hint).to.include("./bell fetcher").and.include("--unchecked");
    (await connect()).report({ canSearch: false });
    await eventually("another reason", async () => {
      const { message } = await refusalOf(server.ask(symbols.searchSymbols, { text: "x" }));
      return message.includes("cannot be asked for symbols") ? message : undefined;
    });
    expect((await add({ symbols: ["IBM"], unchecked: true })).added).to.deep.equal(["IBM"]);
  });

  it("says where symbols are set if every fetcher has its own and none can search: as Binance's", async () => {
    (await connect()).report({ canSearch: false, followsServer: false });
    await eventually("the report", async () => (await list()).followers?.pinnedFetchers[0]);
    for (const ask of [() => add({ symbols: ["BTCUSDT"] }), () => server.ask(symbols.searchSymbols, { text: "btc" })]) {
      expect((await refusalOf(ask())).hint)
        .to.include("set BELL_SYMBOLS and start the fetcher again")
        .and.not.include("--unchecked");
    }
    (await connect()).report({ canSearch: false });
    await eventually("one that follows", async () => {
      const { hint } = await refusalOf(server.ask(symbols.searchSymbols, { text: "x" }));
      return hint.includes("./bell status") ? hint : undefined;
    });
  });

  it("says why the source gave no answer: a spent limit, silence, or a fetcher that has gone", async () => {
    const fetcher = await follow(() => ({ refusal: "daily_quota", message: "the key's 25 requests are used up" }));
    const search = () => refusalOf(server.ask(symbols.searchSymbols, { text: "apple" }));
    expect((await search()).message).to.include("(daily_quota): the key's 25 requests are used up");
    fetcher.answer = () => null;
    const asked = async (count: number) =>
      eventually("the search", () => (fetcher.searches.length >= count ? count : undefined));
    const late = search();
    await asked(2);
    clock.advance(SEARCH_LIMIT_MS);
    expect((await late).message).to.include("did not answer in time");
    const lost = search();
    await asked(3);
    fetcher.leave();
    expect(await lost).to.deep.include({ code: "UNAVAILABLE", reason: "SOURCE_UNAVAILABLE" });
  });

  it("asks a fetcher whose source answers rather than one whose is silent, and takes nobody else's word", async () => {
    const silent = await connect();
    silent.report({ sourceState: SourceState.SILENT });
    await eventually("the list", () => silent.lists[0]);
    const fetcher = await follow(() => null);
    const answered = server.ask(symbols.searchSymbols, { text: "apple" });
    await eventually("the search", () => fetcher.searches[0]);
    silent.found({ id: fetcher.searchId, matches: [], refusalClass: "", refusalMessage: "" });
    silent.report({ sourceState: SourceState.SILENT, symbols: ["HEARD"] }); // after which it has been heard
    await eventually("the word", async () => ((await listedBy("HEARD")) ? true : undefined));
    fetcher.answer = () => [{ symbol: "aapl", name: "Apple Inc", score: 1 }];
    clock.advance(SEARCH_LIMIT_MS);
    expect((await refusalOf(answered)).message).to.include("did not answer in time");
    const { matches } = await server.ask(symbols.searchSymbols, { text: " apple " });
    expect(matches).to.have.length(1);
    expect(matches[0]).to.include({ symbol: "AAPL", name: "Apple Inc", isTracked: true });
    expect([silent.searches, fetcher.searches]).to.deep.equal([[], ["apple", "apple"]]);
  });

  it("keeps a symbol with alerts unless it is forced, and says how many get no prices", async () => {
    const { token } = await server.signUp();
    await server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text: "MSFT above 500" }), {
      token,
    });
    const refused = await refusalOf(remove({ symbols: ["MSFT"] }));
    expect([refused.code, refused.message]).to.deep.equal([
      "FAILED_PRECONDITION",
      "1 alert watches MSFT: it would wait for a price that nothing brings",
    ]);
    expect(await remove({ symbols: ["msft"], force: true })).to.include({ deafAlertCount: 1, symbolCount: 1 });
    expect(await listed()).to.deep.equal(["AAPL"]);
  });

  it("is as it was after a restart", async () => {
    await add({ symbols: ["IBM"], unchecked: true });
    await remove({ symbols: ["AAPL"] });
    await server.restart();
    expect(await listed()).to.deep.equal(["IBM", "MSFT"]);
  });
});
