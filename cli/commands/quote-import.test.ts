// Imports and exports against a real server, as a person types them.
import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { EXPORT_HEADER } from "../quote-csv/export-csv.ts";
import { eventually } from "../../test/support/eventually.ts";
import { recordingsDir } from "../../test/recordings.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { World, type BellResult } from "../../test/support/world.ts";

const HEADER = "timestamp,open,high,low,close,volume\n";
const TWO_DAYS = `${HEADER}2019-02-15,103.9,105.7,103.66,105.55,14716861\n2019-02-14,102.47,103.1,101.35,102.42,11518530\n`;

describe("bell quotes import", () => {
  let server: TestServer;
  let world: World;
  beforeEach(async () => {
    server = await startTestServer();
    world = await World.open({ BELL_SERVER: server.address });
  });
  afterEach(async () => {
    await world.close();
    await server.close();
  });

  /** A file of that name. */
  const written = (name: string, text: string): string => {
    writeFileSync(join(world.folder, name), text);
    return join(world.folder, name);
  };
  const imports = (file: string, ...words: string[]): Promise<BellResult> =>
    world.type(["quotes", "import", file, ...words]);
  const exported = (): Promise<string> => world.does(["quotes", "export"]);

  it("brings Alpha Vantage's days by the file's name, and again changes nothing", async () => {
    const file = written("JPM.csv", TWO_DAYS);
    expect((await imports(file)).output).to.equal(
      "JPM.csv: 2 rows of JPM (by the file's name), each 1d, from 2019-02-14 05:00:00 UTC to 2019-02-15 05:00:00 UTC.\n" +
        "Imported: 2 prices new, 0 changed, 0 there already.\n",
    );
    expect((await imports(file)).output).to.include("Imported: 0 prices new, 0 changed, 2 there already.");
    expect(await exported()).to.equal(
      "symbol,period,timestamp,open,high,low,close,volume\n" +
        "JPM,1d,2019-02-14T05:00:00Z,102.47,103.1,101.35,102.42,11518530\n" +
        "JPM,1d,2019-02-15T05:00:00Z,103.9,105.7,103.66,105.55,14716861\n",
    );
    expect(await world.does(["quotes", "list"])).to.match(/JPM +105\.55.* 1d .*import/);
  });

  it("only looks when told, and says what it would do", async () => {
    const file = written("prices.csv", TWO_DAYS);
    const { output } = await imports(file, "--symbol", "jpm", "--dry-run", "--json");
    expect(JSON.parse(output)).to.deep.equal({
      file,
      dryRun: true,
      rowCount: 2,
      symbols: ["JPM"],
      firstTime: "2019-02-14T05:00:00.000Z",
      lastTime: "2019-02-15T05:00:00.000Z",
      newCount: 2,
      changedCount: 0,
      knownCount: 0,
      repeatedCount: 0,
    });
    expect(await exported()).to.equal(EXPORT_HEADER);
    const { output: text } = await imports(file, "--symbol", "JPM", "--dry-run");
    expect(text).to.include("prices.csv: 2 rows of JPM, each 1d, from ");
    expect(text).to.include("Only looked, nothing was imported. It would be: 2 prices new");
    expect(server.query("SELECT * FROM import_rows")).to.deep.equal([]);
  });

  it("replaces what the file says otherwise now", async () => {
    await imports(written("JPM.csv", TWO_DAYS));
    const changed = await imports(written("JPM.csv", TWO_DAYS.replace("105.55", "105.56")));
    expect(changed.output).to.include("0 prices new, 1 changed, 1 there already");
    expect(server.query("SELECT close FROM superseded_quotes")).to.deep.equal([{ close: 105.55 }]);
  });

  it("imports nothing of a file with problems, and tells each with row and column, the server's among them", async () => {
    const rows = "2019-02-13,1,2,1,2,\n2019-02-12,1,2,1,x,5\n2019-02-11,1,2,1,2,5\n2019-02-11,1,2,1,1,5\n";
    const { code, complaints, output } = await imports(written("JPM.csv", HEADER + rows));
    expect([code, output]).to.deep.equal([2, ""]);
    expect(complaints).to.equal(
      "bell: JPM.csv: nothing was imported; 3 problems\n" +
        "  row 2, column 6 (volume): is empty\n" +
        '  row 3, column 5 (close): "x" is not a price, such as 190.25\n' +
        "  row 5: has the symbol, the period and the time of row 4, and other values\n" +
        "  hint: Mend the file and import it again; --dry-run only looks.\n",
    );
    const { error } = JSON.parse((await imports(written("JPM.csv", HEADER + rows), "--json")).complaints) as {
      error: { reason: string; fields: { field: string }[] };
    };
    expect(error.reason).to.equal("IMPORT_INVALID");
    expect(error.fields.map(({ field }) => field)).to.deep.equal(["rows[2].cells[6]", "rows[3].cells[5]", "rows[5]"]);
    expect(await exported()).to.equal(EXPORT_HEADER);
  });

  it("counts rows that repeat another, and tells no more than thirty problems", async () => {
    const { output } = await imports(written("JPM.csv", `${TWO_DAYS}2019-02-15,103.9,105.7,103.66,105.55,14716861\n`));
    expect(output).to.include("2 prices new, 0 changed, 0 there already, 1 twice in the file.");
    const many = await imports(written("JPM.csv", HEADER + "2019-02-11,1,2,1,x,5\n".repeat(1_204)));
    expect(many.complaints).to.include("1204 problems, the first 30 are\n");
    expect(many.complaints.split("\n")).to.have.length(33);
  });

  it("shows the operator's certificate, and no other may import", async () => {
    const refused = await world.type(["quotes", "import", written("JPM.csv", TWO_DAYS), "--as", "cli"]);
    expect(refused.code).to.equal(4);
    expect(await exported()).to.equal(EXPORT_HEADER);
  });

  it("reads the recorded files, each whole or not at all, and gives them back", async function () {
    const folder = recordingsDir();
    if (folder === null) return this.skip(); // skipped: no recordings
    const files = ["daily_2018_2019-02", "minute_raw", "hour_raw", "crypto"].flatMap((name) =>
      readdirSync(join(folder, "bars", name)).map((file) => join(folder, "bars", name, file)),
    );
    let rows = 0;
    for (const file of files) {
      const symbol = basename(file).split(/[_.]/)[0] ?? "";
      expect((await imports(file, "--symbol", symbol)).complaints, file).to.equal("");
      rows += readFileSync(file, "utf8").trimEnd().split("\n").length - 1;
    }
    expect((await exported()).trimEnd().split("\n")).to.have.length(rows + 1);
  });

  it("leaves nothing behind when it is broken off", async () => {
    const lines = Array.from({ length: 30_000 }, (_, at) => `${new Date(at * 60_000).toISOString()},1,2,1,2,5\n`);
    const broken = world.launch(["quotes", "import", written("JPM.csv", HEADER + lines.join(""))]);
    await eventually("rows have come", () => server.query("SELECT 1 FROM import_rows LIMIT 1").length > 0);
    await broken.kill();
    await eventually("they are dropped", () => server.query("SELECT 1 FROM import_rows LIMIT 1").length === 0);
    expect(server.query("SELECT 1 FROM quotes LIMIT 1")).to.deep.equal([]);
    expect((await imports(written("IBM.csv", TWO_DAYS))).output).to.include("2 prices new");
  });
});
