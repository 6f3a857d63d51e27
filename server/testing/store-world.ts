// For the conformance suite: a store that a test opens, fills and opens again, with a clock that stands still and ids that count.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Alert, AlertState } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import type { AmbiguityPolicy, DeliveryOutcome, NotificationState } from "../../domain/notification.ts";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog, type Log } from "../../runtime/log/log.ts";
import { above, EXAMPLE_START_MS, exampleAlert, exampleTick } from "../../test/examples.ts";
import type { AlertQuery, AlertRecord, RecordResult, Store } from "../store.ts";
import type { NotificationView, SealedDelivery } from "../notification-store.ts";
import type { UserTrigger } from "../trigger-record.ts";
import type { NewSessionRecord } from "../session-store.ts";
import type { StoredQuote } from "../stored-quote.ts";

/** What a store is opened with. */
interface OpenStoreOptions {
  /** The world's own; the same one again after a restart. */
  readonly folder: string;
  readonly clock: FakeClock;
  readonly bootId: string | null;
  readonly policy: AmbiguityPolicy;
  readonly newId: () => string;
  readonly random: () => number;
  readonly log: Log;
  /** How many alerts a commit judges; the implementation's own number unless told. */
  readonly alertsPerCommit?: number;
}

/** Opens the implementation that is tried. */
export type OpenStore = (options: OpenStoreOptions) => Promise<Store>;

/** What became of quotes, over however many commits. */
export interface Recorded {
  readonly stored: readonly StoredQuote[];
  readonly knownCount: number;
  readonly triggerCount: number;
  readonly triggers: readonly UserTrigger[];
}

/** How an attempt ends, in one word. */
export type OutcomeWord = "taken" | "notTaken" | "unsure" | "badAddress" | "badContent" | "serverTrouble";

const OUTCOMES: Readonly<Record<OutcomeWord, DeliveryOutcome>> = {
  taken: { kind: "taken", reply: "250 ok" },
  notTaken: { kind: "notTaken", reply: "451 later" },
  unsure: { kind: "unsure", reply: "gone" },
  badAddress: { kind: "refused", reply: "550 no such user", addressFault: true },
  badContent: { kind: "refused", reply: "554 spam", addressFault: false },
  serverTrouble: { kind: "serverTrouble", reply: "connect ECONNREFUSED" },
};

/** Of every user that a world makes. */
const PASSWORD_HASH = "hash";

export class StoreWorld {
  clock = new FakeClock(EXAMPLE_START_MS);
  policy: AmbiguityPolicy = "resend";
  /** How many alerts a commit judges, from the next opening on; the store's own number unless told. */
  alertsPerCommit: number | null = null;
  /** While true, the disk fails as soon as an id is asked for: whatever needs one fails in the middle of its transaction. */
  diskFails = false;
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-store-"));
  readonly log: string[] = [];
  readonly #openStore: OpenStore;
  #store: Store | null = null;
  #bootId: string | null = "boot-1";
  #ids = 0;
  #eventMs = 0;

  constructor(openStore: OpenStore) {
    this.#openStore = openStore;
  }

