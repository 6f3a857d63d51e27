import { expect } from "chai";
import { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { sampleAlert } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const PREVIEW = { sentence: "", symbols: [] };

describe("bell alerts create, of what nothing brings", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0]): Promise<void> => {
    world = await World.open(script);
    world.logIn();
  };
  afterEach(() => world.close());

  it("says that nothing brings the symbol, where that is so", async () => {
    const awaiting = sampleAlert({ symbol: "NOPE", awaitsBaseline: true });
    const symbols = ["NVDA"];
    await open({
      CreateAlert: ({ text }: { text: string }) => (text.startsWith("NOPE") ? awaiting : sampleAlert()),
      GetStatus: () => SystemStatus.fromPartial({ fetchers: [{ report: { symbols } }] }),
      PreviewAlert: () => PREVIEW,
    });
    const create = (...words: string[]) => world.bell("alerts", "create", ...words, "above", "200");
    const { exitCode, output, errors } = await create("NOPE");
    expect([exitCode, errors]).to.deep.equal([0, "Nothing brings NOPE now: no fetcher asks for it (BELL_SYMBOLS).\n"]);
    expect(output).to.include("awaits a first price of NOPE");
    expect((await create("NOPE", "--json")).errors).to.equal("");
    expect(world.server.requests("GetStatus"), "asked for people only").to.have.length(1);
    expect((await create("AAPL")).errors).to.equal("");
    symbols.push("NOPE");
    expect((await create("NOPE")).errors).to.equal("");
  });

  it("makes an alert also at a server that does not tell what is brought", async () => {
    await open({ CreateAlert: () => sampleAlert({ awaitsBaseline: true }), PreviewAlert: () => PREVIEW });
    expect(await world.bell("alerts", "create", "AAPL", "above", "200")).to.include({ exitCode: 0, errors: "" });
  });
});
