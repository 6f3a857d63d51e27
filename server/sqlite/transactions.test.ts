import Database from "better-sqlite3";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { StoreCondition } from "./store-condition.ts";
import { Transactions } from "./transactions.ts";

describe("Transactions", () => {
  let db: Database.Database;
  let statements: string[];
  let transactions: Transactions;
  beforeEach(() => {
    statements = [];
    db = new Database(":memory:", { verbose: (text) => void statements.push(String(text)) });
    db.exec("CREATE TABLE words (word TEXT PRIMARY KEY CHECK (word <> 'forbidden')) STRICT");
    const clock = new FakeClock(0);
    const condition = new StoreCondition(clock, createLog("test", "silent"));
    transactions = new Transactions(db, clock, { file: ":memory:", condition });
  });
  afterEach(() => db.close());

  const write = (word: string): Promise<string> =>
    transactions.write(() => {
      db.prepare("INSERT INTO words VALUES (?)").run(word);
      return word;
    });
  const words = (): unknown => db.prepare("SELECT word FROM words ORDER BY rowid").pluck().all();
  const commits = (): number => statements.filter((text) => text === "COMMIT").length;
  const settled = async (...promises: Promise<string>[]): Promise<string[]> =>
    (await Promise.allSettled(promises)).map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)));

  it("commits together what is asked for in the same moment, in the order of asking", async () => {
    expect(await Promise.all(["one", "two", "three"].map(write))).to.deep.equal(["one", "two", "three"]);
    expect(words()).to.deep.equal(["one", "two", "three"]);
    expect(commits()).to.equal(1);
  });

  it("resolves nothing before the commit", async () => {
    const first = write("one").then(() => db.inTransaction);
    const second = write("two").then(() => db.inTransaction);
    expect(await Promise.all([first, second])).to.deep.equal([false, false]);
  });

  it("undoes one that fails, and it alone, and drops what was kept in memory", async () => {
    let forgotten = 0;
    transactions.onRollback(() => (forgotten += 1));
    const failing = transactions.write((): string => {
      db.prepare("INSERT INTO words VALUES ('undone')").run();
      throw new AppError("NOT_FOUND", "ALERT_NOT_FOUND", "there is none");
    });
    const [first, second, third] = await settled(write("one"), failing, write("three"));
    expect([first, third]).to.deep.equal(["one", "three"]);
    expect(second).to.contain("there is none");
    expect(words()).to.deep.equal(["one", "three"]);
    expect([commits(), forgotten]).to.deep.equal([1, 1]);
  });

  it("tries each alone when the database fails", async () => {
    const [first, second, third] = await settled(write("one"), write("forbidden"), write("three"));
    expect([first, third]).to.deep.equal(["one", "three"]);
    expect(second).to.contain("CHECK constraint failed");
    expect(words()).to.deep.equal(["one", "three"]);
  });

  it("bounds what one commit holds", async () => {
    await Promise.all(Array.from({ length: 100 }, (_, at) => write(`word ${at}`)));
    expect(commits()).to.equal(2);
  });

  it("commits what waits when it is told to", async () => {
    const waiting = write("one");
    transactions.flush();
    expect(words()).to.deep.equal(["one"]);
    expect(await waiting).to.equal("one");
  });
});
