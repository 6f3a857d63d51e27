import { expect } from "chai";
import { ScriptWorld } from "../support/run-script.ts";
import { LONG_TRIALS, selectTrials } from "./registry.ts";
import { runOne } from "./run-trials.ts";

const MAIN = "test/long/main.ts";

describe("make test-long", () => {
  let world: ScriptWorld;
  beforeEach(() => (world = new ScriptWorld()));
  afterEach(() => world.remove());

  it("has a name of its own for each set of trials", () => {
    const names = LONG_TRIALS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(selectTrials(name).map((trial) => trial.name)).to.include(name);
  });

  it("prints a JSON line for each set that the name begins", async () => {
    const words = ["--only", "index", "--trials", "20", "--seed", "7"];
    const { code, output, complaints } = await world.run([MAIN, ...words]);
    expect([code, complaints]).to.deep.equal([0, ""]);
    const lines = output.trimEnd().split("\n");
    expect(lines).to.have.length(1);
    const result = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(Object.keys(result)).to.deep.equal(["name", "trials", "violations", "seconds", "seed"]);
    expect(result).to.include({ name: "index.soundness", trials: 20, violations: 0, seed: 7 });
  });

  it("puts what a set measured into its line", async () => {
    const figures = { "quotes/s": 250 };
    const run = () => Promise.resolve({ trials: 3, seed: 1, figures });
    const result = await runOne({ name: "measuring", run }, { trials: null, seed: 1 });
    expect(result).to.deep.include({ name: "measuring", trials: 3, violations: 0, figures });
  });

  it("plays histories on a real store", async () => {
    const { code, output } = await world.run([MAIN, "--only", "store.histories", "--trials", "2"]);
    expect(code).to.equal(0);
    expect(output).to.include('"trials":2,"violations":0');
    expect(world.leftFiles()).to.deep.equal([]);
  });

  it("ends with 2 for a name or number that it does not know", async () => {
    for (const words of [["--only", "nothing"], ["--trials", "many"], ["--fast"]]) {
      const { code, output, complaints } = await world.run([MAIN, ...words]);
      expect([code, output]).to.deep.equal([2, ""]);
      expect(complaints).to.match(/^test-long: /);
    }
  });
});
