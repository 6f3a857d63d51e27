import { expect } from "chai";
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
import type { OperatorNoticeKind } from "../../domain/operator-notice.ts";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import type { FailedMailPlace } from "../notification-store.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

export function resendingConformance(openStore: OpenStore): void {
  describe("sending again", () => {
    const world = eachInItsWorld(openStore);
    const notifications = () => world().store.notifications;
    const failed = async () => {
      const user = await world().user();
      await world().fire(user);
      const mail = await world().begin();
      await world().end(mail, "badContent");
      return { user, mail };
    };

    it("makes a failed notification wait again, under its id, with what has fired since", async () => {
      const { user, mail } = await failed();
      await world().fire(user);
      const again = await notifications().resend(user, mail.notificationId);
      expect([again.id, again.state, again.reason]).to.deep.equal([mail.notificationId, "WAITING", "RESENT"]);
      expect(await world().notifications(user)).to.have.length(1);
      const second = await world().begin();
      expect(toldTriggers(second.content)).to.have.length(2);
      expect([second.messageId, second.notificationId]).to.deep.equal([second.messageId, mail.notificationId]);
      expect(second.messageId).not.to.equal(mail.messageId);
      expect(await world().end(second, "taken")).to.equal("SENT");
    });

    it("takes in one that was tried before, whose notifier is heard out", async () => {
      world().policy = "hold";
      const { user, mail } = await failed();
      await world().fire(user);
      const tried = await world().begin();
      await world().lose(tried);
      await notifications().resend(user, mail.notificationId);
      expect(await world().notifications(user)).to.have.length(1);
      expect(await notifications().announceSending(tried.notificationId, tried.token)).to.equal(false);
      expect(await world().end(tried, "notTaken")).to.equal("CANCELLED");
      expect(toldTriggers((await world().begin()).content)).to.have.length(2);
    });

    it("keeps to the hour: a mail that may have been taken is not followed by another one at once", async () => {
      const user = await world().user();
      await world().fire(user);
      const mail = await world().begin();
      world().policy = "hold";
      await world().store.notifications.announceSending(mail.notificationId, mail.token);
      expect(await world().end(mail, "unsure")).to.equal("UNKNOWN");
      await notifications().resend(user, mail.notificationId);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(2 * COOLDOWN_MS);
      expect((await world().begin()).notificationId).to.equal(mail.notificationId);
      expect(await world().end(mail, "taken"), "the old mail's 250 is another mail's").to.equal("SENDING");
    });

    it("is for what expired as well, which has another day", async () => {
      const user = await world().user();
      await world().fire(user);
      world().clock.advance(DAY_MS);
      await world().sweep();
      const [expired] = await world().notifications(user);
      expect(expired?.state).to.equal("EXPIRED");
      await notifications().resend(user, expired?.id ?? "");
      world().clock.advance(DAY_MS - HOUR_MS);
      expect((await world().begin()).notificationId).to.equal(expired?.id);
    });

    it("is refused for what was sent or is on its way, and for another's", async () => {
      const other = await world().user();
      const user = await world().user();
      await world().fire(user);
      const mail = await world().begin();
      const again = (who: string) => refusalOf(notifications().resend(who, mail.notificationId));
      expect(await again(user)).to.include({ code: "FAILED_PRECONDITION", reason: "STATE_CONFLICT" });
      await world().end(mail, "taken");
      expect(await again(user)).to.include({ code: "FAILED_PRECONDITION", reason: "STATE_CONFLICT" });
      expect(await again(other)).to.include({ code: "NOT_FOUND", reason: "NOTIFICATION_NOT_FOUND" });
    });

    it("tells every attempt, with the mail server's words", async () => {
      const { user, mail } = await failed();
      await notifications().resend(user, mail.notificationId);
      await world().end(await world().begin(), "taken");
      const attempts = await notifications().listAttempts(user, mail.notificationId);
      expect(attempts.map(({ reason }) => reason)).to.deep.equal(["REFUSED_CONTENT", "TAKEN"]);
      expect(attempts.map(({ endTimeMs }) => endTimeMs)).to.deep.equal([world().clock.now(), world().clock.now()]);
      expect(await notifications().listAttempts(await world().user(), mail.notificationId)).to.deep.equal([]);
    });
  });

  describe("a mail to look at", () => {
    const world = eachInItsWorld(openStore);

    it("is the one that went, also when the price has moved since", async () => {
      const user = await world().user();
      await world().fire(user);
      const mail = await world().begin();
      await world().end(mail, "taken");
      await world().tick(300);
      expect(await world().store.notifications.getMail(user, mail.notificationId)).to.deep.equal(mail);
    });

    it("is none before it is sealed, and none of another's", async () => {
      const user = await world().user();
      const other = await world().user();
      await world().fire(user);
      const [waiting] = await world().notifications(user);
      const look = (who: string) => refusalOf(world().store.notifications.getMail(who, waiting?.id ?? ""));
      expect(await look(user)).to.include({ code: "FAILED_PRECONDITION", reason: "STATE_CONFLICT" });
      expect(await look(other)).to.include({ code: "NOT_FOUND" });
    });
  });

  describe("a test mail", () => {
    const world = eachInItsWorld(openStore);

    it("goes to its user at once, takes no cooldown, and stands in no list; its user sees what became of it", async () => {
      const user = await world().user("ann@example.com");
      const { id } = await world().store.notifications.queueTestMail(user);
      const mail = await world().begin();
      expect([mail.notificationId, mail.toAddress, mail.content.kind]).to.deep.equal([id, "ann@example.com", "test"]);
      await world().end(mail, "taken");
      expect((await world().notification(user, id)).state).to.equal("SENT");
      expect(await world().notifications(user)).to.deep.equal([]);
      await world().fire(user);
      expect((await world().begin()).content.kind).to.equal("triggers");
    });

    it("is one of ten a day", async () => {
      const user = await world().user();
      for (let n = 0; n < 10; n += 1) await world().store.notifications.queueTestMail(user);
      const refused = await refusalOf(world().store.notifications.queueTestMail(user));
      expect(refused).to.include({ code: "RESOURCE_EXHAUSTED", reason: "TOO_MANY" });
    });
  });

  describe("what operators are told", () => {
    const world = eachInItsWorld(openStore);
    const operator = async () => {
      const user = await world().user();
      const expireTimeMs = world().clock.now() + HOUR_MS;
      await world().store.users.insertSetupCode({ codeHash: `#${user}`, expireTimeMs });
      await world().store.users.claimOperator(user, `#${user}`);
      return user;
    };

    const tellOf = (kind: OperatorNoticeKind, detail: string, key = detail) => {
      return world().store.notifications.tellOperators({ kind, key, detail }, world().clock.now() - DAY_MS);
    };

    it("goes to each of them, once an hour for each kind; what comes meanwhile joins", async () => {
      await world().user();
      const [one, two] = [await operator(), await operator()];
      const tell = (detail: string) => tellOf("DISK_NEARLY_FULL", detail);
      await tell("5 % left");
      const mails = [await world().begin(), await world().begin()];
      expect(await world().tryBegin()).to.equal(null);
      for (const mail of mails) {
        expect(mail.content).to.deep.include({ kind: "operator", notice: "DISK_NEARLY_FULL" });
        await world().end(mail, "taken");
      }
      await tell("4 % left");
      await tell("3 % left");
      await tellOf("CLOCK_STEPPED", "an hour ahead");
      const others = [await world().begin(), await world().begin()];
      expect(others.map(({ content }) => content.kind === "operator" && content.notice)).to.deep.equal([
        "CLOCK_STEPPED",
        "CLOCK_STEPPED",
      ]);
      for (const mail of others) await world().end(mail, "taken");
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(HOUR_MS);
      const { content } = await world().begin();
      expect(content.kind === "operator" && content.notices.map(({ detail }) => detail)).to.deep.equal([
        "4 % left",
        "3 % left",
      ]);
      for (const user of [one, two]) {
        const [newest] = await world().notifications(user);
        expect(newest).to.include({ symbol: "" });
        expect(newest?.operatorNotices).to.have.length.above(0);
      }
    });

    it("is told to nobody who is an operator no more when it goes", async () => {
      const [one, two] = [await operator(), await operator()];
      await tellOf("CLOCK_STEPPED", "an hour ahead");
      await world().store.admin.setOperator(one, false);
      await world().end(await world().begin(), "taken");
      expect(await world().tryBegin()).to.equal(null);
      const states = await Promise.all([one, two].map((user) => world().notifications(user)));
      expect(states.flat().map(({ state }) => state)).to.deep.equal(["CANCELLED", "SENT"]);
    });

    it("is told once a day of one trouble, however it is worded, and at once of another", async () => {
      await operator();
      await tellOf("DISK_NEARLY_FULL", "431 MB are left", "disk");
      await world().end(await world().begin(), "taken");
      world().clock.advance(DAY_MS - 1);
      await tellOf("DISK_NEARLY_FULL", "430 MB are left", "disk");
      expect(await world().tryBegin()).to.equal(null);
      await tellOf("DISK_NEARLY_FULL", "430 MB are left", "the other disk");
      await world().end(await world().begin(), "taken");
      world().clock.advance(HOUR_MS);
      await tellOf("DISK_NEARLY_FULL", "430 MB are left", "disk");
      expect((await world().begin()).content.kind).to.equal("operator");
    });

    it("is told to nobody when there is no operator, and passes an operator's quiet hours", async () => {
      await tellOf("FEED_STALE", "AAPL");
      expect(await world().tryBegin()).to.equal(null);
      const user = await operator();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      await tellOf("FEED_STALE", "AAPL");
      expect((await world().begin()).content.kind).to.equal("operator");
    });
  });

  describe("mails that failed", () => {
    const world = eachInItsWorld(openStore);

    it("are listed for operators, newest first, in pages and by state", async () => {
      const user = await world().user();
      for (const [symbol, word] of [
        ["A", "badContent"],
        ["B", "badContent"],
        ["C", "taken"],
        ["D", "badContent"],
      ] as const) {
        await world().fire(user, { symbol });
        await world().end(await world().begin(), word);
        world().clock.advance(1);
      }
      const list = (query: object = {}) =>
        world().store.notifications.listFailedMails({ state: null, before: null, limit: 2, ...query });
      const first = await list();
      expect(first.rows.map(({ state, reason }) => [state, reason])).to.deep.equal([
        ["DEAD", "REFUSED_CONTENT"],
        ["DEAD", "REFUSED_CONTENT"],
      ]);
      const second = await list({ before: first.next });
      expect([second.rows.length, second.next]).to.deep.equal([1, null]);
      expect((await list({ state: "EXPIRED" })).rows).to.deep.equal([]);
    });

    it("go on where a page ended, also when its last mail has been sent again meanwhile", async () => {
      const user = await world().user();
      for (const symbol of ["A", "B", "C"]) {
        await world().fire(user, { symbol });
        await world().end(await world().begin(), "badContent");
      }
      const list = (before: FailedMailPlace | null) =>
        world().store.notifications.listFailedMails({ state: null, before, limit: 1 });
      const first = await list(null);
      await world().store.notifications.resend(user, first.rows[0]?.notificationId ?? "");
      const second = await list(first.next);
      const third = await list(second.next);
      const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ notificationId }) => notificationId));
      expect(new Set(ids).size).to.equal(3);
      expect(third.next).to.equal(null);
    });
  });
}
