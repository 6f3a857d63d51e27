import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExportQuotesResponse } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { Call } from "../call.ts";
import { EXPORT_HEADER, exportRow } from "../quote-csv/export-csv.ts";
import { sampleQuote } from "../testing/samples.ts";
import { exportQuotes } from "./quote-export.ts";

describe("exportQuotes()", () => {
  let folder: string;
  let out: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-export-"));
    out = join(folder, "prices.csv");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const priced = (close: number) => sampleQuote({ close });
  const exports = (pages: AsyncIterable<ExportQuotesResponse>): Promise<void> => {
    const output = { show: () => undefined, note: () => undefined };
    const call = { api: { serverStream: () => pages }, context: { clock: { now: () => 0 } }, output };
    return exportQuotes(call as unknown as Call, { out, force: true });
  };
  /** A page with this price, and another of it when told; `begun` resolves when the first is written. */
  const slowly = (close: number) => {
    const begun = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    async function* pages() {
      yield { quotes: [priced(close)] };
      begun.resolve(undefined);
      await goOn.promise;
      yield { quotes: [priced(close)] };
    }
    return { pages: pages(), begun: begun.promise, goOn: () => goOn.resolve(undefined) };
  };
  const fileOf = (close: number) => EXPORT_HEADER + exportRow(priced(close)).repeat(2);

  it("writes the whole of either when two write the same file at the same time", async () => {
    const [first, second] = [slowly(1), slowly(2)];
    const both = [exports(first.pages), exports(second.pages)];
    await Promise.all([first.begun, second.begun]);
    first.goOn();
    await both[0];
    expect(readFileSync(out, "utf8")).to.equal(fileOf(1));
    second.goOn();
    await both[1];
    expect(readFileSync(out, "utf8")).to.equal(fileOf(2));
    expect(readdirSync(folder)).to.deep.equal(["prices.csv"]);
  });

  it("leaves nothing of one that fails, and the other alone", async () => {
    const slow = slowly(1);
    async function* broken() {
      yield { quotes: [priced(2)] };
      await slow.begun;
      throw new Error("the server is gone");
    }
    const [kept, failed] = [exports(slow.pages), exports(broken()).catch(String)];
    expect(await failed).to.include("the server is gone");
    slow.goOn();
    await kept;
    expect(readFileSync(out, "utf8")).to.equal(fileOf(1));
    expect(readdirSync(folder)).to.deep.equal(["prices.csv"]);
  });
});
