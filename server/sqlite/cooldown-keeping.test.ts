import Database from "better-sqlite3";
import { expect } from "chai";
import fc from "fast-check";
import { join } from "node:path";
import { DRIFT_MS, isOpen, takeCooldown, type Instant } from "../../domain/notifying/cooldown.ts";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { createLog } from "../../runtime/log/log.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import { CooldownKeeping } from "./cooldown-keeping.ts";
import { PairStore } from "./pair-store.ts";
import { StoreCondition } from "./store-condition.ts";
import { Transactions } from "./transactions.ts";

/** One user's cooldown for one symbol, on a machine whose wall clock is set and which is started anew, in memory. */
class KeptCooldown {
  /** True time since the beginning, and what of it had passed when the machine was started. */
  trueMs = 0;
  #bootMs = -HOUR_MS;
  #stepsMs = EXAMPLE_START_MS;
  #boots = 0;
  readonly #db = migrated();
  readonly #pairs = new PairStore(this.#db);
  #keeping = new CooldownKeeping(this.#db, this.#pairs);

  constructor() {
    this.#db
      .prepare(
        "INSERT INTO users (id, email, email_key, password_hash, strikes, create_time) VALUES ('ann', 'a@b', 'a@b', 'hash', 0, 0)",
      )
      .run();
    this.#carryOver();
  }

  get now(): Instant {
    return { wallMs: this.trueMs + this.#stepsMs, monoMs: this.trueMs - this.#bootMs };
  }

  get kept() {
    return this.#pairs.cooldown("ann", "AAPL");
  }

  /** A mail was taken just now. */
  take(): void {
    const { openMono, openWall } = takeCooldown(this.now);
    this.#db.prepare("INSERT OR REPLACE INTO cooldowns VALUES ('ann', 'AAPL', ?, ?)").run(openMono, openWall);
  }

  step(ms: number): void {
    this.#stepsMs += ms;
  }

  /** What is done before every transaction. */
  keepInStep(): void {
    this.#keeping.keepInStep(this.now);
  }

  reboot(): void {
    this.#bootMs = this.trueMs;
    this.#boots += 1;
    this.#keeping = new CooldownKeeping(this.#db, this.#pairs);
    this.#carryOver();
  }

  close(): void {
    this.#db.close();
  }

  #carryOver(): void {
    const sleep = () => Promise.resolve();
    const clock = { now: () => this.now.wallMs, monotonic: () => this.now.monoMs, sleep };
    const condition = new StoreCondition(clock, createLog("test", "silent"));
    const transactions = new Transactions(this.#db, clock, { file: ":memory:", condition });
    this.#keeping.carryOver(transactions, `boot-${this.#boots}`, "resend");
  }
}

function migrated(): Database.Database {
  const db = new Database(":memory:");
  migrate(db, join(import.meta.dirname, "migrations"));
  return db;
}

describe("CooldownKeeping", () => {
  let machine: KeptCooldown;
  beforeEach(() => (machine = new KeptCooldown()));
  afterEach(() => machine.close());

  it("leaves the wall end alone within a second of drift, and writes it anew beyond it", () => {
    machine.take();
    const taken = machine.kept!;
    machine.step(-DRIFT_MS);
    machine.keepInStep();
    expect(machine.kept).to.deep.equal(taken);
    machine.step(-1);
    machine.keepInStep();
    expect(machine.kept).to.deep.equal({ openMono: taken.openMono, openWall: taken.openWall - DRIFT_MS - 1 });
  });

  it("lets a suspended machine's cooldown stand still: what the wall clock slept through is added", () => {
    machine.take();
    machine.step(3 * HOUR_MS);
    machine.keepInStep();
    expect(machine.kept?.openWall).to.equal(machine.now.wallMs + HOUR_MS);
    machine.reboot();
    expect(machine.kept?.openMono).to.equal(machine.now.monoMs + HOUR_MS);
  });

  // Steps within DRIFT_MS are not written down, so a reboot may shorten the hour by that much; these are larger, either way.
  const stepMs = fc.integer({ min: 2 * DRIFT_MS, max: DAY_MS + HOUR_MS });
  const event = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.integer({ min: 1, max: HOUR_MS / 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("step"), ms: stepMs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("step"), ms: stepMs.map((ms) => -ms) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reboot"), ms: fc.constant(0) }) },
  );

  it("never lets two mails go within the hour, and is never silent for longer, whoever sets the clock of a running server", () => {
    const play = (events: readonly { kind: string; ms: number }[], at: KeptCooldown) => {
      let lastMailMs = -HOUR_MS;
      for (const { kind, ms } of events) {
        if (kind === "pass") at.trueMs += ms;
        if (kind === "step") at.step(ms);
        at.keepInStep();
        if (kind === "reboot") at.reboot();
        expect(isOpen(at.kept, at.now)).to.equal(at.trueMs - lastMailMs >= HOUR_MS);
        if (!isOpen(at.kept, at.now)) continue;
        lastMailMs = at.trueMs;
        at.take();
      }
    };
    const inItsWorld = (events: readonly { kind: string; ms: number }[]) => {
      const at = new KeptCooldown();
      try {
        play(events, at);
      } finally {
        at.close();
      }
    };
    fc.assert(fc.property(fc.array(event, { maxLength: 200 }), inItsWorld), { numRuns: 100 });
  });
});
