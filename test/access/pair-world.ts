// Three people with the same kinds of things on one server, each of whom asks for what is another's.
import Database from "better-sqlite3";
import { AlertServiceService as alerts, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { exampleTick } from "../examples.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../support/test-server.ts";
import { giveThings, type OwnedThings } from "./owned-things.ts";
import { TriggerEar } from "./trigger-ear.ts";
import { wholeAnswer, type WholeAnswer } from "./whole-answer.ts";

const PEOPLE = 3;
/** Everybody's alert listens to it. */
const SHARED = "SHARED";
/** What nobody asks so fast as this does. */
const LIMITS = { callsPerSecond: 1_000_000, callsBurst: 1_000_000 };

/** A user with one of each kind of thing. */
export interface Owner extends SignedUp {
  readonly things: OwnedThings;
  /** What no answer to anybody else may hold. */
  readonly marks: readonly string[];
  /** The alert on the shared symbol. */
  readonly sharedAlert: string;
  readonly ear: TriggerEar;
}

/** Close it after use. */
export class PairWorld {
  readonly server: TestServer;
  readonly owners: Owner[] = [];
  readonly #sender: QuoteSender;
  #db: Database.Database | null = null;
  #minute = 60;

  private constructor(server: TestServer, sender: QuoteSender) {
    this.server = server;
    this.#sender = sender;
  }

  static async open(): Promise<PairWorld> {
    const server = await startTestServer({ eventClock: "data", limits: LIMITS });
    const world = new PairWorld(server, new QuoteSender(await server.connect(QuoteServiceClient, "fetcher")));
    for (let at = 1; at <= PEOPLE; at += 1) world.owners.push(await world.#newOwner(at));
    world.#db = new Database(server.databaseFile, { readonly: true });
    await world.#price(90);
    await world.fire(); // so that everybody's lists have two pages
    return world;
  }

  /** Calls as somebody, with the session or, if `isScript`, with the access token. */
  async ask(caller: Owner, path: string, bytes: Buffer, isScript = false): Promise<WholeAnswer> {
    const token = isScript ? caller.things.scriptToken : caller.token;
    return wholeAnswer(await this.server.channel("cli"), path, bytes, bearer(token));
  }

  /** Everybody's alert fires, and everybody's watch is told of it. */
  async fire(): Promise<void> {
    const told = this.owners.map(({ ear }) => ear.next());
    await this.#price(101);
    await Promise.all(told);
    await this.#price(90); // arms them anew
  }

  /** Everything that is kept of somebody, but for when it was last used. */
  rowsOf({ userId }: Owner): string {
    const db = this.#db;
    if (db === null) throw new Error("the world is not open");
    const of = (sql: string): unknown[] => db.prepare(sql).all({ userId });
    return JSON.stringify([
      of("SELECT * FROM users WHERE id = @userId"),
      of("SELECT * FROM alerts WHERE user_id = @userId ORDER BY row"),
      of("SELECT c.* FROM alert_changes c JOIN alerts a ON a.row = c.alert WHERE a.user_id = @userId"),
      of("SELECT * FROM notifications WHERE user_id = @userId ORDER BY row"),
      of("SELECT id, refresh_hash, refresh_expire_time, end_time FROM sessions WHERE user_id = @userId"),
      of("SELECT id, token_hash, name, expire_time FROM access_tokens WHERE user_id = @userId"),
      of("SELECT * FROM cooldowns WHERE user_id = @userId"),
    ]);
  }

  async close(): Promise<void> {
    for (const { ear } of this.owners) ear.close();
    this.#sender.cancel();
    this.#db?.close();
    await this.server.close();
  }

  async #newOwner(at: number): Promise<Owner> {
    const person = await this.server.signUp();
    const things = await giveThings(this.server, person, { sender: this.#sender, at });
    const request = CreateAlertRequest.fromPartial({
      text: `${SHARED} crosses up 100`,
      alert: { repeat: Repeat.EVERY, note: `shared of ${person.email}` },
    });
    const { id } = await this.server.ask(alerts.createAlert, request, { token: person.token });
    const { scriptToken, ...ids } = things;
    const marks = [person.userId, person.email, id, scriptToken, ...Object.values(ids)];
    return { ...person, things, marks, sharedAlert: id, ear: await TriggerEar.open(this.server, person.token) };
  }

  /** A price of the shared symbol, so long after the one before that nobody's alert counts as a runaway. */
  async #price(price: number): Promise<void> {
    this.#minute += 2;
    await this.#sender.send([exampleTick(this.#minute * MINUTE_MS, price, { symbol: SHARED })]);
  }
}