  get store(): Store {
    if (this.#store === null) throw new Error("the store is not open");
    return this.#store;
  }

  async open(): Promise<this> {
    this.#store = await this.#openStore({
      folder: this.folder,
      clock: this.clock,
      bootId: this.#bootId,
      policy: this.policy,
      newId: () => this.newId(),
      random: () => 0.5,
      log: createLog("test", "debug", { write: (line: string) => this.log.push(line) }),
      ...(this.alertsPerCommit === null ? {} : { alertsPerCommit: this.alertsPerCommit }),
    });
    return this;
  }

  /** The server ends and starts again. */
  async restart(): Promise<void> {
    await this.#store?.close();
    await this.open();
  }

  /** The machine starts again, `downMs` later: its monotonic clock begins anew. A null id: it cannot say which boot it is. */
  async reboot(downMs: number, bootId: string | null = `boot-${++this.#ids}`): Promise<void> {
    await this.#store?.close();
    this.clock = new FakeClock(this.clock.now() + downMs, 7_000);
    this.#bootId = bootId;
    await this.open();
  }

  async close(): Promise<void> {
    await this.#store?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  newId(): string {
    if (this.diskFails) throw Object.assign(new Error("the disk failed on purpose"), { code: "SQLITE_IOERR_READ" });
    return `id-${++this.#ids}`;
  }

  /** Registers and verifies a user; its account mail is sent and out of the way. Nothing else may be waiting to be sent. */
  async user(email = `user-${++this.#ids}@example.com`): Promise<string> {
    const codeHash = `hash of ${email}`;
    const expireTimeMs = this.clock.now() + DAY_MS;
    await this.store.users.insertRegistration({
      email,
      passwordHash: PASSWORD_HASH,
      code: "CODE",
      codeHash,
      timeZone: "UTC",
      expireTimeMs,
    });
    const mail = await this.begin();
    if (mail.toAddress !== email) throw new Error("something else was waiting: make users first");
    await this.end(mail, "taken");
    const user = await this.store.users.verifyUser(codeHash, this.newSession());
    if (user === null) throw new Error("the user could not be verified");
    return user.id;
  }

  /** A log-in that may be stored; it lasts an hour unless it is refreshed, and three at most. */
  newSession(id = this.newId(), refreshHash = this.newId()): NewSessionRecord {
    const now = this.clock.now();
    const seen = { address: "192.0.2.1", client: "bell/1" };
    return { id, refreshHash, refreshExpireTimeMs: now + HOUR_MS, lifeEndTimeMs: now + 3 * HOUR_MS, seen };
  }

  /** A log-in that is stored, of a user of this world whose password is still the first; its id. */
  async logIn(userId: string, session = this.newSession()): Promise<string> {
    const isStored = await this.store.users.insertLogIn(session, { userId, passwordHash: PASSWORD_HASH });
    if (!isStored) throw new Error("the user may not log in");
    return session.id;
  }

  /** A new alert, armed in event time of the last quote. */
  arm(userId: string, condition: Condition, changes: Partial<Alert> = {}): Promise<AlertRecord> {
    const times = { createTimeMs: this.clock.now(), updateTimeMs: this.clock.now() };
    const alert = exampleAlert(condition, { id: this.newId(), userId, ...times, ...changes });
    return this.store.alerts.insertAlert(alert, this.eventNowMs, null);
  }

  get eventNowMs(): number {
    return EXAMPLE_START_MS + this.#eventMs;
  }

  /** One commit. */
  commit(...batches: Quote[][]): Promise<RecordResult> {
    return this.store.quotes.recordQuotes(batches, judgeAlert);
  }

  /** Brings quotes until all are stored and judged. */
  async record(...quotes: Quote[]): Promise<Recorded> {
    const recorded = { stored: [] as StoredQuote[], knownCount: 0, triggerCount: 0, triggers: [] as UserTrigger[] };
    for (let waiting: readonly Quote[] = quotes, isOpen = true; isOpen;) {
      const { batches, stored, triggers, open, isTelling } = await this.commit([...waiting]);
      recorded.stored.push(...stored);
      recorded.knownCount += batches[0]?.knownCount ?? 0;
      recorded.triggerCount += triggers.length;
      recorded.triggers.push(...triggers);
      waiting = batches[0]?.deferred ?? [];
      isOpen = waiting.length > 0 || open.length > 0 || isTelling;
    }
    return recorded;
  }

  /** The next tick, a second of event time after the one before. */
  tick(price: number, changes: Partial<Quote> = {}): Promise<Recorded> {
    this.#eventMs += SECOND_MS;
    return this.record(exampleTick(this.#eventMs, price, changes));
  }

  /** A new alert of the user fires; its id. */
  async fire(userId: string, changes: Partial<Alert> = {}): Promise<string> {
    const symbol = changes.symbol ?? "AAPL";
    await this.tick(90, { symbol });
    const { alert } = await this.arm(userId, above(100), changes);
    await this.tick(101, { symbol });
    return alert.id;
  }

  /** The next delivery, which there must be. */
  async begin(): Promise<SealedDelivery> {
    const delivery = await this.tryBegin();
    if (delivery === null) throw new Error("nothing can be handed out");
    return delivery;
  }

  tryBegin(): Promise<SealedDelivery | null> {
    return this.store.notifications.beginDelivery(this.policy);
  }

  end({ notificationId, token }: SealedDelivery, word: OutcomeWord): Promise<NotificationState> {
    return this.store.notifications.endDelivery(notificationId, token, OUTCOMES[word], this.policy);
  }

  lose(...held: SealedDelivery[]): Promise<void> {
    return this.store.notifications.loseStream(held, this.policy);
  }

  sweep(): Promise<void> {
    return this.store.notifications.sweep(this.policy);
  }

  /** Every notification of a user, newest first. */
  async notifications(userId: string): Promise<readonly NotificationView[]> {
    const query = { userId, symbol: null, state: null, before: null, limit: 1_000 };
    return (await this.store.notifications.listNotifications(query)).rows;
  }

  async notification(userId: string, id: string): Promise<NotificationView> {
    return this.store.notifications.getNotification(userId, id);
  }

  async alert(userId: string, id: string): Promise<AlertRecord> {
    return this.store.alerts.getAlert(userId, id);
  }

  /** Where an alert of one symbol stands now. */
  async state(userId: string, id: string): Promise<AlertState> {
    return stateOf(await this.alert(userId, id));
  }

  /** Every alert of a user, newest first; or some of them. */
  async alerts(userId: string, query: Partial<AlertQuery> = {}): Promise<readonly AlertRecord[]> {
    return (await this.store.alerts.listAlerts({ userId, ...ALL_ALERTS, ...query })).rows;
  }
}

/** Asks for every alert of a user, of whom nobody has so many. */
export const ALL_ALERTS: Omit<AlertQuery, "userId"> = {
  symbol: null,
  state: null,
  repeat: null,
  tag: null,
  eventNowMs: 0,
  before: null,
  limit: 1_000,
};

/** Where an alert for one symbol stands; of several the first. */
export function stateOf({ states }: AlertRecord): AlertState {
  const [first] = states;
  if (first === undefined) throw new Error("the alert has no symbol");
  return first.state;
}

/** The level of an alert that has but one. */
export function levelOf({ alert: { condition } }: AlertRecord): number {
  return "level" in condition ? condition.level : NaN;
}

/** A fresh world for each test of the surrounding describe(); ask for it inside the test. */
export function eachInItsWorld(openStore: OpenStore): () => StoreWorld {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await new StoreWorld(openStore).open();
  });
  afterEach(() => world.close());
  return () => world;
}
