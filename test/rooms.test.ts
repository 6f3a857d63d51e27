import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";

/** Runs the room rules over a small house of its own; answers with what they print, and whether they were content. */
function checkRooms(files: Record<string, string>): { passed: boolean; output: string } {
  const house = mkdtempSync(join(tmpdir(), "rooms-"));
  try {
    for (const [name, text] of Object.entries({
      "tsconfig.json": "{}",
      "package.json": '{"type":"module"}',
      ...files,
    })) {
      mkdirSync(dirname(join(house, name)), { recursive: true });
      writeFileSync(join(house, name), text);
    }
    symlinkSync(join(PROJECT_ROOT, "node_modules"), join(house, "node_modules"));
    const depcruise = join(PROJECT_ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const args = [depcruise, "--config", join(PROJECT_ROOT, ".dependency-cruiser.cjs"), "."];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: house, encoding: "utf8" });
    return { passed: status === 0, output: stdout };
  } finally {
    rmSync(house, { recursive: true });
  }
}

const THING = "export const thing = 1;\n";
const importing = (path: string) => `import { thing } from "${path}";\nexport const other = thing;\n`;

describe("the room rules", () => {
  it("let a process import domain, runtime and the contract", () => {
    const { passed, output } = checkRooms({
      "domain/thing.ts": THING,
      "runtime/log/thing.ts": importing("../../domain/thing.ts"),
      "server/start.ts": importing("../runtime/log/thing.ts"),
    });
    expect(passed, output).to.be.true;
    expect(output).to.match(/3 modules/);
  });

  const forbidden: [string, string, string, string][] = [
    ["one process from another", "server/thing.ts", "client/other.ts", "client-imports"],
    ["anything of ours from domain", "runtime/thing.ts", "domain/other.ts", "domain-imports"],
    ["a process from runtime", "server/thing.ts", "runtime/other.ts", "runtime-imports"],
    ["a process's inside from cli", "server/thing.ts", "cli/other.ts", "cli-imports"],
    ["the contract from the simulator", "proto/convert/thing.ts", "simulator/other.ts", "simulator-imports"],
    ["SQLite from the rest of the server", "server/sqlite/thing.ts", "server/other.ts", "sqlite-stays-in-its-room"],
    ["generated types from a rule", "proto/gen/thing.ts", "server/other.ts", "wire-types-stay-at-the-edge"],
    ["test code from production code", "server/thing.test.ts", "server/other.ts", "no-test-code-in-production"],
  ];
  for (const [what, thing, other, rule] of forbidden) {
    it(`forbid importing ${what}`, () => {
      const depth = "../".repeat(other.split("/").length - 1);
      const { passed, output } = checkRooms({ [thing]: THING, [other]: importing(`${depth}${thing}`) });
      expect(passed, output).to.be.false;
      expect(output).to.contain(rule);
    });
  }

  it("forbid a library and Node's own modules in domain", () => {
    const text = 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n';
    const { passed, output } = checkRooms({ "domain/thing.ts": text });
    expect(passed, output).to.be.false;
    expect(output).to.contain("domain-is-pure");
  });

  it("forbid circles", () => {
    const { passed, output } = checkRooms({
      "server/one.ts": 'import { two } from "./two.ts";\nexport const one = () => two();\n',
      "server/two.ts": 'import { one } from "./one.ts";\nexport const two = (): unknown => one;\n',
    });
    expect(passed, output).to.be.false;
    expect(output).to.contain("no-circles");
  });
});
