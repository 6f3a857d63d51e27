import { expect } from "chai";
import { sampleAlert } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("a condition on the command line", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open({
      CreateAlert: () => sampleAlert(),
      PreviewAlert: () => ({ sentence: "AAPL at or above 200.00 USD, once", symbols: [] }),
    });
    world.logIn();
  });
  afterEach(() => world.close());

  const typed = [["AAPL", "above", "200"], ["AAPL above 200"], ["AAPL", "above 200"], ["AAPL above", "200"]];
  for (const [name, method] of [
    ["create", "CreateAlert"],
    ["preview", "PreviewAlert"],
    ["backtest", "PreviewAlert"],
  ] as const) {
    for (const words of typed) {
      it(`is sent as it is, typed ${name} ${words.map((word) => `"${word}"`).join(" ")}`, async () => {
        const { exitCode, errors } = await world.bell("alerts", name, ...words, "--repeat", "every");
        expect([exitCode, errors]).to.deep.equal([0, ""]);
        const [request] = world.server.requests(method) as [{ text: string }];
        expect(request.text).to.equal("AAPL above 200");
      });
    }

    for (const word of ["AAPL", " AAPL "]) {
      it(`is missed where only "${word}" is typed: ${name}`, async () => {
        const { exitCode, errors } = await world.bell("alerts", name, word);
        expect(exitCode).to.equal(2);
        expect(errors).to.include("missing required argument 'condition'").and.include(`./bell alerts ${name} --help`);
        expect(world.server.seen).to.deep.equal([]);
      });
    }

    it(`is asked for by the help: ${name}`, async () => {
      const { output } = await world.bell("alerts", name, "--help");
      expect(output).to.include(`Usage: bell alerts ${name} [options] <symbol> <condition...>`);
    });
  }
});
