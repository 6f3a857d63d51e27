// The promise: a backup is taken while the server goes on, is sound and complete, and going back to it works.
import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import { AppError } from "../domain/error.ts";
import { errorFromStatus } from "../proto/convert/error.ts";
import { OperatorServiceClient, type BackUpResponse } from "../proto/gen/tickerbell/v1/operator_service.ts";
import { BackupLoad } from "./support/backup-load.ts";
import { eventually } from "./support/eventually.ts";
import { World } from "./support/world.ts";

const BACKUPS = 20;

describe("backups under load", () => {
  let load: BackupLoad;
  before(async () => (load = await BackupLoad.start({ readerMs: 2_000, streamEndMs: 500 })));
  after(() => load.close());
  const leftovers = () => readdirSync(load.server.folder).filter((name) => name.includes("backing-up"));

  /** Whether another backup is let in, which then must be good. */
  const isFree = async (): Promise<boolean> => {
    const fault = await load.fault().catch((error: unknown) => errorFromStatus(error as ServiceError));
    if (fault instanceof AppError && fault.reason === "TOO_MANY") return false;
    expect(fault).to.equal(null);
    return true;
  };

  it(`are sound and hold everything acknowledged before, ${BACKUPS} of them`, async () => {
    for (let at = 0; at < BACKUPS; at++) expect(await load.fault()).to.equal(null);
    expect(load.acknowledged).to.be.above(BACKUPS * 20);
    expect(leftovers()).to.deep.equal([]);
  });

  it("are taken one at a time; the next is told to wait", async () => {
    const operator = await load.server.connect(OperatorServiceClient, "operator");
    const taking = load.take(join(load.server.folder, "one"));
    const second = operator.backUp({});
    const failure = await new Promise((resolve) => second.on("error", resolve).on("data", () => undefined));
    const { code, reason, retryAfterMs } = errorFromStatus(failure as ServiceError);
    expect([code, reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "TOO_MANY"]);
    expect(retryAfterMs).to.be.above(0);
    await taking;
  });

  it("leave nothing behind when nobody wants them any more, and the place is free again", async () => {
    const operator = await load.server.connect(OperatorServiceClient, "operator");
    const call = operator.backUp({});
    call.on("error", () => undefined);
    await eventually("the copy is being made", () => leftovers().length > 0);
    call.cancel();
    await eventually("the place is free", isFree);
    expect(leftovers()).to.deep.equal([]);
  });

  it("leave nothing behind when their reader goes away in the middle", async () => {
    const operator = await load.server.connect(OperatorServiceClient, "operator");
    const call = operator.backUp({});
    call.on("error", () => undefined);
    for await (const { part } of call as AsyncIterable<BackUpResponse>) if (part !== undefined) break;
    call.cancel();
    await eventually("the place is free", isFree);
    expect(leftovers()).to.deep.equal([]);
  });

  it("do not wait for ever for a reader that takes nothing", async () => {
    const operator = await load.server.connect(OperatorServiceClient, "operator");
    const call = operator.backUp({});
    call.on("error", () => undefined);
    await eventually("the copy is being made", () => leftovers().length > 0);
    await eventually("the place is free", isFree);
    expect(leftovers()).to.deep.equal([]);
  });
});

describe("bell backup and bell restore", () => {
  let world: World;
  let file: string;
  before(async () => {
    world = await World.open({ BELL_SYMBOLS: "AAPL" });
    file = join(world.folder, "kept");
    for (const name of ["mailbox", "simulator", "server", "notifier"] as const) await world.start(name);
    await world.signUp("ann@example.com");
    await world.does(["alerts", "create", "AAPL", "above", "200"]);
  });
  after(() => world.close());

  it("writes a file that only its owner may read, and says what is in it", async () => {
    const output = await world.does(["backup", file]);
    expect(output).to.include("password hashes").and.include(`./bell restore ${file}\n`);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(existsSync(`${file}.tickerbell-partial`)).to.equal(false);
  });

  it("replaces no file unless told", async () => {
    const { code, complaints } = await world.type(["backup", file]);
    expect([code, complaints]).to.satisfy(([, said]: [number, string]) => said.includes("--force"));
    expect(code).to.equal(2);
    const { sizeBytes, sha256 } = JSON.parse(await world.does(["backup", file, "--force", "--json"])) as {
      sizeBytes: number;
      sha256: string;
    };
    expect(statSync(file).size).to.equal(sizeBytes);
    expect(sha256).to.match(/^[0-9a-f]{64}$/);
  });

  it("replaces nothing but a backup, though told to", async () => {
    const other = join(world.folder, "README.md");
    writeFileSync(other, "# Mine\n");
    const { code, complaints } = await world.type(["backup", other, "--force"]);
    expect(complaints).to.include("is no backup of Tickerbell's");
    expect(code).to.equal(2);
    expect(readFileSync(other, "utf8")).to.equal("# Mine\n");
  });

  it("writes nothing without the operator's certificate, or without a folder", async () => {
    const other = join(world.folder, "other");
    expect((await world.type(["--as", "cli", "backup", other])).code).to.equal(4);
    expect((await world.type(["backup", join(world.folder, "no", "folder")])).code).to.equal(2);
    expect(readdirSync(world.folder).filter((name) => name.startsWith("other"))).to.deep.equal([]);
  });

  it("is refused while a server runs", async () => {
    const { code, complaints } = await world.type(["restore", file]);
    expect(code).to.equal(6);
    expect(complaints).to.include("a server that runs has the database").and.include("Stop the server first");
  });

  it("brings back what was, after the server's database was destroyed", async () => {
    await world.does(["alerts", "create", "AAPL", "above", "300"]);
    const server = world.launch(["server"], { ...world.environment, BELL_DATA_DIR: join(world.folder, "other-data") });
    await server.ready();
    await server.stop();
    writeFileSync(join(world.folder, "other-data", "tickerbell.db"), "garbage ".repeat(1_000));
    const settings = { BELL_DATA_DIR: join(world.folder, "other-data") };
    const ruined = await world.bell(["server"], { settings });
    expect(ruined.code).to.equal(65);
    expect(ruined.complaints).to.include("./bell restore");
    const said = await world.does(["restore", file], { settings });
    expect(said).to.include("1 alert, 1 user;").and.include("log in again").and.include(".replaced-");
    const again = world.launch(["server"], { ...world.environment, ...settings });
    const { grpc } = await again.ready();
    const logIn = { settings: { ...settings, BELL_SERVER: grpc }, input: "four unrelated words\n" };
    await world.does(["login", "ann@example.com"], logIn);
    const alerts = await world.does(["alerts", "list"], logIn);
    expect(alerts).to.include("200").and.not.include("300");
  });

  it("warns when there was no database in the folder, for that may be the wrong one", async () => {
    const folder = join(world.folder, "never-used");
    const settings = { BELL_DATA_DIR: folder };
    const first = await world.type(["restore", file], { settings });
    expect(first.code).to.equal(0);
    expect(first.complaints).to.include(`${folder} held no database before`).and.include("BELL_DATA_DIR");
    const second = await world.type(["restore", file], { settings });
    expect([second.code, second.complaints]).to.deep.equal([0, ""]);
  });
});
