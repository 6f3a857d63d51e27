// Weeks of a simulated world, played in minutes: prices, owners, two notifiers, a mail server of many moods, and a server that is started
// anew again and again. What happened is handed to the judge (hour-oracle.ts).
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { AmbiguityPolicy, NotificationState } from "../../domain/notification.ts";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { createLog } from "../../runtime/log/log.ts";
import type { NotificationView } from "../../server/notification-store.ts";
import { randomFrom, type Random } from "../random-history.ts";
import { Happenings } from "./happenings.ts";
import type { HourEvidence } from "./hour-oracle.ts";
import { HourNotifier } from "./hour-notifier.ts";
import { HourServer } from "./hour-server.ts";
import { Machine } from "./machine.ts";
import { MailWeather, type Mood } from "./mail-weather.ts";
import { Market } from "./market.ts";
import { MemoryCall } from "./memory-call.ts";
import { signUp } from "./sign-up.ts";
import { SinkRecord } from "./sink-record.ts";
import { drawWish, type Wish } from "./wishes.ts";

/** Both zones with the most exchanges set their clocks back in the three weeks from here. */
const START_MS = Date.UTC(2026, 9, 19, 6);
const PLACES = 4;
const NOTIFIERS = 2;
/** Whatever fired last has ended by then: a notification lives for a day from when it is due. */
const DRAIN_MS = DAY_MS + 4 * HOUR_MS;
const PAGE = 1_000;
/** No power fails here, and a commit need not wait for a disk. */
const MEMORY = "/dev/shm";

export interface HourWorldOptions {
  readonly seed: number;
  readonly policy: AmbiguityPolicy;
  readonly users: number;
  readonly symbols: number;
  /** Of each symbol, on the average. */
  readonly tickEveryMs: number;
  /** So many users have wishes, and change them; nobody unless told. */
  readonly wishers?: number;
  /** Of the mail server; all of them unless told. */
  readonly moods?: readonly Mood[];
  /** How fast the server's clock runs; 1 unless the oracle is tried. */
  readonly clockRate?: number;
  /** Changes what reaches the mail server; nothing unless the oracle is tried. */
  readonly spoil?: (bytes: Buffer, isRepeat: boolean) => Buffer;
  /** Swallows one price in so many; none unless the oracle is tried. */
  readonly swallowEvery?: number;
}

export class HourWorld {
  readonly machine = new Machine(START_MS);
  readonly weather: MailWeather;
  readonly market: Market;
  /** How often what was done. */
  readonly counts = { ticks: 0, restarts: 0, kills: 0, notifierRestarts: 0, breaks: 0, steps: 0, boots: 0, wishes: 0 };
  readonly #folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "tickerbell-hour-"));
  readonly #options: HourWorldOptions;
  readonly #random: Random;
  readonly #symbols: readonly string[];
  readonly #sink: SinkRecord;
  readonly #addresses = new Map<string, string>();
  readonly #notifiers: HourNotifier[] = [];
  /** When each was first seen to be EXPIRED, by true time. */
  readonly #expired = new Map<string, TimeMs>();
  readonly #wishes: Wish[] = [];
  readonly #happenings: Happenings;
  #server: HourServer | null = null;
  #ids = 0;

  constructor(options: HourWorldOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed);
    this.#happenings = new Happenings(this.machine, this.#random);
    this.weather = new MailWeather(randomFrom(options.seed + 1), options.moods);
    this.#symbols = Array.from({ length: options.symbols }, (_, at) => `HOUR${String.fromCharCode(65 + at)}`);
    this.market = new Market(this.#symbols, randomFrom(options.seed + 2));
    this.#sink = new SinkRecord(this.#symbols, options.spoil);
  }

