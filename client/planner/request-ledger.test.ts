import Database from "better-sqlite3";
import { expect } from "chai";
import fc from "fast-check";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import type { Grant, Plan } from "../rate-limiter.ts";
import { OPENING_MS } from "../testing/make-quote.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { openRequests, type Requests } from "./open-requests.ts";

const never = new AbortController().signal;
const KEY = "KEYABCDEF0123456";

interface Starting {
  readonly key?: string;
  readonly plan?: Plan;
  readonly name?: string;
  readonly log?: RecordedLog;
}

describe("a key's requests on disk", () => {
  let folder: string;
  let clock: FakeClock;
  const open: Requests[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-requests-"));
    clock = new FakeClock(OPENING_MS);
  });
  afterEach(() => {
    for (const requests of open.splice(0)) requests.close();
    rmSync(folder, { recursive: true });
  });

  const fileOf = (name: string) => join(folder, `${name}.db`);
  const boot = { bootId: "boot", sinceBootMs: () => clock.monotonic() };

  function start({ key = KEY, plan = "free", name = "requests", log = new RecordedLog() }: Starting = {}): Requests {
    const file = fileOf(name);
    const requests = openRequests({ file, key, plan, clock, boot, log, random: () => 0 });
    const isOpen = { now: true };
    const close = (): void => {
      if (isOpen.now) requests.close();
      isOpen.now = false;
    };
    open.push({ ...requests, close });
    return { ...requests, close };
  }

  /** Asks one after the other, as fast as it may; how often leave was given. */
  async function drain({ limiter }: Requests, times: number): Promise<number> {
    let granted = 0;
    for (let time = 0; time < times; time += 1) {
      clock.advance(2 * SECOND_MS);
      if ((await limiter.acquire(never)).granted) granted += 1;
    }
    return granted;
  }

  it("knows 25 requests however often it is closed and opened again", async () => {
    let granted = 0;
    for (let life = 0; life < 12; life += 1) {
      const requests = start();
      granted += await drain(requests, 3);
      requests.close();
    }
    expect(granted).to.equal(25);
  });

  it("has each request on disk before leave is given: a process killed right then has asked", async () => {
    const requests = start();
    for (let count = 1; count <= 3; count += 1) {
      clock.advance(2 * SECOND_MS);
      await requests.limiter.acquire(never);
      for (const part of ["", "-wal"]) cpSync(fileOf("requests") + part, fileOf(`copy-${count}`) + part);
      const copy = start({ name: `copy-${count}` });
      expect(copy.limiter.state.day?.times).to.have.length(count);
      copy.close();
    }
  });

  it("lets the next one go a day after the first, in true time, whatever the wall clock says", async () => {
    const first = start();
    expect(await drain(first, 30)).to.equal(25);
    clock.step(-365 * DAY_MS);
    first.close();
    const second = start();
    expect(await drain(second, 1)).to.equal(0);
    clock.step(367 * DAY_MS);
    second.close();
    const third = start();
    expect(await drain(third, 1)).to.equal(0);
    clock.advance(DAY_MS);
    expect(await drain(third, 30)).to.equal(25);
  });

  it("never gives more than 25 in any 24 hours, over any restarts and steps of the clock", async () => {
    const move = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const), ms: fc.integer({ min: 1, max: 9 }) }) },
      fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 14 * HOUR_MS }) }),
      fc.record({ kind: fc.constant("step" as const), ms: fc.integer({ min: -9 * DAY_MS, max: 9 * DAY_MS }) }),
      fc.record({ kind: fc.constant("restart" as const), ms: fc.constant(0) }),
    );
    let run = 0;
    const property = fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 25 }), async (moves) => {
      const name = `run-${(run += 1)}`;
      let requests = start({ name });
      const times: number[] = [];
      for (const { kind, ms } of moves) {
        if (kind === "pass") clock.advance(ms);
        if (kind === "step") clock.step(ms);
        if (kind === "restart") requests.close();
        if (kind === "restart") requests = start({ name });
        for (let time = 0; kind === "ask" && time < ms; time += 1) {
          if ((await drain(requests, 1)) === 1) times.push(clock.monotonic());
        }
      }
      requests.close();
      for (const [at, time] of times.entries()) {
        const earlier = times[at - 25];
        if (earlier !== undefined) expect(time - earlier).to.be.at.least(DAY_MS);
      }
    });
    await fc.assert(property, { numRuns: 8 });
  });

  it("remembers a daily refusal over restarts: again after 1, 2 and 4 hours", () => {
    const waits: number[] = [];
    for (let life = 0; life < 4; life += 1) {
      const requests = start();
      requests.limiter.holdOff(0, "daily_quota");
      requests.close();
      const next = start();
      const heldUntil = next.limiter.state.heldUntilMs ?? NaN;
      waits.push((heldUntil - clock.now()) / HOUR_MS);
      next.close();
      clock.advance(heldUntil - clock.now());
    }
    expect(waits).to.deep.equal([1, 2, 4, 4]);
  });

  it("counts each key by itself, and writes none down", async () => {
    const first = start();
    await drain(first, 25);
    first.close();
    const second = start({ key: "another" });
    expect(second.limiter.state.day?.times).to.deep.equal([]);
    expect(await drain(second, 1)).to.equal(1);
    second.close();
    for (const file of readdirSync(folder)) {
      expect(readFileSync(join(folder, file), "latin1"), file).not.to.match(/KEYABCDEF|another/);
    }
  });

  it("holds a minute's limit over restarts too", async () => {
    let granted = 0;
    for (let lives = 0; lives < 10; lives += 1) {
      const requests = start({ plan: "75" });
      const life = new AbortController();
      for (let time = 0; time < 10; time += 1) {
        clock.advance(300);
        const soon = new Promise<null>((resolve) => setImmediate(() => resolve(null)));
        const grant: Grant | null = await Promise.race([requests.limiter.acquire(life.signal).catch(() => null), soon]);
        if (grant?.granted === true) granted += 1;
        if (grant === null) break;
      }
      life.abort(new Error("over"));
      requests.close();
    }
    expect(granted).to.equal(74);
  });

  it("asks nothing while the disk takes no writes, says so once, and goes on afterwards", async () => {
    const log = new RecordedLog();
    const requests = start({ log });
    const db = new Database(fileOf("requests"));
    db.exec("BEGIN IMMEDIATE");
    expect(await drain(requests, 2)).to.equal(0);
    db.exec("ROLLBACK");
    db.close();
    expect(await drain(requests, 1)).to.equal(1);
    expect(log.messages).to.deep.equal([
      "requests cannot be written down: a key with limits asks nothing until they can; it is tried again",
      "requests can be written down again",
    ]);
  });

  it("belongs to one fetcher at a time, and names what to do with a damaged file", () => {
    start();
    expect(() => start()).to.throw(AppError, /another fetcher has the database/);
    writeFileSync(fileOf("damaged"), "no database at all, but long enough to be taken for one".repeat(100));
    expect(() => start({ name: "damaged" }))
      .to.throw(AppError)
      .with.property("hint")
      .that.matches(/^Move .*damaged\.db .*a new one is begun/);
  });

  it("does not open a file in which an index has lost requests, for they would be asked again", async () => {
    const first = start();
    expect(await drain(first, 26)).to.equal(25);
    first.close();
    const db = new Database(fileOf("requests"));
    db.unsafeMode();
    db.pragma("writable_schema = ON");
    const [index] = db.prepare("SELECT rootpage, sql FROM sqlite_schema WHERE name = 'requests_by_key'").all() as [
      { rootpage: number; sql: string },
    ];
    db.exec("DELETE FROM sqlite_schema WHERE name = 'requests_by_key'");
    db.pragma("writable_schema = RESET");
    db.exec("DELETE FROM requests WHERE id > 5"); // the index that is not there is not kept up
    db.pragma("writable_schema = ON");
    db.prepare("INSERT INTO sqlite_schema VALUES ('index', 'requests_by_key', 'requests', ?, ?)").run(
      index.rootpage,
      index.sql,
    );
    db.close();
    expect(() => start())
      .to.throw(AppError)
      .with.property("reason", "STORE_CORRUPT");
  });
});
