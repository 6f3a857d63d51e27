import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { HOUR_MS } from "../../domain/time.ts";
import { domainOf, type DomainGate } from "../domain-pace.ts";
import { eachInItsWorld } from "../testing/store-world.ts";
import type { SealedDelivery } from "../notification-store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

describe("MailTurns", () => {
  const world = eachInItsWorld(({ folder, ...options }) =>
    Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })),
  );
  const gateTo = (...domains: string[]): DomainGate => ({
    isOpen: (domain) => domains.includes(domain),
    enter: () => undefined,
  });
  const begin = (gate?: DomainGate): Promise<SealedDelivery | null> =>
    world().store.notifications.beginDelivery("resend", gate);
  /** To whom mails go one after the other, until none can. */
  const recipients = async (gate?: DomainGate): Promise<string[]> => {
    const found: string[] = [];
    for (let delivery = await begin(gate); delivery !== null; delivery = await begin(gate))
      found.push(delivery.toAddress);
    return found;
  };
  const fire = async (user: string, ...symbols: string[]): Promise<void> => {
    for (const symbol of symbols) await world().fire(user, { symbol });
  };
  const write = (sql: string): void => {
    const db = new Database(join(world().folder, "test.db"));
    db.exec(sql);
    db.close();
  };

  it("lets users have turns: one with many mails delays nobody, the oldest mail of each goes first", async () => {
    const [ann, bob] = [await world().user("ann@a.example"), await world().user("bob@b.example")];
    await fire(ann, "A1", "A2", "A3", "A4");
    world().clock.advance(1_000);
    await fire(bob, "B1", "B2");
    const found: string[] = [];
    for (let delivery = await begin(); delivery !== null; delivery = await begin())
      found.push(delivery.content.kind === "triggers" ? delivery.content.parts.map(({ symbol }) => symbol).join() : "");
    expect(found).to.deep.equal(["A1", "B1", "A2", "B2", "A3", "A4"]);
  });

  it("gives whoever was served last the last turn, also among those who come later", async () => {
    const [ann, bob] = [await world().user("ann@a.example"), await world().user("bob@b.example")];
    await fire(ann, "A1", "A2", "A3");
    expect((await begin())?.toAddress).to.equal("ann@a.example");
    expect((await begin())?.toAddress).to.equal("ann@a.example");
    await fire(bob, "B1");
    expect(await recipients()).to.deep.equal(["ann@a.example", "bob@b.example"]);
  });

  it("sends mails about accounts first, for people wait for their codes", async () => {
    const ann = await world().user("ann@a.example");
    await fire(ann, "A1");
    const [codeHash, expireTimeMs] = ["hash", world().clock.now() + HOUR_MS];
    const registration = { passwordHash: "x", code: "CODE", codeHash, timeZone: "UTC", expireTimeMs };
    await world().store.users.insertRegistration({ email: "cid@c.example", ...registration });
    expect(await recipients()).to.deep.equal(["cid@c.example", "ann@a.example"]);
  });

  it("passes over domains that are shut, whoever waits there keeping the turn", async () => {
    const users = { ann: await world().user("ann@slow.example"), bob: await world().user("bob@quick.example") };
    await fire(users.ann, "A1");
    await fire(users.bob, "B1", "B2");
    expect(await recipients(gateTo("quick.example"))).to.deep.equal(["bob@quick.example", "bob@quick.example"]);
    expect(await world().store.notifications.nextDueInMs(), "a lease, not what may not go").to.be.above(0);
    expect(await recipients(gateTo())).to.deep.equal([]);
    expect(await recipients()).to.deep.equal(["ann@slow.example"]);
  });

  it("tells the gate which mail goes", async () => {
    const entered: string[] = [];
    await fire(await world().user("ann@a.example"), "A1");
    const delivery = await begin({ isOpen: () => true, enter: (domain) => entered.push(domain) });
    expect(entered).to.deep.equal([domainOf(delivery?.toAddress ?? "")]);
  });

  it("finds at once what becomes ready other than by time when nobody waits for a turn", async () => {
    const ann = await world().user("ann@a.example");
    await fire(ann, "A1");
    write("UPDATE users SET suspend_time = 1");
    expect(await recipients()).to.deep.equal([]);
    write("UPDATE users SET suspend_time = NULL");
    expect(await recipients()).to.deep.equal(["ann@a.example"]);
  });

  it("finds it within ten seconds when somebody does", async () => {
    const [ann, bob] = [await world().user("ann@slow.example"), await world().user("bob@quick.example")];
    await fire(bob, "B1");
    write("UPDATE users SET suspend_time = 1");
    expect(await recipients()).to.deep.equal([]);
    write("UPDATE users SET suspend_time = NULL");
    await fire(ann, "A1");
    expect(await recipients(gateTo())).to.deep.equal([]); // ann waits for a turn, and all was read
    world().clock.advance(10_000);
    expect(await recipients(gateTo("quick.example"))).to.deep.equal(["bob@quick.example"]);
  });

  it("looks at fifty at most for one hand-out when all are held back, and says that it has not finished", async () => {
    const ann = await world().user("ann@a.example");
    const settings = { snoozeUntilMs: world().clock.now() + HOUR_MS };
    await world().store.users.updateUser(ann, { mailSettings: settings });
    await fire(ann, ...Array.from({ length: 51 }, (_, at) => `S${at}`));
    const { notifications } = world().store;
    expect([await begin(), await notifications.nextDueInMs()]).to.deep.equal([null, 0]);
    expect([await begin(), await notifications.nextDueInMs()]).to.deep.equal([null, HOUR_MS]);
  });
});
