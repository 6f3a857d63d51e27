// A machine for trials that kill: real server, notifier and fetcher on one database, with a mail server and prices of the trial's own.
import Database from "better-sqlite3";
import { join } from "node:path";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { serverConfig } from "../../server/config.ts";
import { startServer } from "../../server/start-server.ts";
import type { BellProcess, Ended } from "./bell-process.ts";
import { eventually } from "./eventually.ts";
import { readDatabase, type Evidence } from "./kill-evidence.ts";
import { FetcherFeed, StormFeed, type KillFeed } from "./kill-feed.ts";
import { fillDatabase } from "./kill-fill.ts";
import { KillMarket } from "./kill-market.ts";
import { RecordingSink } from "./recording-sink.ts";
import { World } from "./world.ts";

/** What can be killed. */
export type Victim = "server" | "notifier" | "fetcher";

/** A notifier sends so many mails at the same time. */
const PLACES = 8;
/** How long the mail server takes for a mail, and the price service for an answer, in milliseconds. */
const [MAIL_LEAST_MS, MAIL_MOST_MS] = [20, 80];
const [ANSWER_LEAST_MS, ANSWER_MOST_MS] = [60, 160];
/** More than this is too late for a mail anyway. */
const MOST_HOURS = 20;

/** How many mails are handed out and not ended. */
const LEASES = "SELECT count(*) FROM notifications WHERE lease_end_mono IS NOT NULL";

/** The time of the newest quote that is stored; prices come in the order of their times. */
const NEWEST = "SELECT max(quote_time) FROM series";

export interface KillWorldOptions {
  /** For how many kills there are to be alerts. */
  readonly kills: number;
  /** Whether prices come from a real fetcher or from a storm of streams. */
  readonly prices: "fetcher" | "storm";
  /** So many symbols beside those with alerts: a fetcher that asks once a second brings as many quotes more. */
  readonly fillers: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** `resend` unless told. */
  readonly policy?: AmbiguityPolicy;
}

/** Close it also when something failed. */
export class KillWorld {
  readonly market: KillMarket;
  readonly sink: RecordingSink;
  /** When something was killed, in milliseconds since the epoch. */
  readonly killTimesMs: number[] = [];
  readonly #world: World;
  readonly #running = new Map<Victim, BellProcess>();
  readonly #endings: (() => unknown)[] = [];
  #feed: KillFeed | null = null;
  /** A second notifier; the two are killed in turn. */
  #spare: BellProcess | null = null;
  #leasesAtKills = 0;

