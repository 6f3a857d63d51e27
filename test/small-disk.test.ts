// The promise: on a small disk it is the database that decides when the disk is full, not the write-ahead log beside it. The disk is a
// real one: a file system in memory that only the server sees, and that goes with it.
import { expect } from "chai";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceClient, StoreState, type SystemStatus } from "../proto/gen/tickerbell/v1/status_service.ts";
import { QuoteSender } from "../server/testing/quote-sender.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { exampleTick } from "./examples.ts";
import { BELL } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { filesOfRole, uncheckedFiles } from "./support/shared-certificates.ts";
import { World } from "./support/world.ts";

/** An empty database and a log that has not reached the length at which SQLite moves it by itself fill it. */
const DISK_BYTES = 3_000_000;
/** Each commits a few pages: together several disks full of log, and a fraction of one of database. */
const BATCHES = 400;
const MOUNT = [
  "--mount",
  "--map-root-user",
  "sh",
  "-c",
  'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"',
];

describe("a server on a disk that is hardly larger than its write-ahead log", () => {
  let world: World;
  let server: ChildProcess;
  let quotes: QuoteServiceClient;
  let status: StatusServiceClient;
  const endings: (() => unknown)[] = [];
  before(async function () {
    world = await World.open();
    endings.push(() => world.close());
    mkdirSync(world.dataFolder, { recursive: true });
    const onDisk = [...MOUNT, "sh", String(DISK_BYTES), world.dataFolder];
    if (spawnSync("unshare", [...onDisk, "true"]).status !== 0) {
      process.stdout.write("skipped: no right to mount a small disk\n");
      return this.skip();
    }
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const env = { ...world.environment, BELL_LISTEN: address };
    server = spawn("unshare", [...onDisk, BELL, "server"], { env, stdio: ["ignore", "pipe", "pipe"] });
    const credentialsOf = async (role: "fetcher" | "cli") =>
      channelCredentials(uncheckedFiles(await filesOfRole(role)));
    quotes = new QuoteServiceClient(address, await credentialsOf("fetcher"), channelOptions);
    status = new StatusServiceClient(address, await credentialsOf("cli"), channelOptions);
    endings.push(
      () => server.kill(),
      () => quotes.close(),
      () => status.close(),
    );
    await eventually("the server listens", () => isReady(quotes));
  });
  after(async () => {
    for (const end of endings.toReversed()) await end();
  });
  const isReady = (client: QuoteServiceClient): Promise<boolean> =>
    new Promise((resolve) => client.waitForReady(Date.now() + 500, (error) => resolve(error === undefined)));
  const ask = (): Promise<SystemStatus> =>
    new Promise((resolve, reject) => {
      status.getStatus({}, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });

  it("takes what the disk has room for, is never called full, and ends with all of it in the database", async () => {
    const ended = Promise.all([once(server, "exit"), text(server.stdout!), text(server.stderr!)]);
    const sender = new QuoteSender(quotes);
    for (let at = 0; at < BATCHES; at++) await sender.send([exampleTick(at, 100)]);
    const { store } = await ask();
    expect(store).to.include({ state: StoreState.READY, detail: "", isFreeUnknown: false });
    expect(store?.sizeBytes, "there was room").to.be.below(DISK_BYTES / 2);
    sender.close();
    server.kill();
    const [[code], said, complaints] = (await ended) as [[number | null], string, string];
    expect([code, complaints]).to.deep.equal([0, ""]);
    expect(said).not.to.include("takes no writes");
  });
});

describe("a server whose log goes to a full disk", () => {
  it("goes on serving, and ends in good order when it is asked to", async function () {
    if (process.platform !== "linux") return this.skip();
    const world = await World.open();
    const full = openSync("/dev/full", "w");
    const server = spawn(BELL, ["server"], { env: world.environment, stdio: ["ignore", full, full, "ipc"] });
    closeSync(full);
    const ended = once(server, "exit");
    const [message] = (await Promise.race([once(server, "message"), ended])) as [{ ready: { grpc: string } }];
    world.known.set("server", message.ready);
    expect((await world.type(["status"])).output).to.match(/^store +ready, /m);
    server.kill();
    expect(await ended).to.deep.equal([0, null]);
    await world.close();
  });
});
