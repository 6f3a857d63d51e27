import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { settings, type Setting } from "../runtime/config/settings.ts";
import { renderConfiguration } from "../scripts/render-configuration.ts";
import { LONG_TRIALS } from "./long/registry.ts";

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), "utf8");

describe("docs/architecture.md", () => {
  const rows = [...read("docs/architecture.md").matchAll(/^\| \d+ \|.*\| `([^`]+\.ts)` \| `([\w.#]+)\(\)` \|$/gm)];

  it("tells the story of a quote in nine steps", () => {
    const steps = read("docs/architecture.md").match(/^\| (\d+) \|/gm) ?? [];
    expect(new Set(steps).size).to.equal(9);
    expect(rows.length).to.equal(steps.length);
  });

  for (const [, file = "", name = ""] of rows) {
    it(`names ${name}() in ${file}, which is there`, () => {
      expect(existsSync(join(PROJECT_ROOT, file)), file).to.be.true;
      const method = name.split(".").at(-1) ?? name;
      expect(read(file)).to.match(
        new RegExp(`(function\\*? |async |^ +)${method.replace("#", "#?")}(<[^>]*>)?\\(`, "m"),
      );
    });
  }
});

describe("docs/configuration.md", () => {
  it("says what the settings say: `make docs` makes it anew", () => {
    expect(read("docs/configuration.md")).to.equal(renderConfiguration());
  });

  for (const [name, { schema, doc, fallback }] of Object.entries<Setting<unknown>>(settings)) {
    const words =
      /is none of (.*)$/.exec(schema.safeParse("?").error?.issues[0]?.message ?? "")?.[1]?.split(", ") ?? [];
    if (words.length > 0)
      it(`names each word that ${name} may be`, () => {
        for (const word of words.filter((one) => one !== fallback)) expect(doc).to.include(`\`${word}\``);
      });
  }
});

describe("docs/trials.md", () => {
  it("has a row for every set of trials, in their order", () => {
    const rows = [...read("docs/trials.md").matchAll(/^\| `make test-long ONLY=([\w.-]+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(rows).to.deep.equal(LONG_TRIALS.map(({ name }) => name));
  });
});

describe("every link in the docs", () => {
  for (const page of [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/decisions.md",
    "docs/mail.md",
    "docs/prices.md",
  ]) {
    it(`of ${page} leads somewhere`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
      for (const link of links) expect(existsSync(join(PROJECT_ROOT, page, "..", link)), link).to.be.true;
    });
  }
});
