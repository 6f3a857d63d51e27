import { expect } from "chai";
import { COOLDOWN_MS, LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { MAILS_A_DAY, MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import type { SealedDelivery } from "../notification-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

/** A digest at midnight in UTC, the zone of these worlds' users. */
const DAILY: Partial<MailSettings> = { digest: { kind: "daily", at: 0 } };

export function heldMailsConformance(openStore: OpenStore): void {
  describe("mails that are held back", () => {
    const world = eachInItsWorld(openStore);
    const symbolsOf = ({ content }: SealedDelivery) =>
      content.kind === "triggers" ? content.parts.map(({ symbol }) => symbol) : [];
    const states = async (user: string) => (await world().notifications(user)).map(({ state }) => state);
    /** A snooze of an hour, during which something fires on each symbol. */
    const snoozed = async (...symbols: string[]) => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      for (const symbol of symbols) await world().fire(user, { symbol });
      expect(await world().tryBegin()).to.equal(null);
      return user;
    };

    it("wait, visibly, and go in one when the snooze is over", async () => {
      const user = await snoozed("AAPL", "MSFT", "IBM");
      const untilMs = world().clock.now() + HOUR_MS;
      for (const { hold } of await world().notifications(user))
        expect(hold).to.deep.equal({ reason: "SNOOZED", untilMs });
      expect(await world().store.notifications.nextDueInMs()).to.equal(HOUR_MS);
      world().clock.advance(HOUR_MS - 1);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(1);
      const digest = await world().begin();
      expect(symbolsOf(digest)).to.deep.equal(["AAPL", "MSFT", "IBM"]);
      expect(digest.content).to.include({ kind: "triggers", waitReason: "SNOOZED" });
      expect(await states(user)).to.deep.equal(["SENDING", "SENDING", "SENDING"]);
      expect(await world().end(digest, "taken")).to.equal("SENT");
      expect(await states(user)).to.deep.equal(["SENT", "SENT", "SENT"]);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("take the cooldown of every symbol, and give every one back", async () => {
      const user = await snoozed("AAPL", "MSFT");
      world().clock.advance(HOUR_MS);
      await world().end(await world().begin(), "serverTrouble");
      expect(await states(user)).to.deep.equal(["WAITING", "WAITING"]);
      const digest = await world().begin();
      expect(symbolsOf(digest)).to.deep.equal(["AAPL", "MSFT"]);
      await world().end(digest, "taken");
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(user, { symbol });
      expect(await world().tryBegin()).to.equal(null);
      const held = (await world().notifications(user)).filter(({ state }) => state === "WAITING");
      expect(held).to.have.length(2);
      for (const { hold } of held)
        expect(hold).to.deep.equal({ reason: "COOLDOWN", untilMs: world().clock.now() + COOLDOWN_MS });
    });

    it("are repeated whole and the same when nobody knows whether they were taken, also after a restart", async () => {
      await snoozed("AAPL", "MSFT");
      world().clock.advance(HOUR_MS);
      const digest = await world().begin();
      await world().lose(digest);
      await world().tick(500, { symbol: "AAPL" });
      await world().restart();
      const repeat = await world().begin();
      expect(repeat).to.deep.equal({ ...digest, token: repeat.token });
      expect(repeat.token).to.be.above(digest.token);
      expect(await world().end(digest, "taken"), "a 250 is believed under the older token, too").to.equal("SENT");
      expect(await world().end(repeat, "taken")).to.equal("SENT");
    });

    it("are not repeated in quiet hours either; urgent ones are", async () => {
      const user = await world().user();
      const begun = [];
      for (const isUrgent of [false, true]) {
        await world().fire(user, { symbol: isUrgent ? "IBM" : "AAPL", isUrgent });
        begun.push(await world().begin());
      }
      const untilMs = world().clock.now() + 2 * HOUR_MS;
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: untilMs } });
      await world().lose(...begun);
      expect(symbolsOf(await world().begin())).to.deep.equal(["IBM"]);
      expect(await world().tryBegin()).to.equal(null);
      const unsure = (await world().notifications(user)).find(({ state }) => state === "UNSURE");
      expect(unsure?.hold).to.deep.equal({ reason: "SNOOZED", untilMs });
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: null } });
      expect((await world().begin()).messageId).to.equal(begun[0]?.messageId);
    });

    it("end together when they are refused; that is one strike", async () => {
      const user = await snoozed("AAPL", "MSFT", "IBM");
      world().clock.advance(HOUR_MS);
      expect(await world().end(await world().begin(), "badAddress")).to.equal("DEAD");
      expect(await states(user)).to.deep.equal(["DEAD", "DEAD", "DEAD"]);
      expect((await world().store.users.updateUser(user, {}))?.isAddressRefused).to.equal(false);
    });

    it("are all sent but the one that was sent again, when the word that they were taken comes late", async () => {
      const user = await snoozed("AAPL", "MSFT", "IBM");
      world().clock.advance(HOUR_MS);
      world().policy = "hold";
      const digest = await world().begin();
      await world().store.notifications.announceSending(digest.notificationId, digest.token);
      world().clock.advance(LEASE_MS);
      await world().sweep();
      expect(await states(user)).to.deep.equal(["UNKNOWN", "UNKNOWN", "UNKNOWN"]);
      await world().store.notifications.resend(user, digest.notificationId);
      expect(await world().end(digest, "badContent")).to.equal("WAITING");
      expect(await world().end(digest, "taken")).to.equal("WAITING");
      expect(await states(user)).to.deep.equal(["SENT", "SENT", "WAITING"]);
      world().clock.advance(2 * COOLDOWN_MS);
      const again = await world().begin();
      expect(symbolsOf(again)).to.deep.equal(["AAPL"]);
      expect(await world().end(again, "taken")).to.equal("SENT");
    });

    it("leave out what the cooldown still holds, which comes by itself", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "taken");
      world().clock.advance(30 * MINUTE_MS);
      await world().store.users.updateUser(user, {
        mailSettings: { snoozeUntilMs: world().clock.now() + 10 * MINUTE_MS },
      });
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(user, { symbol });
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(10 * MINUTE_MS);
      const first = await world().begin();
      expect(symbolsOf(first)).to.deep.equal(["MSFT"]);
      await world().end(first, "taken");
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(20 * MINUTE_MS);
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL"]);
    });

    it("leave out the alerts that were deleted, and are none when all were", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      const gone = await world().fire(user);
      const alsoGone = await world().fire(user, { symbol: "MSFT" });
      const kept = await world().fire(user, { symbol: "IBM" });
      expect(await world().tryBegin()).to.equal(null);
      await world().store.alerts.deleteAlerts(user, [gone, alsoGone], () => undefined);
      world().clock.advance(HOUR_MS);
      const { content } = await world().begin();
      expect(toldTriggers(content).map(({ alertId }) => alertId)).to.deep.equal([kept]);
      expect((await states(user)).toSorted()).to.deep.equal(["CANCELLED", "CANCELLED", "SENDING"]);
    });

    it("come at once when their user wants no snooze any more, and later when the user snoozes longer", async () => {
      const user = await snoozed("AAPL");
      const { users } = world().store;
      await users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + 2 * HOUR_MS } });
      world().clock.advance(HOUR_MS);
      expect(await world().tryBegin()).to.equal(null);
      await users.updateUser(user, { mailSettings: { snoozeUntilMs: null } });
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL"]);
    });

    it("keep to the wall clock when it is set", async () => {
      await snoozed("AAPL");
      world().clock.step(HOUR_MS);
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL"]);
    });

    it("have a day from the end of the hold", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + 3 * DAY_MS } });
      await world().fire(user);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(3 * DAY_MS);
      await world().sweep();
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL"]);
    });

    it("come in the digest of the day, and what fires afterwards in that of the next", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: DAILY });
      await world().fire(user);
      const [waiting] = await world().notifications(user);
      const digestMs = Math.ceil(world().clock.now() / DAY_MS) * DAY_MS;
      expect(waiting?.hold).to.deep.equal({ reason: "DIGEST", untilMs: digestMs });
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(digestMs - world().clock.now());
      await world().end(await world().begin(), "taken");
      world().clock.advance(MINUTE_MS);
      await world().fire(user, { symbol: "MSFT" });
      expect((await world().notifications(user))[0]?.hold).to.deep.equal({
        reason: "DIGEST",
        untilMs: digestMs + DAY_MS,
      });
    });

    it(`are folded into one beyond ${MAILS_AN_HOUR} an hour`, async () => {
      const user = await world().user();
      for (let n = 0; n < MAILS_AN_HOUR; n += 1) {
        await world().fire(user, { symbol: `S${n}` });
        await world().end(await world().begin(), "taken");
      }
      for (const symbol of ["X", "Y", "Z"]) await world().fire(user, { symbol });
      expect(await world().tryBegin()).to.equal(null);
      const [held] = await world().notifications(user);
      expect(held?.hold).to.deep.equal({ reason: "HOURLY_CEILING", untilMs: world().clock.now() + HOUR_MS });
      const other = await world().store.notifications.nextDueInMs();
      expect(other).to.equal(HOUR_MS);
      world().clock.advance(HOUR_MS);
      expect(symbolsOf(await world().begin())).to.deep.equal(["X", "Y", "Z"]);
    });

    it(`are ${MAILS_A_DAY} a day at most; one that was certainly not taken does not count`, async () => {
      const user = await world().user();
      await world().fire(user, { symbol: "FIRST" });
      await world().end(await world().begin(), "notTaken");
      world().clock.advance(MINUTE_MS);
      await world().end(await world().begin(), "taken");
      for (let n = 1; n < MAILS_A_DAY; n += 1) {
        if (n % 10 === 0) world().clock.advance(HOUR_MS);
        await world().fire(user, { symbol: `S${n}` });
        await world().end(await world().begin(), "taken");
      }
      world().clock.advance(HOUR_MS);
      await world().fire(user, { symbol: "LAST" });
      expect(await world().tryBegin()).to.equal(null);
      expect((await world().notifications(user))[0]?.hold).to.include({ reason: "DAILY_CEILING" });
    });

    it("of what operators are told, held by a ceiling, take no alerts along: those come by themselves", async () => {
      const user = await world().user();
      const expireTimeMs = world().clock.now() + HOUR_MS;
      await world().store.users.insertSetupCode({ codeHash: "#", expireTimeMs });
      await world().store.users.claimOperator(user, "#");
      for (let n = 0; n < MAILS_AN_HOUR; n += 1) {
        await world().fire(user, { symbol: `S${n}` });
        await world().end(await world().begin(), "taken");
      }
      await world().store.notifications.tellOperators({ kind: "FEED_STALE", key: "", detail: "no prices" }, 0);
      await world().fire(user, { symbol: "X" });
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(HOUR_MS);
      const mails = [await world().begin(), await world().begin()];
      expect(mails.map(({ content }) => content.kind).toSorted()).to.deep.equal(["operator", "triggers"]);
      expect(mails.flatMap(symbolsOf)).to.deep.equal(["X"]);
    });

    it("say why they waited, and nothing when they did not", async () => {
      const user = await world().user();
      const reasonOf = async () => {
        const mail = await world().begin();
        await world().end(mail, "taken");
        return mail.content.kind === "triggers" ? mail.content.waitReason : "no mail of triggers";
      };
      await world().fire(user);
      world().clock.step(HOUR_MS);
      expect(await reasonOf()).to.equal(null);
      await world().fire(user);
      world().clock.advance(HOUR_MS);
      expect(await reasonOf()).to.equal("COOLDOWN");
      world().clock.advance(2 * HOUR_MS);
      await world().fire(user);
      expect(await reasonOf()).to.equal(null);
    });

    it("count as long as they may still be taken", async () => {
      const user = await world().user();
      for (let n = 0; n < MAILS_AN_HOUR; n += 1) {
        await world().fire(user, { symbol: `S${n}` });
        await world().begin();
      }
      await world().fire(user, { symbol: "LAST" });
      expect(await world().tryBegin()).to.equal(null);
      const [held] = await world().notifications(user);
      expect(held?.hold?.untilMs).to.equal(world().clock.now() + LEASE_MS + HOUR_MS);
    });
  });
}
