import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppError } from "../../domain/error.ts";
import { loadBarsFolder } from "./bars-folder.ts";

const HEADER = "timestamp,open,high,low,close,volume\n";

describe("loadBarsFolder()", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bars-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refusal(): Promise<AppError> {
    return loadBarsFolder(folder).then(
      () => expect.fail("the folder was taken"),
      (error: unknown) => error as AppError,
    );
  }

  it("takes the symbol from the name, and joins the parts of a symbol", async () => {
    await writeFile(join(folder, "AAPL_2020.csv"), `${HEADER}2020-02-18 09:00:00,2,2,2,2,1`);
    await writeFile(join(folder, "aapl_2015.csv"), `${HEADER}2015-08-17 09:00:00,1,1,1,1,1`);
    await writeFile(join(folder, "BRK-B.csv"), `${HEADER}2015-08-17 09:00:00,1,1,1,1,1`);
    await writeFile(join(folder, "notes.txt"), "not bars");
    const symbols = await loadBarsFolder(folder);
    expect([...symbols.keys()].sort()).to.deep.equal(["AAPL", "BRK-B"]);
    expect(symbols.get("AAPL")?.bars.map((bar) => bar.open)).to.deep.equal(["1.0000", "2.0000"]);
  });

  it("refuses two files of a symbol that tell the same time", async () => {
    await writeFile(join(folder, "AAPL.csv"), `${HEADER}2015-08-17 09:00:00,1,1,1,1,1`);
    await writeFile(join(folder, "AAPL_again.csv"), `${HEADER}2015-08-17 09:00:00,1,1,1,1,1`);
    expect((await refusal()).message)
      .to.contain("AAPL_again.csv")
      .and.contain("same time");
  });

  it("names the file and line of a bad row", async () => {
    await writeFile(join(folder, "IBM.csv"), `${HEADER}2015-08-17 09:00:00,1,1,1,?,1`);
    expect((await refusal()).message).to.equal(`${join(folder, "IBM.csv")}:2: close: "?" is not a positive number`);
  });

  it("refuses a folder without bars, and one that is not there", async () => {
    expect(await refusal()).to.include({ code: "FAILED_PRECONDITION", reason: "CONFIG_INVALID" });
    folder = join(folder, "missing");
    expect((await refusal()).message).to.contain("cannot be read");
    folder = join(folder, "..");
  });
});
