// A machine for trials of who waits for whom: a real server and real notifiers, a mail server that is slow where told, and users whose
// alerts fire when a trial says so.
import { join } from "node:path";
import { plainTick } from "../../bench/plain-tick.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { openStoreDatabase } from "../../server/sqlite/sqlite-store.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import type { BellProcess } from "./bell-process.ts";
import { DomainSink } from "./domain-sink.ts";
import { fillDatabase } from "./kill-fill.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";
import { World } from "./world.ts";

const [FIRST_PRICE, LEVEL] = [100, 101];

/** Somebody whose alert fires once, when its symbol is fired. */
export interface FairUser {
  readonly id: string;
  readonly domain: string;
  readonly symbol: string;
}

export interface FairWorldOptions {
  readonly users: readonly FairUser[];
  /** How long the mail server takes to answer for a recipient, in milliseconds. */
  readonly answerMs: (recipient: string) => number;
  /** Of each notifier. */
  readonly places: number;
}

/** Close it also when something failed. */
export class FairWorld {
  readonly sink: DomainSink;
  readonly #world: World;
  readonly #client: QuoteServiceClient;
  readonly #sender: QuoteSender;
  readonly #firedMs = new Map<string, number>();
  readonly #users: readonly FairUser[];

  private constructor(world: World, sink: DomainSink, client: QuoteServiceClient, users: readonly FairUser[]) {
    this.#world = world;
    this.sink = sink;
    this.#client = client;
    this.#sender = new QuoteSender(client);
    this.#users = users;
  }

  /** The server runs and knows a price of every symbol; no notifier does yet. */
  static async open({ users, answerMs, places }: FairWorldOptions): Promise<FairWorld> {
    const sink = new DomainSink(answerMs);
    const world = await World.open({ BELL_SMTP: await sink.open(), BELL_NOTIFIER_PLACES: String(places) });
    try {
      await fill(join(world.dataFolder, "tickerbell.db"), users);
      await world.start("server");
      const credentials = channelCredentials(uncheckedFiles(await filesOfRole("fetcher")));
      const client = new QuoteServiceClient(world.known.get("server")?.["grpc"] ?? "", credentials, channelOptions);
      const opened = new FairWorld(world, sink, client, users);
      for (const symbol of new Set(users.map((user) => user.symbol))) await opened.#put(symbol, FIRST_PRICE);
      return opened;
    } catch (error) {
      await world.close();
      await sink.close();
      throw error;
    }
  }

  get databaseFile(): string {
    return join(this.#world.dataFolder, "tickerbell.db");
  }

  startNotifier(): Promise<BellProcess> {
    return this.#world.start("notifier");
  }

  /** Every alert on the symbol fires now. */
  async fire(symbol: string): Promise<void> {
    this.#firedMs.set(symbol, systemClock.now());
    await this.#put(symbol, LEVEL);
  }

  /** From the firing until the mail server took the mail, of all users that a test picks; infinite for those without a mail. Sorted. */
  waitsMs(picks: (user: FairUser) => boolean): number[] {
    const takenMs = new Map(this.sink.mails.toReversed().map((mail) => [mail.recipient, mail.takenMs]));
    const waits = this.#users
      .filter(picks)
      .map(({ id, domain, symbol }) => (takenMs.get(`${id}@${domain}`) ?? Infinity) - (this.#firedMs.get(symbol) ?? 0));
    return waits.toSorted((a, b) => a - b);
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#world.close();
    await this.sink.close();
  }

  async #put(symbol: string, price: number): Promise<void> {
    await this.#sender.send([plainTick(symbol, price)]);
  }
}

async function fill(file: string, users: readonly FairUser[]): Promise<void> {
  const alerts = users.map(({ id: userId, symbol }) => ({ userId, symbol, level: LEVEL, repeat: "once" as const }));
  const userIds = users.map(({ id }) => id);
  await fillDatabase(file, userIds, alerts);
  const database = openStoreDatabase(file);
  const { db } = database;
  const move = db.prepare("UPDATE users SET email = @email, email_key = @email WHERE id = @id");
  db.transaction(() => users.forEach(({ id, domain }) => move.run({ id, email: `${id}@${domain}` })))();
  database.close();
}
