import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { HoldVerdict } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const HELD = {
  symbol: "AAPL",
  acceptedPrice: 1_400,
  newestQuote: sampleQuote({ close: 200 }),
  ratio: "7 for 1",
  holdTime: new Date("2026-11-22T14:31:00Z"),
};

describe("bell symbols", () => {
  let world: World;
  afterEach(() => world.close());

  it("shows the symbols on HOLD with both prices, within 80 columns", async () => {
    world = await World.open({ ListHeldSymbols: () => ({ symbols: [HELD] }) });
    const { exitCode, output } = await world.bell("symbols", "held");
    expect(exitCode).to.equal(0);
    expect(output).to.match(/AAPL +2026-11-22 14:31:00 UTC +1400\.00 +200\.00 +USD +like a 7:1 split/);
    for (const line of output.split("\n")) expect(line.length).to.be.at.most(80);
    expect(output).to.include("./bell symbols release");
    const { output: json } = await world.bell("symbols", "held", "--json");
    const [held] = (JSON.parse(json) as { symbols: object[] }).symbols;
    expect(held).to.deep.include({ symbol: "AAPL", acceptedPrice: 1_400, ratio: "7 for 1" });
  });

  for (const [ratio, told] of [
    ["100 for 1", "100 times lower (like pounds for pence, or a 100:1 split)"],
    ["1 for 100", "100 times higher (like pence for pounds, or a 1:100 reverse split)"],
    ["1 for 8", "like a 1:8 reverse split"],
  ] as const) {
    it(`says what a change of "${ratio}" looks like, in words that fit 80 columns`, async () => {
      world = await World.open({ ListHeldSymbols: () => ({ symbols: [{ ...HELD, ratio }] }) });
      expect((await world.bell("symbols", "held")).output).to.include(told);
      world.terminal.columns = 80;
      const { output } = await world.bell("symbols", "held");
      for (const line of output.split("\n")) expect(line.length).to.be.at.most(80);
      for (const word of told.split(" ")) expect(output).to.include(word);
    });
  }

  it("says that none is on HOLD", async () => {
    world = await World.open({ ListHeldSymbols: () => ({ symbols: [] }) });
    expect((await world.bell("symbols", "held")).output).to.equal("No symbol is on HOLD.\n");
  });

  for (const [option, verdict] of [
    ["--accept", HoldVerdict.ACCEPT],
    ["--reject", HoldVerdict.REJECT],
  ] as const) {
    it(`ends a HOLD with ${option}`, async () => {
      const others = { ...HELD, symbol: "MSFT", newestQuote: sampleQuote({ close: 1 }) };
      world = await World.open({ ListHeldSymbols: () => ({ symbols: [others, HELD] }), ReleaseSymbol: () => ({}) });
      const { exitCode, output } = await world.bell("symbols", "release", "aapl", option);
      const request = { symbol: "AAPL", verdict, seenPrice: 200 };
      expect([exitCode, world.server.requests("ReleaseSymbol")]).to.deep.equal([0, [request]]);
      expect(output).to.include("AAPL is on HOLD no more");
      expect(output.includes("anew from the new price, 200.00.")).to.equal(option === "--accept");
      expect(output.includes("The next price like the rejected one puts it on HOLD again")).to.equal(
        option === "--reject",
      );
    });
  }

  it("names the price that was seen, and asks for no other", async () => {
    world = await World.open({ ReleaseSymbol: () => ({}) });
    const { output } = await world.bell("symbols", "release", "AAPL", "--accept", "--price", "199.5");
    expect(world.server.requests("ReleaseSymbol")).to.have.nested.property("[0].seenPrice", 199.5);
    expect(output).to.include("199.50");
    const { exitCode, errors } = await world.bell("symbols", "release", "AAPL", "--accept", "--price", "much");
    expect(exitCode).to.not.equal(0);
    expect(errors).to.include("much");
    expect(world.server.requests("ReleaseSymbol")).to.have.length(1);
  });

  it("wants to know what becomes of the price, and asks nothing before", async () => {
    world = await World.open({});
    for (const options of [[], ["--accept", "--reject"]]) {
      const { exitCode, errors } = await world.bell("symbols", "release", "AAPL", ...options);
      expect(exitCode).to.equal(2);
      expect(errors).to.include(
        options.length === 0 ? "--accept or --reject is missing" : "--accept or --reject, not both",
      );
      expect(errors).to.include("./bell symbols release AAPL --accept, or --reject");
    }
    expect(world.server.seen).to.deep.equal([]);
  });

  it("tells why the server refuses", async () => {
    world = await World.open({
      ListHeldSymbols: () => ({ symbols: [] }),
      ReleaseSymbol: () => {
        throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", "AAPL is not on HOLD");
      },
    });
    const { exitCode, errors } = await world.bell("symbols", "release", "AAPL", "--accept");
    expect(exitCode).to.not.equal(0);
    expect(errors).to.include("AAPL is not on HOLD");
  });
});
