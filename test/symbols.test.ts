// The promise: what is watched is one list, changed while everything runs: a symbol that is added has its price soon, one that is removed is
// asked for no more, and what the source does not know is refused with what it may have been meant for.
import { expect } from "chai";
import { serverConfig } from "../server/config.ts";
import { simulatorConfig } from "../simulator/config.ts";
import type { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { World } from "./support/world.ts";

/** What the simulated market trades. */
const TRADED = "AAPL MSFT IBM NVDA";
const TEN_TO_NINE_AT_NEW_YEAR = "0 9 1 1 *";

describe("the list of symbols", () => {
  let world: World;
  let server: BellProcess;
  let fetcher: BellProcess;
  before(async () => {
    world = await World.open();
    await world.start("simulator", { BELL_SYMBOLS: TRADED, BELL_SIMULATOR_PLAN: "unlimited" });
    server = await world.start("server", { BELL_SYMBOLS: "AAPL MSFT" });
    fetcher = await world.start("fetcher", FETCHING);
  });
  after(() => world.close());

  /** After the round at its start nothing is asked by the clock: what comes later comes because the list has changed. */
  const FETCHING = { BELL_SCHEDULE: TEN_TO_NINE_AT_NEW_YEAR, BELL_ALPHA_VANTAGE_PLAN: "unlimited" };

  const json = async <Answer>(typed: string): Promise<Answer> =>
    JSON.parse(await world.does([...typed.split(" "), "--json"])) as Answer;
  const priced = async (): Promise<string[]> => {
    const { quotes } = await json<{ quotes: { symbol: string }[] }>("quotes list");
    return quotes.map(({ symbol }) => symbol);
  };
  const untilPriced = (...symbols: string[]) =>
    eventually(`prices of ${symbols.join(", ")}`, async () => {
      const known = await priced();
      return symbols.every((symbol) => known.includes(symbol)) ? known : undefined;
    });

  it("begins with the server's BELL_SYMBOLS, which a fetcher without its own asks for", async () => {
    expect(await untilPriced("AAPL", "MSFT")).to.deep.equal(["AAPL", "MSFT"]);
    const shown = await eventually("both fetched", async () => {
      const text = await world.does(["symbols", "list"]);
      return / no +\S/.test(text) ? undefined : text;
    });
    expect(shown).to.match(
      /^SYMBOL .*\nAAPL .* UTC +- +yes +\S.*\nMSFT .* UTC +- +yes +\S.*\n\n2 of at most 100 symbols\.\n$/,
    );
  });

  it("takes a symbol in whose price then comes, without a restart of anything", async () => {
    expect(await world.does(["symbols", "add", "nvda"])).to.equal(
      "Watched from now on: NVDA (3 of at most 100 symbols).\n",
    );
    expect(await untilPriced("NVDA")).to.deep.equal(["AAPL", "MSFT", "NVDA"]);
  });

  it("refuses what the source does not know, naming the nearest", async () => {
    const { code, complaints } = await world.type(["symbols", "add", "IBN", "AAPL"]);
    expect(code).to.equal(2);
    expect(complaints)
      .to.match(/the source does not know IBN; near it: IBM/)
      .and.include("--unchecked");
    expect(await world.does(["symbols", "list"])).to.not.include("IBN");
  });

  it("is searched at the source, by name too", async () => {
    expect(await world.does(["symbols", "search", "nvidia"])).to.match(/^NVDA +NVIDIA Corp +Equity .* yes$/m);
  });

  it("is followed also after a restart while the server is away, and changes when it is back", async () => {
    await fetcher.stop();
    await server.stop();
    fetcher = await world.start("fetcher", FETCHING);
    const line = await fetcher.line(/"msg":"fetching"/);
    expect(line).to.include('"symbols":["AAPL","MSFT","NVDA"]');
    await world.start("server", { BELL_SYMBOLS: "IBM" });
    expect(await world.does(["symbols", "remove", "NVDA"])).to.equal(
      "Not watched any more: NVDA (2 of at most 100 symbols).\n",
    );
    const report = await eventually("the fetcher follows", async () => {
      const { output } = await world.type(["status", "--json"]); // there is no notifier, which it finds wrong
      const { status } = JSON.parse(output) as { status: { fetchers: { report: { symbols: string[] } | null }[] } };
      const told = status.fetchers[0]?.report;
      return told?.symbols.length === 2 ? told : undefined;
    });
    expect(report).to.deep.include({ symbols: ["AAPL", "MSFT"], followsServer: true, canSearch: true });
  });

  it("is not followed by a fetcher with symbols of its own, and whoever adds one is told so", async () => {
    await fetcher.stop();
    fetcher = await world.start("fetcher", { ...FETCHING, BELL_SYMBOLS: "IBM" });
    await untilPriced("IBM");
    const said = await eventually("the fetcher is known", async () => {
      const text = await world.does(["symbols", "list"]);
      return text.includes("BELL_SYMBOLS") ? text : undefined;
    });
    expect(said).to.include(
      "fetcher/local has symbols of its own (BELL_SYMBOLS, or BELL_SOURCE=binance) and does not follow the list.\n",
    );
    expect(await world.does(["symbols", "add", "NVDA", "MSFT"]))
      .to.include("Watched already: MSFT.")
      .and.include("does not follow");
  });
});

describe("the symbols of a first trial", () => {
  it("are ten, and the simulated market has more that can be added", () => {
    const { symbols } = simulatorConfig({});
    expect(serverConfig({}).symbols).to.have.length(10);
    expect(symbols)
      .to.include.members([...serverConfig({}).symbols, "SPY"])
      .and.have.length(15);
    expect(simulatorConfig({ BELL_SYMBOLS: "AAPL" }).symbols).to.deep.equal(["AAPL"]);
  });
});