  /** Users, their alerts, and everything that happens to them from now on. */
  async open(): Promise<this> {
    const { users, tickEveryMs, policy, wishers = 0 } = this.#options;
    this.#openServer();
    for (let at = 0; at < users; at += 1) {
      const email = `user-${at}@example.com`;
      this.#addresses.set(await signUp(this.#store, email, { now: this.machine.wallMs, policy }), email);
    }
    for (const symbol of this.#symbols) await this.#submit(this.market.stand(symbol, this.machine.trueMs));
    for (const userId of this.#addresses.keys()) {
      for (const symbol of this.#symbols) for (let times = 0; times < 2; times += 1) await this.#arm(userId, symbol);
    }
    for (let at = 0; at < NOTIFIERS; at += 1) this.#notifiers.push(this.#notifier());
    for (const symbol of this.#symbols) this.#happenings.often(2 * tickEveryMs, () => this.#tick(symbol));
    this.#happenings.often(20 * MINUTE_MS, () => this.#turnOver());
    if (wishers > 0) this.#happenings.often((12 * HOUR_MS) / wishers, () => this.#wish(this.#random(wishers)));
    this.#happenings.often(40 * MINUTE_MS, () => this.#breakCalls());
    this.#happenings.often(HOUR_MS, () => this.#restartNotifier());
    this.#happenings.every(5 * MINUTE_MS, () => this.#restart());
    this.#happenings.every(HOUR_MS, () => this.#noteExpired());
    return this;
  }

  /** Lets so much time pass, with all that happens in it. */
  run(ms: number): Promise<void> {
    return this.#happenings.run(ms);
  }

  /** Nothing more fires, the mail server is well, and time passes until everything has ended, or must have. */
  async drain(): Promise<void> {
    this.#happenings.stop();
    this.weather.clear();
    this.#happenings.every(HOUR_MS, () => this.#noteExpired());
    for (let passedMs = 0; passedMs < DRAIN_MS && (await this.#hasOpen()); passedMs += HOUR_MS) await this.run(HOUR_MS);
  }

  /** Somebody sets the wall clock; sometimes while the server is not there to see it. */
  async setWall(wallMs: TimeMs): Promise<void> {
    this.counts.steps += 1;
    if (this.#random(4) > 0) this.machine.setWall(wallMs);
    else await this.#restart(() => this.machine.setWall(wallMs));
  }

  /** The machine goes down and comes up again, its wall clock then showing what it shows. */
  async reboot(downMs: number, wallMs: TimeMs): Promise<void> {
    this.counts.boots += 1;
    this.#server?.kill();
    this.#server = null;
    for (const notifier of this.#notifiers) notifier.kill();
    await this.machine.runUntil(this.machine.trueMs + downMs);
    this.machine.setWall(wallMs + downMs);
    this.machine.reboot();
    this.#openServer();
    for (const at of this.#notifiers.keys()) this.#notifiers[at] = this.#notifier();
  }

  /** All that there is to judge by. */
  async evidence(): Promise<HourEvidence> {
    const notifications = new Map<string, readonly NotificationView[]>();
    for (const userId of this.#addresses.keys()) notifications.set(userId, await this.#notificationsOf(userId));
    const { policy } = this.#options;
    const { attempts } = this.#sink;
    const { expected } = this.market;
    const [addresses, expired, wishes] = [this.#addresses, this.#expired, this.#wishes];
    return { policy, expected, attempts, notifications, addresses, expired, wishes };
  }

  async close(): Promise<void> {
    for (const notifier of this.#notifiers) notifier.kill();
    await this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #store() {
    if (this.#server === null) throw new Error("the server is not there");
    return this.#server.store;
  }

  #openServer(): void {
    const { policy, clockRate = 1 } = this.#options;
    this.#server = HourServer.open({
      file: join(this.#folder, "tickerbell.db"),
      machine: this.machine,
      policy,
      clockRate,
      random: () => this.#random(1_000) / 1_000,
      newId: () => `id-${++this.#ids}`,
      log: createLog("hour", "silent"),
    });
  }

  #notifier(): HourNotifier {
    const { machine, weather } = this;
    const call = (): MemoryCall => this.#server?.call() ?? new MemoryCall(null);
    return new HourNotifier({ machine, weather, sink: this.#sink, random: this.#random, call, places: PLACES });
  }

  async #arm(userId: string, symbol: string): Promise<void> {
    const alert = this.market.watch(userId, symbol, this.machine.wallMs);
    await this.#store.alerts.insertAlert(alert, this.machine.trueMs, null);
  }

  async #tick(symbol: string): Promise<void> {
    this.counts.ticks += 1;
    const { swallowEvery = 0 } = this.#options;
    const quote = this.market.move(symbol, this.machine.trueMs);
    if (swallowEvery === 0 || this.counts.ticks % swallowEvery !== 0) await this.#submit(quote);
  }

  async #submit(quote: Quote): Promise<void> {
    await this.#server?.submit([quote], new AbortController().signal);
  }

  /** Owners delete alerts and write others. */
  async #turnOver(): Promise<void> {
    const symbol = this.#oneOf(this.#symbols);
    const gone = this.market.drop(symbol, this.machine.trueMs);
    if (gone === null) return;
    await this.#store.alerts.deleteAlerts(gone.userId, [gone.alertId], () => undefined);
    await this.#arm(gone.userId, symbol);
  }

  async #wish(at: number): Promise<void> {
    const userId = [...this.#addresses.keys()][at] ?? "";
    const wish = drawWish(userId, this.machine.trueMs, this.#random);
    this.counts.wishes += 1;
    this.#wishes.push(wish);
    await this.#store.users.updateUser(userId, { timeZone: wish.timeZone, mailSettings: wish.settings });
  }

  /** The server ends, one time in good order, another time killed amid whatever it does; it is back within seconds. */
  async #restart(whileAway: () => void = () => undefined): Promise<void> {
    this.counts.restarts += 1;
    const server = this.#server;
    if (server === null) return;
    const isKilled = this.#random(2) === 0;
    if (isKilled) await this.#killAmidWork(server);
    else await server.close();
    this.#server = null;
    whileAway();
    if (this.#random(2) === 0) await this.machine.runUntil(this.machine.trueMs + this.#random(20) * SECOND_MS);
    this.#openServer();
    if (this.#unacknowledged !== null) await this.#submit(this.#unacknowledged);
    this.#unacknowledged = null;
  }

  /** What the fetcher keeps, since nobody told it that it arrived. */
  #unacknowledged: Quote | null = null;

  async #killAmidWork(server: HourServer): Promise<void> {
    this.counts.kills += 1;
    this.counts.ticks += 1;
    const quote = this.market.move(this.#oneOf(this.#symbols), this.machine.trueMs);
    this.#unacknowledged = quote;
    void server.submit([quote], new AbortController().signal).catch(() => undefined); // nobody is left to hear of it
    for (let turns = this.#random(12); turns > 0; turns -= 1) await nextTurn();
    server.kill();
  }

  async #restartNotifier(): Promise<void> {
    this.counts.notifierRestarts += 1;
    const at = this.#random(this.#notifiers.length);
    const notifier = this.#notifiers[at];
    if (this.#random(2) === 0) notifier?.kill();
    else void notifier?.close();
    this.#notifiers[at] = this.#notifier();
    await nextTurn();
  }

  async #breakCalls(): Promise<void> {
    this.counts.breaks += 1;
    this.#server?.breakCalls();
    await nextTurn();
  }

  async #hasOpen(): Promise<boolean> {
    const { dueCount, heldCount, sealedCount } = await this.#store.notifications.countMail();
    return dueCount + heldCount + sealedCount > 0;
  }

  async #noteExpired(): Promise<void> {
    for (const userId of this.#addresses.keys()) {
      for (const { id } of await this.#notificationsOf(userId, "EXPIRED")) {
        if (!this.#expired.has(id)) this.#expired.set(id, this.machine.trueMs);
      }
    }
  }

  #oneOf(symbols: readonly string[]): string {
    return symbols[this.#random(symbols.length)] ?? "";
  }

  async #notificationsOf(userId: string, state: NotificationState | null = null): Promise<NotificationView[]> {
    const views: NotificationView[] = [];
    for (let before: number | null = null; ;) {
      const query = { userId, symbol: null, state, before, limit: PAGE };
      const page = await this.#store.notifications.listNotifications(query);
      views.push(...page.rows);
      if (page.next === null) return views;
      before = page.next;
    }
  }
}
