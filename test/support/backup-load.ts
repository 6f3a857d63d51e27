// Backups of a real server while quotes stream in: each must be sound and hold every quote acknowledged before it was asked for.
import Database from "better-sqlite3";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { OperatorServiceClient } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { BackUpEnd, BackUpResponse } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { exampleTick } from "../examples.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

const BATCH = 20;

/** A server under load. Close it in the end. */
export class BackupLoad {
  readonly server: TestServer;
  readonly #sender: QuoteSender;
  readonly #operator: OperatorServiceClient;
  /** How many quotes were acknowledged; they are numbered from 1. */
  acknowledged = 0;
  #stopped = false;
  readonly #sending: Promise<void>;

  private constructor(server: TestServer, fetcher: QuoteServiceClient, operator: OperatorServiceClient) {
    this.server = server;
    this.#sender = new QuoteSender(fetcher);
    this.#operator = operator;
    this.#sending = this.#sendOn();
  }

  static async start(limits: Partial<Limits> = {}): Promise<BackupLoad> {
    const server = await startTestServer({ eventClock: "data", limits });
    const [fetcher, operator] = await Promise.all([
      server.connect(QuoteServiceClient, "fetcher"),
      server.connect(OperatorServiceClient, "operator"),
    ]);
    return new BackupLoad(server, fetcher, operator);
  }

  /** Takes a backup and looks at it: what is wrong with it, or null. */
  async fault(): Promise<string | null> {
    const before = this.acknowledged;
    const file = join(this.server.folder, "taken");
    const end = await this.take(file);
    const db = new Database(file, { readonly: true });
    try {
      const found = String(db.pragma("integrity_check", { simple: true }));
      if (found !== "ok") return `a backup is damaged: ${found}`;
      const count = db.prepare("SELECT count(*) FROM quotes WHERE volume <= ?").pluck().get(before);
      if (count !== before) return `of ${before} quotes acknowledged before, the backup holds ${String(count)}`;
      const bytes = Number(db.pragma("page_count", { simple: true })) * 4_096;
      return bytes === end.sizeBytes ? null : `the backup has ${bytes} bytes, and ${end.sizeBytes} were announced`;
    } finally {
      db.close();
      rmSync(file);
    }
  }

  /** Writes a backup to a file; what the server said of it last. */
  async take(file: string): Promise<BackUpEnd> {
    const descriptor = openSync(file, "w");
    try {
      for await (const { part } of this.#operator.backUp({}) as AsyncIterable<BackUpResponse>) {
        if (part?.$case === "end") return part.value;
        if (part !== undefined) writeSync(descriptor, part.value);
      }
    } finally {
      closeSync(descriptor);
    }
    throw new Error("a backup had no end");
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#sending;
    this.#sender.cancel();
    await this.server.close();
  }

  /** A quote's volume is its number. */
  async #sendOn(): Promise<void> {
    while (!this.#stopped) {
      const first = this.acknowledged + 1;
      const quotes = Array.from({ length: BATCH }, (_, at) =>
        exampleTick((first + at) * 10, 100 + (at % 7), { volume: first + at }),
      );
      await this.#sender.send(quotes);
      this.acknowledged += BATCH;
    }
  }
}
