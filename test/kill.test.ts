// The promise: kill anything at any moment, and no price and no alert is lost. One storm of prices and alerts, in which server,
// notifier and fetcher are killed in turn; then an hour passes, so that what was held back has gone out as well.
import Database from "better-sqlite3";
import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { serverConfig } from "../server/config.ts";
import { startServer } from "../server/start-server.ts";
import type { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import type { ArrivedMail } from "./support/inbox.ts";
import { PriceStorm } from "./support/price-storm.ts";
import { World } from "./support/world.ts";

const SYMBOLS = Array.from({ length: 30 }, (_, place) => `S${place}`);
const LOW = 190;
const HIGH = 201;
/** A symbol's price stands still for so many rounds; the symbols begin to move one after the other. */
const ROUNDS_AT_REST = 6;
const ROUNDS_BETWEEN_SYMBOLS = 3;
const KILLS_OF_EACH = 2;

const priceOf = (place: number, round: number): number => {
  const moved = round - ROUNDS_BETWEEN_SYMBOLS * place;
  return moved > 0 && Math.floor(moved / ROUNDS_AT_REST) % 2 === 1 ? HIGH : LOW;
};

describe("after kill -9 of every process in turn", function () {
  this.timeout(60_000);
  let world: World;
  let storm: PriceStorm;
  let db: Database.Database;
  let mailsOfTheStorm: ArrivedMail[];
  const fetchers: BellProcess[] = [];
  /** What ends what was started, also when the rest failed. */
  const endings: (() => unknown)[] = [];

  before(async () => {
    world = await World.open({ BELL_SCHEDULE: "* * * * * *", BELL_SYMBOLS: "AAPL MSFT", BELL_LOG_LEVEL: "debug" });
    endings.push(() => world.close());
    for (const name of ["mailbox", "simulator"] as const) await world.start(name);
    const server = await world.start("server");
    const notifier = await world.start("notifier");
    await world.signUp("ann@example.com");
    for (const symbol of SYMBOLS) await world.does(["alerts", "create", symbol, "above", "200", "--repeat", "every"]);
    fetchers.push(await world.start("fetcher"));
    storm = await PriceStorm.start(world.known.get("server")?.["grpc"] ?? "", SYMBOLS, priceOf);
    endings.push(() => storm.stop());
    await eventually("the first mail of the storm", async () => (await world.inbox.alertMails()).length > 0);
    const [lastServer, lastNotifier] = await killInTurn(server, notifier);
    await eventually("every symbol has fired", () => storm.rounds > ROUNDS_BETWEEN_SYMBOLS * SYMBOLS.length + 10);
    await storm.stop();
    await fetchers.at(-1)?.stop();
    await lastServer.stop();
    mailsOfTheStorm = await world.inbox.alertMails();
    await letAnHourPass(lastNotifier);
  });
  after(async () => {
    for (const end of endings.toReversed()) await end();
  });

  /** Returns those that live in the end. */
  async function killInTurn(...first: [server: BellProcess, notifier: BellProcess]): Promise<typeof first> {
    let [server, notifier] = first;
    for (let times = 0; times < KILLS_OF_EACH; times++) {
      const [said, rounds] = [notifier.lines.length, storm.rounds];
      await server.kill();
      server = await world.start("server");
      await notifier.line(/connected to the server/, said);
      await eventually("prices are taken again", () => storm.rounds > rounds);
      await notifier.kill();
      notifier = await world.start("notifier");
      await fetchers.at(-1)?.kill();
      fetchers.push(await world.start("fetcher"));
      await Promise.all([notifier, fetchers.at(-1)!].map((one) => one.line(/connected to the server/)));
    }
    return [server, notifier];
  }

  /** The same data folder and port, with clocks an hour ahead: cooldowns and leases of the storm are over. */
  async function letAnHourPass(notifier: BellProcess): Promise<void> {
    const said = notifier.lines.length;
    const ahead = HOUR_MS + MINUTE_MS;
    const config = serverConfig({ ...world.environment, BELL_LISTEN: world.known.get("server")?.["grpc"] });
    const clock = new FakeClock(systemClock.now() + ahead, systemClock.monotonic() + ahead);
    const server = await startServer(config, { clock, log: createLog("server", "silent") });
    endings.push(() => server.close());
    db = new Database(config.databaseFile, { readonly: true });
    endings.push(() => db.close());
    const count = (states: string) =>
      db.prepare(`SELECT count(*) FROM notifications WHERE state IN (${states})`).pluck().get();
    await notifier.line(/connected to the server/, said);
    let hours = 1;
    await eventually("every notification has ended", () => {
      const isQuiet = clock.sleeping > 0 && count("'SENDING'") === 0;
      // A mail that was unsure took a cooldown of its own just now; a day is too long, for what is late is not sent.
      if (isQuiet && hours++ < 20) clock.advance(HOUR_MS);
      return isQuiet && count("'WAITING', 'UNSURE'") === 0;
    });
  }

  const judged = (symbol: string): number[] =>
    db.prepare("SELECT close FROM judged_quotes WHERE symbol = ? ORDER BY seq").pluck().all(symbol) as number[];

  it("every acknowledged price is there", () => {
    const find = db.prepare("SELECT close FROM judged_quotes WHERE symbol = ? AND quote_time = ?").pluck();
    expect(storm.acknowledged.length).to.be.above(1_000);
    for (const { symbol, quoteTimeMs, close } of storm.acknowledged) {
      expect(find.get(symbol, quoteTimeMs), `${symbol} at ${quoteTimeMs}`).to.equal(close);
    }
  });

  it("every price of which the killed fetchers were told that it is stored is there", () => {
    const lines = fetchers.flatMap((fetcher) => fetcher.lines).filter((line) => line.includes("batch acknowledged"));
    const stored = lines.map((line) => (JSON.parse(line) as { stored_count: number }).stored_count);
    const told = stored.reduce((sum, count) => sum + count, 0);
    const sql =
      "SELECT (SELECT count(*) FROM quotes WHERE source = 'simulator') + (SELECT count(*) FROM superseded_quotes WHERE source = 'simulator')";
    expect(fetchers.length).to.equal(1 + KILLS_OF_EACH);
    expect(told).to.be.above(0);
    expect(db.prepare(sql).pluck().get()).to.be.at.least(told);
  });

  it("every passing of a level is one trigger, and every trigger is in a notification that was sent", () => {
    const count = db.prepare("SELECT count(*) FROM triggers WHERE symbol = ?").pluck();
    for (const symbol of SYMBOLS) {
      const closes = judged(symbol);
      const passings = closes.filter((close, at) => close === HIGH && closes[at - 1] === LOW).length;
      expect(passings, symbol).to.be.above(0);
      expect(count.get(symbol), symbol).to.equal(passings);
    }
    const unsent = `SELECT count(*) FROM triggers LEFT JOIN notifications ON notifications.id = notification_id
       WHERE notifications.state IS NOT 'SENT' OR in_mail IS NOT 1`;
    expect(db.prepare(unsent).pluck().get()).to.equal(0);
  });

  it("every notification that was sent is in the inbox", async () => {
    const sent = db
      .prepare("SELECT message_id FROM notifications WHERE state = 'SENT' AND symbol IS NOT NULL")
      .pluck()
      .all();
    const arrived = (await world.inbox.alertMails()).map(({ messageId }) => messageId);
    expect(sent.length).to.be.at.least(SYMBOLS.length);
    expect(new Set(arrived)).to.deep.equal(new Set(sent));
  });

  it("a Message-ID always comes with the same bytes", async () => {
    const contents = Map.groupBy(await world.inbox.mails(), ({ messageId }) => messageId);
    for (const [id, mails] of contents) expect(new Set(mails.map(({ raw }) => raw.toString())).size, id).to.equal(1);
  });

  it("no two different mails about a symbol came within the hour", () => {
    const symbols = Map.groupBy(mailsOfTheStorm, ({ subject }) => subject.split(" ")[0]);
    expect(symbols.size).to.be.above(SYMBOLS.length / 2);
    for (const [symbol, mails] of symbols)
      expect(new Set(mails.map(({ messageId }) => messageId)).size, symbol).to.equal(1);
  });
});
