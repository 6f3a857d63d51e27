import { join } from "node:path";
import Database from "better-sqlite3";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { DemoWorld } from "../scripts/demo/demo-world.ts";
import { fillStore } from "./filled-store.ts";
import { ForkedProcess } from "./forked-process.ts";
import { plainTick } from "./plain-tick.ts";
import { ReadyBatches } from "./ready-batches.ts";
import { SendingClient } from "./sending-client.ts";

const BELL = join(import.meta.dirname, "../cli/main.ts");
const FIRST_PRICE = 100;
const LEVEL = 101;
/** Each symbol has so many prices, one a minute, before the one that fires: a mail shows them. */
const EARLIER = 120;
const LOOK_EVERY_MS = 50;

export interface DueMailsOptions {
  /** Where mail goes, host:port. */
  readonly smtp: string;
  /** How often mails become due, and how many then, each of another user. */
  readonly rounds: number;
  readonly mails: number;
  readonly signal: AbortSignal;
}

/** A real server, without a notifier yet, whose store is filled with mails that are due: a quote fires an alert of each of many users. */
export class DueMails {
  readonly #world: DemoWorld;
  readonly #mails: number;
  readonly #batches = new ReadyBatches();
  readonly #client: SendingClient;
  #fired = 0;

  private constructor(world: DemoWorld, mails: number) {
    this.#world = world;
    this.#mails = mails;
    this.#client = new SendingClient(this.server, world.certsFolder, this.#batches);
  }

  static async open({ smtp, rounds, mails, signal }: DueMailsOptions): Promise<DueMails> {
    const settings = { BELL_SMTP: smtp };
    const world = await DemoWorld.open({
      environment: process.env,
      settings,
      keepFolder: null,
      signal,
      print: () => undefined,
    });
    try {
      await world.bell(["certs"]);
      const alerts = Array.from({ length: rounds * mails }, (_, at) => {
        return { userId: `user-${at + 1}`, symbol: symbolOf(Math.floor(at / mails)), level: LEVEL };
      });
      const userIds = alerts.map(({ userId }) => userId);
      await fillStore(world.dataFolder, userIds, alerts);
      await world.start("server");
      const due = new DueMails(world, mails);
      for (let round = 0; round < rounds; round++) await due.#put(earlierTicks(symbolOf(round)));
      return due;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Makes the next round's mails due. */
  async fire(): Promise<void> {
    await this.#put([plainTick(symbolOf(this.#fired), LEVEL)]);
    this.#fired += 1;
    while (this.#waiting() < this.#mails) await systemClock.sleep(LOOK_EVERY_MS, this.#world.signal);
  }

  /** The server's host:port. */
  get server(): string {
    return this.#world.address("server", "grpc");
  }

  /** Starts a notifier that takes its deliveries from this server or another. */
  async startNotifier(server: string, nodeWords: readonly string[] = []): Promise<ForkedProcess> {
    const environment = { ...this.#world.environment, BELL_SERVER: server };
    const options = { words: ["notifier"], environment, nodeWords, signal: this.signal };
    return (await ForkedProcess.start(BELL, options)).process;
  }

  get certsFolder(): string {
    return this.#world.certsFolder;
  }

  /** For files of whoever measures; gone with the rest. */
  get folder(): string {
    return this.#world.dataFolder;
  }

  /** Aborts when the server dies, too. */
  get signal(): AbortSignal {
    return this.#world.signal;
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#world.close();
  }

  async #put(quotes: readonly Quote[]): Promise<void> {
    this.#batches.add([quotes]);
    await this.#client.acknowledged(this.#world.signal);
  }

  #waiting(): number {
    const db = new Database(join(this.#world.dataFolder, "tickerbell.db"), { readonly: true });
    try {
      return Number(db.prepare("SELECT count(*) FROM notifications WHERE state = 'WAITING'").pluck().get());
    } finally {
      db.close();
    }
  }
}

/** Below the level, each price with a neighbour within half a dollar. */
function earlierTicks(symbol: string): Quote[] {
  return Array.from({ length: EARLIER }, (_, at) => {
    return plainTick(symbol, FIRST_PRICE + ((at * 7) % 10) / 20, (EARLIER - at) * MINUTE_MS);
  });
}

/** A symbol for each round: its first mails take no part in the cooldown of the next ones. */
function symbolOf(round: number): string {
  return `BENCH${String.fromCharCode("A".charCodeAt(0) + round)}`;
}
