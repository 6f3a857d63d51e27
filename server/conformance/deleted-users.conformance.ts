import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function deletedUsersConformance(openStore: OpenStore): void {
  describe("deleting a user", () => {
    const world = eachInItsWorld(openStore);
    const users = () => world().store.users;
    const remove = (userId: string) => users().deleteUser(userId, "hash");
    const setupCode = () => users().insertSetupCode({ codeHash: "#S", expireTimeMs: world().clock.now() + DAY_MS });
    const reset = (email: string) =>
      users().insertPasswordReset(email, { code: "R", codeHash: "#R", expireTimeMs: world().clock.now() + DAY_MS }, []);

    it("removes everything of the user's and nothing of anybody else's, and says so by mail", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user("bob@example.com")];
      const alert = await world().fire(ann);
      await world().fire(bob);
      await reset("ann@example.com");
      expect(await remove(ann)).to.equal(true);
      expect(await users().findUser("ann@example.com")).to.equal(null);
      expect(await world().store.sessions.listSessions(ann)).to.deep.equal([]);
      expect(await world().alerts(ann)).to.deep.equal([]);
      expect((await refusalOf(world().alert(ann, alert))).reason).to.equal("ALERT_NOT_FOUND");
      expect(await world().notifications(ann)).to.deep.equal([]);
      expect(await users().resetPassword("#R", "new")).to.equal(null);
      expect(await world().alerts(bob)).to.have.length(1);
      const mails = [await world().begin(), await world().begin()];
      expect(mails.map(({ toAddress }) => toAddress)).to.have.members(["bob@example.com", "ann@example.com"]);
      const last = mails.find(({ toAddress }) => toAddress === "ann@example.com");
      expect(last?.content).to.include({ kind: "accountNotice", notice: "DELETED" });
      expect(await world().tryBegin()).to.equal(null);
    });

    it("judges the prices that come after it without the alerts that are gone", async () => {
      const user = await world().user();
      await world().tick(90);
      await world().arm(user, { kind: "above", level: 100, forMs: 0 });
      await world().tick(91);
      await remove(user);
      expect((await world().tick(101)).triggerCount).to.equal(0);
      expect((await world().tick(89)).stored).to.have.length(1);
    });

    it("lets a notifier say what became of a mail that it had", async () => {
      const user = await world().user("ann@example.com");
      await world().fire(user);
      const alertMail = await world().begin();
      await reset("ann@example.com");
      const codeMail = await world().begin();
      await remove(user);
      expect(await world().end(alertMail, "taken")).to.be.oneOf(["CANCELLED", "SENT"]);
      expect(await world().end(codeMail, "unsure")).to.equal("CANCELLED");
      expect((await world().begin()).content).to.include({ notice: "DELETED" });
      expect(await world().tryBegin()).to.equal(null);
    });

    it("lets it say so as well of a mail that nobody knew the end of", async () => {
      const user = await world().user("ann@example.com");
      await world().fire(user);
      await reset("ann@example.com");
      const mails = [await world().begin(), await world().begin()];
      await world().lose(...mails);
      await remove(user);
      for (const mail of mails) expect(await world().end(mail, "taken")).to.equal("SENT");
    });

    it("takes no alert of a user who is gone, and is in no trouble for it", async () => {
      const user = await world().user();
      const removal = remove(user);
      const late = world().arm(user, { kind: "above", level: 100, forMs: 0 });
      expect((await refusalOf(late)).reason).to.equal("SESSION_ENDED");
      expect(await removal).to.equal(true);
      expect((await world().store.health()).state).to.equal("ready");
    });

    it("mails no test to a user who is gone, and sends nothing again, in that same commit", async () => {
      const user = await world().user();
      await world().fire(user);
      const mail = await world().begin();
      await world().end(mail, "badContent");
      const { notifications } = world().store;
      const removal = remove(user);
      const refusals = [notifications.queueTestMail(user), notifications.resend(user, mail.notificationId)].map(
        refusalOf,
      );
      expect((await Promise.all(refusals)).map(({ reason }) => reason)).to.deep.equal([
        "SESSION_ENDED",
        "NOTIFICATION_NOT_FOUND",
      ]);
      expect(await removal).to.equal(true);
      expect((await refusalOf(notifications.getMail(user, mail.notificationId))).code).to.equal("NOT_FOUND");
    });

    it("lets the address be registered again, as somebody new", async () => {
      const before = await world().user("ann@example.com");
      await remove(before);
      await world().end(await world().begin(), "taken");
      expect(await world().user("ann@example.com")).not.to.equal(before);
    });

    it("does nothing with another password than the one that was checked, and for nobody", async () => {
      const user = await world().user("ann@example.com");
      expect(await users().deleteUser(user, "the hash before")).to.equal(false);
      expect(await users().deleteUser("nobody", "hash")).to.equal(false);
      expect(await users().findUser("ann@example.com")).not.to.equal(null);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("refuses the last operator, who is not suspended, and takes any other", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user("bob@example.com")];
      await setupCode();
      await users().claimOperator(ann, "#S");
      expect(await refusalOf(remove(ann))).to.include({ code: "FAILED_PRECONDITION", reason: "STATE_CONFLICT" });
      expect(await users().findUser("ann@example.com")).not.to.equal(null);
      await setupCode();
      await users().claimOperator(bob, "#S");
      await world().store.admin.suspendAccount(bob);
      expect((await refusalOf(remove(ann))).reason).to.equal("STATE_CONFLICT");
      await world().store.admin.resumeAccount(bob);
      expect(await remove(ann)).to.equal(true);
      expect((await refusalOf(remove(bob))).reason).to.equal("STATE_CONFLICT");
    });
  });

  describe("a setup code", () => {
    const world = eachInItsWorld(openStore);
    const users = () => world().store.users;
    const make = (name: string) =>
      users().insertSetupCode({ codeHash: `#${name}`, expireTimeMs: world().clock.now() + DAY_MS });

    it("makes one user an operator, once", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await make("A");
      expect(await users().claimOperator(ann, "#B")).to.equal(null);
      expect(await users().claimOperator(ann, "#A")).to.include({ id: ann, isOperator: true });
      expect(await users().claimOperator(bob, "#A")).to.equal(null);
    });

    it("takes the place of the one before, and counts for a day", async () => {
      const user = await world().user();
      await make("A");
      await make("B");
      expect(await users().claimOperator(user, "#A")).to.equal(null);
      world().clock.advance(DAY_MS);
      expect(await users().claimOperator(user, "#B")).to.equal(null);
    });
  });
}
