import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUR_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { RefusedFunctions } from "./refused-functions.ts";
import { keepingLog } from "./test-service.ts";

const NOW = Date.UTC(2026, 4, 15, 14);

describe("RefusedFunctions", () => {
  let folder: string;
  let clock: FakeClock;
  let log: unknown[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-refused-"));
    clock = new FakeClock(NOW);
    log = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (identity: readonly string[] = ["CANARY"], file: string | null = join(folder, "refused.json")) =>
    new RefusedFunctions({ file, identity, clock, log: keepingLog(log) });

  it("remembers a refusal over a restart, for a day and no longer", () => {
    open().note("bulk-quotes");
    expect([open().has("bulk-quotes"), open().has("intraday")]).to.deep.equal([true, false]);
    clock.advance(22 * HOUR_MS);
    expect(open().has("bulk-quotes")).to.equal(true);
    clock.advance(HOUR_MS);
    expect(open().has("bulk-quotes")).to.equal(false);
  });

  it("knows nothing of another key, or of the same key elsewhere", () => {
    open(["CANARY", "https://a"]).note("bulk-quotes");
    expect(open(["OTHER", "https://a"]).has("bulk-quotes")).to.equal(false);
    expect(open(["CANARY", "https://b"]).has("bulk-quotes")).to.equal(false);
  });

  it("writes a hash and never the key, for its owner alone", () => {
    open().note("bulk-quotes");
    const file = join(folder, "refused.json");
    expect(readFileSync(file, "utf8")).not.to.match(/canary/i);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("does not believe a refusal that lies ahead, once a clock was set back", () => {
    open().note("bulk-quotes");
    clock.step(-HOUR_MS);
    expect(open().has("bulk-quotes")).to.equal(false);
  });

  for (const [what, text] of [
    ["damaged", '{"identity": '],
    ["of another shape", '[{"refused": 1}]'],
    ["full of words", '{"identity": "x", "refused": {"bulk-quotes": "soon"}}'],
  ] as const) {
    it(`begins anew with a file that is ${what}`, () => {
      writeFileSync(join(folder, "refused.json"), text);
      const refused = open();
      expect(refused.has("bulk-quotes")).to.equal(false);
      refused.note("bulk-quotes");
      expect(open().has("bulk-quotes")).to.equal(true);
    });
  }

  it("takes nothing but moments from its own file", () => {
    open().note("bulk-quotes");
    const file = join(folder, "refused.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(String(NOW), '"now"'));
    expect(open().has("bulk-quotes")).to.equal(false);
  });

  it("goes on in memory where nothing can be written, and says so", () => {
    const refused = open(["CANARY"], join(folder, "none", "refused.json"));
    refused.note("bulk-quotes");
    expect(refused.has("bulk-quotes")).to.equal(true);
    expect(log).to.have.lengthOf(1);
    const forgetful = open(["CANARY"], null);
    forgetful.note("bulk-quotes");
    expect(forgetful.has("bulk-quotes")).to.equal(true);
  });
});
