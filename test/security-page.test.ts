// The promise: docs/security.md claims nothing that no test tries. Every item of its table names a test that is there, by its words.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";

/** All of level 1 of ASVS 5.0. */
const LEVEL_1 = [
  ..."1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2".split(" "),
  ..."3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7".split(" "),
  ..."6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2".split(" "),
  ..."9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1".split(
    " ",
  ),
  ..."14.3.1 15.1.1 15.2.1 15.3.1".split(" "),
];
const LEAST_ITEMS = 80;

const page = readFileSync(join(PROJECT_ROOT, "docs/security.md"), "utf8");
const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) \| ([123]) \| [^|]+ \| `([^`]+\.test\.ts)` \| (.+) \|$/gm)].map(
  ([, item = "", level = "", file = "", title = ""]) => ({ item, level, file, title }),
);

/** What the tests of a file are called; what a name is made of while the tests run is "…". */
function titlesIn(file: string): string[] {
  const names = readFileSync(join(PROJECT_ROOT, file), "utf8").matchAll(
    /\b(?:it|describe)\(\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`|[a-z]\w*(?:\.\w+)?,)/g,
  );
  return [...names].map(([, plain, made]) =>
    plain === undefined
      ? (made ?? "${}").replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")
      : (JSON.parse(`"${plain}"`) as string),
  );
}

describe("docs/security.md", () => {
  it(`has ${LEAST_ITEMS} items of ASVS or more, each once and in order`, () => {
    const place = (item: string): number => item.split(".").reduce((sum, part) => sum * 100 + Number(part), 0);
    const items = rows.map(({ item }) => item);
    expect(items.length).to.be.at.least(LEAST_ITEMS);
    expect(items).to.deep.equal([...new Set(items)].toSorted((a, b) => place(a) - place(b)));
  });

  it("says of every item of level 1 that it is met, not applicable, or not met", () => {
    const others = page
      .slice(page.indexOf("Not applicable"))
      .replace(/10\.4\.1 to 10\.4\.4/, "10.4.1 10.4.2 10.4.3 10.4.4");
    const told = new Set([...rows.map(({ item }) => item), ...(others.match(/\b\d+\.\d+\.\d+\b/g) ?? [])]);
    expect(LEVEL_1).to.have.lengthOf(70);
    expect(LEVEL_1.filter((item) => !told.has(item))).to.deep.equal([]);
  });

  it("gives each item its level", () => {
    for (const { item, level } of rows) expect(level === "1", item).to.equal(LEVEL_1.includes(item));
  });

  for (const { item, file, title } of rows) {
    it(`names a test of ${item} that is there`, () => {
      expect(existsSync(join(PROJECT_ROOT, file)), file).to.equal(true);
      expect(titlesIn(file), file).to.include(title);
    });
  }
});
