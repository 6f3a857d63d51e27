// `make demo` as the make file runs it.
import { expect } from "chai";
import { ScriptWorld } from "./support/run-script.ts";

const DEMO = "scripts/demo.ts";

describe("make demo", () => {
  let world: ScriptWorld;
  beforeEach(() => (world = new ScriptWorld()));
  afterEach(() => world.remove());

  /** Whatever happened, the machine is as it was. */
  function expectNothingLeft(): void {
    expect(world.leftFiles()).to.deep.equal([]);
    expect(world.leftProcesses()).to.deep.equal([]);
  }

  it("shows the mail that a moved price brought, and how long it took", async () => {
    const { code, output, complaints } = await world.run([DEMO]);
    expect(complaints).to.equal("");
    expect(code).to.equal(0);
    expect(output).to.match(/^Subject: AAPL .*\(simulated\)$/m);
    expect(output.trimEnd().split("\n").at(-1)).to.match(/^demo: 1 e-mail, \d+\.\d\d s from price to inbox$/);
    expectNothingLeft();
  });

  it("ends with 1 and leaves nothing behind when it is interrupted", async () => {
    const { code, complaints } = await world.run([DEMO], (output, kill) => {
      if (output.includes("./bell register")) kill();
    });
    expect(code).to.equal(1);
    expect(complaints).to.match(/demo failed: interrupted\n$/);
    expectNothingLeft();
  });

  it("ends with 1 and the reason when there are no bars to replay", async () => {
    const { code, complaints } = await world.run([DEMO, world.folder]);
    expect(code).to.equal(1);
    expect(complaints).to.include(`the folder of bars ${world.folder} holds no SYMBOL.csv`);
    expectNothingLeft();
  });

  it("ends with 2 and its usage for words it does not know", async () => {
    for (const words of [["--fast"], ["a", "b"]]) {
      const { code, complaints } = await world.run([DEMO, ...words]);
      expect(code).to.equal(2);
      expect(complaints).to.include("usage: make demo [BARS_DIR=folder]");
    }
  });
});