  private constructor(world: World, sink: RecordingSink, market: KillMarket) {
    this.#world = world;
    this.sink = sink;
    this.market = market;
    this.#endings.push(
      () => world.close(),
      () => sink.close(),
    );
  }

  /** Everything runs, and the first mail has come. */
  static async open({ kills, prices, fillers, random, policy = "resend" }: KillWorldOptions): Promise<KillWorld> {
    const between = (least: number, most: number) => () => least + random() * (most - least);
    const sink = new RecordingSink({ delayMs: between(MAIL_LEAST_MS, MAIL_MOST_MS) });
    const world = await World.open({
      BELL_SMTP: await sink.open(),
      BELL_NOTIFIER_PLACES: String(PLACES),
      BELL_AMBIGUOUS_DELIVERY: policy,
    });
    const opened = new KillWorld(world, sink, new KillMarket(kills, fillers));
    try {
      await opened.#begin(prices, between(ANSWER_LEAST_MS, ANSWER_MOST_MS));
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  get feed(): KillFeed {
    if (this.#feed === null) throw new Error("there are no prices yet");
    return this.#feed;
  }

  /** How many mails were handed out and not ended at the moments of all kills. */
  get leasesAtKills(): number {
    return this.#leasesAtKills;
  }

  /** How many mails were handed out by then, in milliseconds since the epoch, and neither ended nor were handed out again. */
  stuckSince(timeMs: number): number {
    return this.#number(
      `SELECT count(*) FROM notifications JOIN delivery_attempts AS attempt ON attempt.notification_id = notifications.id
         AND attempt.token = notifications.token
       WHERE attempt.begin_time <= ${timeMs} AND state IN ('SENDING', 'UNSURE', 'WAITING')`,
    );
  }

  /** host:port of the server. */
  get address(): string {
    return this.#world.known.get("server")?.["grpc"] ?? "";
  }

  /** The newest code that waits to be mailed, or was. */
  mailedCode(): string {
    return String(this.#query("SELECT code FROM notifications WHERE code IS NOT NULL ORDER BY row DESC LIMIT 1"));
  }

  get databaseFile(): string {
    return join(this.#world.dataFolder, "tickerbell.db");
  }

  /** The running process. */
  process(name: Victim): BellProcess {
    const running = this.#running.get(name);
    if (running === undefined) throw new Error(`no ${name} runs`);
    return running;
  }

  /** Starts it where it was. */
  async start(name: Victim): Promise<void> {
    const started =
      name === "fetcher" && this.#feed instanceof FetcherFeed
        ? await this.#feed.start()
        : await this.#world.start(name);
    const isSpare = name === "notifier" && this.#spare !== null;
    this.#running.set(name, isSpare ? this.#spare! : started);
    if (isSpare) this.#spare = started;
  }

  /** Starts a notifier beside the other. */
  async startSpare(): Promise<void> {
    this.#spare = await this.#world.start("notifier");
  }

  /** What each process said last. */
  lastWords(): string {
    return [...this.#running].map(([name, { lines }]) => `${name}: ${lines.slice(-5).join("\n")}`).join("\n");
  }

  /** Ends them at once with no chance to tidy up; whether any was in the middle of something. */
  async kill(...names: readonly Victim[]): Promise<boolean> {
    // Only of a living server: the next one is to find the database as a dead one left it.
    const [leases, newestMs] = this.#running.has("server") ? [this.#number(LEASES), this.#number(NEWEST)] : [0, 0];
    const isServerBusy = names.includes("server") && (this.feed.inFlight > 0 || this.sink.underWay > 0);
    const killed = names.map((name) => this.process(name).kill());
    this.killTimesMs.push(this.sink.now());
    await Promise.all(killed);
    for (const name of names) this.#running.delete(name);
    this.#leasesAtKills += leases;
    const isSpooled =
      names.includes("fetcher") && this.#feed instanceof FetcherFeed && this.#feed.noteKilled(newestMs) > 0;
    return isServerBusy || isSpooled || (names.includes("notifier") && leases > 0);
  }

  /** Asks it to end, and waits. */
  async terminate(name: Victim): Promise<Ended> {
    const ended = await this.process(name).stop();
    this.#running.delete(name);
    if (name === "fetcher" && this.#feed instanceof FetcherFeed) this.#feed.noteKilled(0);
    return ended;
  }

  /** Everything is taken in and every notification ended, some hours later; then all processes end, and what is left is read. */
  async settle(): Promise<Evidence> {
    await this.feed.stop();
    await this.process("server").stop();
    await this.#letHoursPass();
    await this.process("notifier").stop();
    await this.#spare?.stop();
    const { owed: acknowledged, sent } = this.feed;
    const { killTimesMs, sink } = this;
    return { acknowledged, sent, ...readDatabase(this.databaseFile), mails: sink.mails, killTimesMs };
  }

  async close(): Promise<void> {
    for (const end of this.#endings.toReversed()) await end();
  }

  async #begin(prices: "fetcher" | "storm", answerMs: () => number): Promise<void> {
    await fillDatabase(this.databaseFile, this.market.userIds, this.market.alerts);
    await this.start("server");
    await Promise.all([this.start("notifier"), this.#beginFeed(prices, answerMs)]);
    await eventually(
      () =>
        `every symbol's first price (${this.#symbols()}; ${this.feed.complaints[0] ?? ""}; ${this.process("server").lines.slice(-3).join()})`,
      () => this.#symbols() === this.market.symbols.length,
    );
    this.market.begin();
    await eventually("the first mail", () => this.sink.mails.length > 0);
  }

  async #beginFeed(prices: "fetcher" | "storm", answerMs: () => number): Promise<void> {
    const feed =
      prices === "storm"
        ? await StormFeed.start(this.address, this.market)
        : await FetcherFeed.open(this.#world, this.address, this.market, answerMs);
    this.#feed = feed;
    this.#endings.push(() => feed.close());
    if (prices === "fetcher") await this.start("fetcher");
  }

  /** The same database and port, with clocks an hour ahead: cooldowns and leases of the storm are over. */
  async #letHoursPass(): Promise<void> {
    const ahead = HOUR_MS + MINUTE_MS;
    const config = serverConfig({ ...this.#world.environment, BELL_LISTEN: this.address });
    const clock = new FakeClock(systemClock.now() + ahead, systemClock.monotonic() + ahead);
    this.sink.now = () => clock.now();
    const notifier = this.process("notifier");
    // One that comes back before it has missed the server does not say so.
    const report = (): string | undefined =>
      notifier.lines.findLast((line) => /connect(ed|ion) to the server/.test(line));
    await eventually("the notifier misses the server", () => report()?.includes("no connection") === true);
    const said = notifier.lines.length;
    const server = await startServer(config, { clock, log: createLog("server", "silent") });
    this.#endings.push(() => server.close());
    await notifier.line(/connected to the server/, said);
    let hours = 1;
    const hasEnded = (): boolean => {
      const isQuiet = clock.sleeping > 0 && this.#count("'SENDING'") === 0;
      if (isQuiet && this.#count("'WAITING', 'UNSURE'") === 0) return true;
      // A minute for what is unsure; an hour for what waits for a cooldown taken just now.
      if (isQuiet && this.sink.underWay === 0 && hours < MOST_HOURS) {
        clock.advance(HOUR_MS);
        hours += 1;
      }
      return false;
    };
    // What has not ended by then is a finding.
    await eventually("every notification has ended", hasEnded, 60 * SECOND_MS).catch(() => undefined);
    await server.close();
  }

  #count(states: string): number {
    return this.#number(`SELECT count(*) FROM notifications WHERE state IN (${states})`);
  }

  #symbols(): number {
    return this.#number("SELECT count(DISTINCT symbol) FROM series");
  }

  #number(sql: string): number {
    return Number(this.#query(sql));
  }

  /** On a connection of its own, closed at once: one that stays would spare the next server its recovery. Only while a server runs. */
  #query(sql: string): unknown {
    const db = new Database(this.databaseFile, { readonly: true });
    try {
      return db.prepare(sql).pluck().get();
    } finally {
      db.close();
    }
  }
}
