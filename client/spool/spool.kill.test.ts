import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Quote } from "../../domain/quote.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { quotesOfPut, spoolUntilKilled } from "../testing/spool-until-killed.ts";

const CHILD = join(import.meta.dirname, "../testing/spool-until-killed.ts");

/** What the child said before kill -9, which comes after that many lines. */
async function killAfter(lines: number, file: string): Promise<{ put: Set<number>; forgotten: Set<number> }> {
  const script = `import(${JSON.stringify(CHILD)}).then((m) => m.${spoolUntilKilled.name}(${JSON.stringify(file)}))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const said = { put: new Set<number>(), forgotten: new Set<number>() };
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(" ");
    (word === "put" ? said.put : said.forgotten).add(Number(number));
    count += 1;
    if (count === lines) child.kill("SIGKILL");
  }
  expect(await exited).to.eql([null, "SIGKILL"]);
  return said;
}

describe("Spool, after kill -9 of its process", () => {
  const folder = new SpoolFolder();
  after(() => folder.remove());

  for (const lines of [1, 40, 333]) {
    it(`has everything that was put and not acknowledged, in order, after ${lines} lines`, async () => {
      const name = `killed-${lines}.db`;
      const said = await killAfter(lines, folder.file(name));
      const { spool } = folder.open({}, name);
      const left: Quote[] = [];
      for (let batch = spool.takeBatch(); batch; batch = spool.takeBatch()) left.push(...batch.quotes);
      const times = left.map(({ quoteTimeMs }) => quoteTimeMs);
      const promised = [...said.put].filter((put) => !said.forgotten.has(put)).flatMap(quotesOfPut);
      expect(said.put.size).to.be.at.least(Math.floor(lines / 2));
      expect(promised.filter(({ quoteTimeMs }) => !times.includes(quoteTimeMs))).to.eql([]);
      expect(times).to.eql(times.toSorted((a, b) => a - b));
      expect(spool.size).to.equal(left.length);
    });
  }
});
