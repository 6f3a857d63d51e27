import { expect } from "chai";
import type { Client } from "@grpc/grpc-js";
import Database from "better-sqlite3";
import { closeSync, openSync, writeSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { exampleTick } from "../../test/examples.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";

const PAGE = 4_096;

describe("a server whose database is damaged", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([exampleTick(0, 190)]);
    sender.cancel();
    await server.restart();
    const db = new Database(server.databaseFile, { readonly: true });
    const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'quotes'").pluck().get() as number;
    db.close();
    const descriptor = openSync(server.databaseFile, "r+");
    writeSync(descriptor, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (page - 1) * PAGE);
    closeSync(descriptor);
  });
  after(() => server.close());

  /** What the standard health service says of the whole server: 1 is SERVING, 2 is not. */
  const health = async (): Promise<number> => {
    const client: Client = await server.channel("cli");
    const same = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve, reject) =>
      client.makeUnaryRequest("/grpc.health.v1.Health/Check", same, same, Buffer.alloc(0), (error, answer) => {
        if (error === null) resolve(answer?.at(1) ?? 0);
        else reject(error);
      }),
    );
  };
  const refusal = async (work: Promise<unknown>): Promise<AppError> => {
    const error = await work.catch((caught: unknown) => caught);
    if (error instanceof AppError) return error;
    throw new Error("it went well");
  };

  it("says so to whoever meets the damage, is not SERVING from then on, and refuses what writes", async () => {
    expect(await health()).to.equal(1);
    const met = await refusal(server.ask(QuoteServiceService.getQuote, { symbol: "AAPL" }));
    expect([met.code, met.reason]).to.deep.equal(["DATA_LOSS", "STORE_CORRUPT"]);
    expect(met.hint).to.include("./bell restore");
    expect(await health()).to.equal(2);
    const account = { email: "ann@example.com", password: "four unrelated words", timeZone: "" };
    expect((await refusal(server.ask(UserServiceService.registerUser, account))).reason).to.equal("STORE_CORRUPT");
    expect(server.log.filter((line) => line.includes("the database is damaged"))).to.have.length(1);
  });
});
