import { expect } from "chai";
import { ScriptWorld } from "../test/support/run-script.ts";
import { quantile, type BenchResult } from "./bench.ts";
import { BENCHES, selectBenches } from "./registry.ts";
import { renderReport } from "./report.ts";

const MAIN = "bench/main.ts";

describe("make bench", () => {
  let world: ScriptWorld;
  beforeEach(() => (world = new ScriptWorld()));
  afterEach(() => world.remove());

  it("has a name of its own for each figure, and finds it", () => {
    const names = BENCHES.flatMap((bench) => bench.names);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(selectBenches(name)).to.have.length(1);
  });

  it("measures, prints a JSON line a figure, and leaves nothing behind", async () => {
    const { code, output, complaints } = await world.run([
      MAIN,
      "--only",
      "latency.price-to-smtp.p50",
      "--samples",
      "3",
    ]);
    expect([code, complaints]).to.deep.equal([0, ""]);
    const results = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results.map(({ name }) => name)).to.deep.equal(["latency.price-to-smtp.p50", "latency.price-to-smtp.p99"]);
    for (const result of results) {
      expect(Object.keys(result)).to.deep.equal(["name", "value", "unit", "baseline", "ratio"]);
      expect(result["value"]).to.be.within(0.1, 10_000);
    }
    expect(world.leftFiles()).to.deep.equal([]);
    expect(world.leftProcesses()).to.deep.equal([]);
  });

  it("ends with 2 for a name or number that it does not know", async () => {
    for (const words of [["--only", "nothing"], ["--samples", "0"], ["--fast"]]) {
      const { code, output, complaints } = await world.run([MAIN, ...words]);
      expect([code, output]).to.deep.equal([2, ""]);
      expect(complaints).to.match(/^bench: /);
    }
  });
});

describe("quantile()", () => {
  it("is the value that the share does not exceed, by the nearest rank", () => {
    const numbers = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([0.5, 0.99, 1].map((share) => quantile(numbers, share))).to.deep.equal([50, 99, 100]);
    expect(quantile([7], 0.5)).to.equal(7);
  });
});

describe("renderReport()", () => {
  const result = (name: string, value: number): BenchResult => ({
    ...{ name, value, unit: "rows/s", baseline: 4_000, ratio: value / 4_000 },
    ...{ baselineMeaning: "what it is.", limit: "what holds it." },
  });
  const day = new Date("2026-01-02T03:04:05Z");

  it("renews the sections of the results and keeps the others as they are", () => {
    const first = renderReport("", [result("b.two", 1_000), result("a.one", 2_000)], "2 × X", day);
    const second = renderReport(first, [result("b.two", 3_000)], "4 × Y", day);
    expect(second.match(/^## .*$/gm)).to.deep.equal(["## a.one", "## b.two"]);
    expect(second).to.include("| 2,000 | 4,000 | 0.50 | 2026-01-02 | 2 × X |");
    expect(second).to.include("| 3,000 | 4,000 | 0.75 | 2026-01-02 | 4 × Y |");
    expect(second).to.include("`make bench ONLY=b.two`").and.include("Baseline: what it is.");
    expect(second.replace(/## b\.two[^]*/, "")).to.equal(first.replace(/## b\.two[^]*/, ""));
  });
});
