// The promise: when nobody knows whether a write is on the disk, nothing is acknowledged any more and the server ends, to be started
// anew. A limit on the size of files makes the system refuse a write as a failing disk does.
import Database from "better-sqlite3";
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { QuoteSender } from "../server/testing/quote-sender.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { exampleTick } from "./examples.ts";
import { BELL } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { filesOfRole, uncheckedFiles } from "./support/shared-certificates.ts";
import { World } from "./support/world.ts";

/** In blocks of 512 bytes: what an empty database needs, and a little. */
const MOST_BLOCKS = 2_000;

const isReady = (client: QuoteServiceClient): Promise<boolean> =>
  new Promise((resolve) => client.waitForReady(Date.now() + 500, (error) => resolve(error === undefined)));

describe("a server whose disk refuses a write", () => {
  let world: World;
  before(async () => (world = await World.open()));
  after(() => world.close());

  it("acknowledges nothing more, ends with 70, and starts anew with all that was acknowledged", async () => {
    const [port] = await freePorts(1);
    const environment = { ...world.environment, BELL_LISTEN: `127.0.0.1:${port}` };
    mkdirSync(world.dataFolder, { recursive: true });
    const script = `trap '' XFSZ; ulimit -f ${MOST_BLOCKS}; exec "$0" server`;
    const server = spawn("/bin/sh", ["-c", script, BELL], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const said = Promise.all([text(server.stdout), text(server.stderr)]);
    const ended = once(server, "exit");
    const files = uncheckedFiles(await filesOfRole("fetcher"));
    const client = new QuoteServiceClient(`127.0.0.1:${port}`, channelCredentials(files), channelOptions);
    let acknowledged = 0;
    try {
      await eventually("the server listens", () => isReady(client));
      const sender = new QuoteSender(client);
      for (;;) {
        const quotes = Array.from({ length: 200 }, (_, at) => exampleTick(acknowledged + at, 100));
        await sender.send(quotes);
        acknowledged += quotes.length;
      }
    } catch {
      // the write that could not be made certain
    }
    const [code] = (await ended) as [number | null];
    const [output, complaints] = await said;
    client.close();
    expect(code, complaints + output).to.equal(70);
    expect(complaints).to.include("nobody knows whether the last write is on the disk");
    const again = await world.start("server");
    const db = new Database(join(world.dataFolder, "tickerbell.db"), { readonly: true });
    const count = db.prepare("SELECT count(*) FROM quotes").pluck().get();
    db.close();
    expect(count).to.be.at.least(acknowledged);
    expect(acknowledged).to.be.above(0);
    await again.stop();
  });
});
