import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import type { AddSymbolsRequest } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const NOBODY = { followingCount: 0, pinnedFetchers: [] };
const ONE = { followingCount: 1, pinnedFetchers: [] };
const PINNED = { followingCount: 0, pinnedFetchers: ["spiffe://tickerbell/fetcher/attic"] };
const LIMIT = { symbolCount: 3, symbolLimit: 100 };
const LISTED = [
  { symbol: "AAPL", addTime: new Date("2026-11-22T14:31:00Z"), hasAlerts: true, isFetched: true },
  { symbol: "MSFT", addTime: new Date("2026-11-22T14:31:00Z"), hasAlerts: false, isFetched: false },
];
const FOUND = {
  symbol: "TSCO.LON",
  name: "Tesco PLC, of whose name and listing there is more to say than fits",
  type: "Equity",
  region: "United Kingdom",
  currency: "GBX",
  score: 0.7273,
  isTracked: false,
};
const PINNED_TEXT =
  "fetcher/attic has symbols of its own (BELL_SYMBOLS, or BELL_SOURCE=binance) and does not follow the list.";

describe("bell symbols, the list", () => {
  let world: World;
  afterEach(() => world.close());

  it("shows what is watched, and how much of it there may be", async () => {
    world = await World.open({
      ListSymbols: () => ({ symbols: LISTED, symbolLimit: 100, followers: ONE }),
      ListQuotes: () => ({ quotes: [sampleQuote()] }),
    });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    const { exitCode, output } = await world.bell("symbols", "list");
    expect([exitCode, output]).to.deep.equal([
      0,
      `SYMBOL  SINCE                    ALERTS  FETCHED  LAST PRICE
AAPL    2026-11-22 14:31:00 UTC  yes     yes      14:30 UTC
MSFT    2026-11-22 14:31:00 UTC  -       no       -

2 of at most 100 symbols.
`,
    ]);
    const json = JSON.parse((await world.bell("symbols", "list", "--json")).output) as { symbols: object[] };
    expect(json).to.deep.include({ symbolLimit: 100, followers: ONE });
    expect(json.symbols[1]).to.deep.include({ symbol: "MSFT", hasAlerts: false, isFetched: false });
  });

  it("names what is asked for and never had a price, once others have one", async () => {
    const listed = ["AAPL", "ZZZZ"].map((symbol) => ({ ...LISTED[0], symbol }));
    const quotes = [sampleQuote()];
    world = await World.open({
      ListSymbols: () => ({ symbols: listed, symbolLimit: 100, followers: ONE }),
      ListQuotes: () => ({ quotes: quotes.splice(0) }),
    });
    world.terminal.columns = 80;
    const { output } = await world.bell("symbols", "list");
    expect(output).to.include("No price has come yet of ZZZZ. Does the source know it?");
    expect((await world.bell("symbols", "list")).output, "none has come at all").not.to.include("No price has come");
    for (const line of output.split("\n")) expect(line.length).to.be.at.most(80);
  });

  it("says that nothing is watched, and that nobody is there to follow", async () => {
    world = await World.open({ ListSymbols: () => ({ symbols: [], symbolLimit: 100, followers: NOBODY }) });
    const { output } = await world.bell("symbols", "list");
    expect(output).to.equal(
      "No symbol is watched: ./bell symbols add AAPL\n\n0 of at most 100 symbols.\nNo fetcher is connected; the next one follows the list.\n",
    );
  });

  it("shows what the source knows, within 80 columns", async () => {
    world = await World.open({ SearchSymbols: () => ({ matches: [FOUND] }) });
    world.terminal.columns = 80;
    const { output } = await world.bell("symbols", "search", "tesco", "plc");
    expect(output).to.match(/^TSCO\.LON .* GBX +-$/m);
    for (const line of output.split("\n")) expect(line.length).to.be.at.most(80);
    expect(world.server.requests("SearchSymbols")).to.deep.equal([{ text: "tesco plc" }]);
    const json = JSON.parse((await world.bell("symbols", "search", "x", "--json")).output) as object;
    expect(json).to.deep.equal({ matches: [FOUND] });
  });

  it("says that the source knows nothing of the kind", async () => {
    world = await World.open({ SearchSymbols: () => ({ matches: [] }) });
    expect((await world.bell("symbols", "search", "zzzz")).output).to.equal('The source knows nothing like "zzzz".\n');
  });

  it("adds one symbol in one call, in its one spelling", async () => {
    world = await World.open({ AddSymbols: () => ({ added: ["BRK-B"], known: [], ...LIMIT, followers: ONE }) });
    const { exitCode, output } = await world.bell("symbols", "add", "brk.b");
    expect([exitCode, output]).to.deep.equal([0, "Watched from now on: BRK-B (3 of at most 100 symbols).\n"]);
    expect(world.server.requests("AddSymbols")).to.deep.equal([
      { symbols: ["BRK-B"], unchecked: false, validateOnly: false },
    ]);
  });

  it("has several looked up one by one, and adds them when all are known", async () => {
    const added = ["NFLX", "KO"];
    world = await World.open({ AddSymbols: () => ({ added, known: ["AAPL"], ...LIMIT, followers: PINNED }) });
    world.terminal.columns = 80;
    const { output } = await world.bell("symbols", "add", "NFLX", "KO", "AAPL");
    expect(output.split("\n").slice(0, 2)).to.deep.equal([
      "Watched from now on: NFLX, KO (3 of at most 100 symbols).",
      "Watched already: AAPL.",
    ]);
    expect(output.replaceAll("\n", " ")).to.include(PINNED_TEXT);
    for (const line of output.split("\n")) expect(line.length).to.be.at.most(80);
    const all = ["NFLX", "KO", "AAPL"];
    expect(world.server.requests("AddSymbols")).to.deep.equal([
      { symbols: all, unchecked: true, validateOnly: true },
      ...all.map((symbol) => ({ symbols: [symbol], unchecked: false, validateOnly: true })),
      { symbols: all, unchecked: true, validateOnly: false },
    ]);
  });

  it("adds nothing when one of several is not known, and says which and what it may have been", async () => {
    world = await World.open({
      AddSymbols: ({ symbols: [symbol], unchecked }: AddSymbolsRequest) => {
        if (unchecked || symbol === "NFLX") return { added: [], known: [], ...LIMIT, followers: ONE };
        const message = "the source does not know NFLXX; near it: NFLX (Netflix Inc)";
        throw AppError.invalidField("symbols[0]", "SYMBOL_UNKNOWN", message, "Add it without asking: --unchecked");
      },
    });
    const { exitCode, errors } = await world.bell("symbols", "add", "NFLX", "NFLXX");
    expect(exitCode).to.equal(2);
    expect(errors).to.include("the source does not know NFLXX; near it: NFLX (Netflix Inc)").and.include("--unchecked");
    const asked = world.server.requests("AddSymbols") as AddSymbolsRequest[];
    expect(asked.every(({ validateOnly }) => validateOnly)).to.equal(true);
  });

  describe("several of which some are not known", () => {
    /** Knows MSFT alone, and the source's key has no request left for LATE. */
    const source = ({ symbols: [symbol = ""], unchecked }: AddSymbolsRequest): object => {
      if (unchecked || symbol === "MSFT") return { added: [], known: [], ...LIMIT, followers: ONE };
      if (symbol === "LATE") throw new AppError("UNAVAILABLE", "SOURCE_UNAVAILABLE", "no request left");
      const message = `the source does not know ${symbol}`;
      throw AppError.invalidField("symbols[0]", "SYMBOL_UNKNOWN", message, "Look for it by name");
    };

    it("names each by its place, and says once what to do", async () => {
      world = await World.open({ AddSymbols: source });
      const { exitCode, errors } = await world.bell("symbols", "add", "ZZZZ", "MSFT", "YYYY", "--json");
      const { error } = JSON.parse(errors) as { error: { hint: string; fields: object[] } };
      expect([exitCode, error.hint]).to.deep.equal([2, "Look for it by name"]);
      const reason = "SYMBOL_UNKNOWN";
      expect(error.fields).to.deep.equal([
        { field: "symbols[0]", reason, message: "the source does not know ZZZZ" },
        { field: "symbols[2]", reason, message: "the source does not know YYYY" },
      ]);
    });

    it("tells what was found out before the source answers no more", async () => {
      world = await World.open({ AddSymbols: source });
      expect((await world.bell("symbols", "add", "ZZZZ", "LATE", "YYYY")).errors)
        .to.include("does not know ZZZZ")
        .and.not.include("YYYY");
      expect((await world.bell("symbols", "add", "MSFT", "LATE")).errors).to.include("no request left");
    });
  });

  it("asks nobody with --unchecked", async () => {
    world = await World.open({ AddSymbols: () => ({ added: ["A", "B"], known: [], ...LIMIT, followers: NOBODY }) });
    const { output } = await world.bell("symbols", "add", "A", "B", "--unchecked");
    expect(world.server.requests("AddSymbols")).to.deep.equal([
      { symbols: ["A", "B"], unchecked: true, validateOnly: false },
    ]);
    expect(output).to.include("No fetcher is connected; the next one follows the list.");
  });

  for (const [count, told] of [
    [0, ""],
    [1, "1 alert gets no price any more.\n"],
    [4, "4 alerts get no price any more.\n"],
  ] as const) {
    it(`removes a symbol with ${count} alerts`, async () => {
      world = await World.open({ RemoveSymbols: () => ({ deafAlertCount: count, ...LIMIT, followers: ONE }) });
      const { output } = await world.bell("symbols", "remove", "nvda", "--force");
      expect(output).to.equal(`Not watched any more: NVDA (3 of at most 100 symbols).\n${told}`);
      expect(world.server.requests("RemoveSymbols")).to.deep.equal([{ symbols: ["NVDA"], force: true }]);
      const json = JSON.parse((await world.bell("symbols", "remove", "a", "A", "--json")).output) as object;
      expect(json).to.deep.equal({ removed: ["A"], deafAlertCount: count, ...LIMIT, followers: ONE });
    });
  }

  it("refuses what is no symbol before anybody is asked", async () => {
    world = await World.open({});
    for (const words of [
      ["add", "B$", "AAPL", "A$"],
      ["remove", "B$", "A$"],
    ]) {
      const { exitCode, errors } = await world.bell("symbols", ...words);
      expect(exitCode).to.equal(2);
      expect(errors).to.include('"B$" is not a symbol').and.include('"A$" is not a symbol');
    }
    expect(world.server.seen).to.deep.equal([]);
  });
});
