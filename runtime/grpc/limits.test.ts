import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../config/setting-types.ts";
import { limits } from "./limits.ts";

describe("docs/limits.md", () => {
  it("tells every limit with its number, and no other", () => {
    const text = readFileSync(join(PROJECT_ROOT, "docs/limits.md"), "utf8");
    const rows = [...text.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\| ./gm)];
    const told = rows.map(([, name, number]) => [name, Number(number?.replaceAll(",", ""))]);
    expect(Object.fromEntries(told)).to.deep.equal(limits);
  });
});
