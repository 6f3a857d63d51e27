import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { above } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function adminConformance(openStore: OpenStore): void {
  describe("operators' acts", () => {
    const world = eachInItsWorld(openStore);
    const admin = () => world().store.admin;
    const list = async (emailPart = "") =>
      (await admin().listAccounts({ emailPart, isAddressRefused: false, after: null, limit: 100 })).rows.map(
        ({ email }) => email,
      );

    it("lists accounts by address, page by page, and those whose address holds a text in any case", async () => {
      for (const name of ["Cora", "ann", "bob"]) await world().user(`${name}@example.com`);
      expect(await list()).to.deep.equal(["ann@example.com", "bob@example.com", "Cora@example.com"]);
      expect(await list("COR")).to.deep.equal(["Cora@example.com"]);
      expect(await list("%")).to.deep.equal([]);
      const first = await admin().listAccounts({ emailPart: "", isAddressRefused: false, after: null, limit: 2 });
      expect(first.rows).to.have.length(2);
      const second = await admin().listAccounts({
        emailPart: "",
        isAddressRefused: false,
        after: first.next,
        limit: 2,
      });
      expect([second.rows.map(({ email }) => email), second.next]).to.deep.equal([["Cora@example.com"], null]);
    });

    it("tells how many alerts and sessions an account has", async () => {
      const id = await world().user();
      await world().arm(id, above(100));
      const { alert } = await world().arm(id, above(200));
      await world().store.alerts.deleteAlerts(id, [alert.id], () => undefined);
      const [account] = (await admin().listAccounts({ emailPart: "", isAddressRefused: false, after: null, limit: 1 }))
        .rows;
      expect(account).to.include({ id, alertCount: 1, sessionCount: 1, isOperator: false, suspendTimeMs: null });
    });

    it("shuts a suspended user out and mails nothing to it, until it is resumed", async () => {
      const id = await world().user();
      await world().fire(id);
      expect(await admin().suspendAccount(id)).to.include({ suspendTimeMs: world().clock.now(), sessionCount: 0 });
      expect(await world().tryBegin()).to.equal(null);
      expect((await refusalOf(admin().suspendAccount(id))).reason).to.equal("STATE_CONFLICT");
      expect(await admin().resumeAccount(id)).to.include({ suspendTimeMs: null, sessionCount: 0 });
      expect((await world().begin()).toAddress).to.match(/@example\.com$/);
      expect((await refusalOf(admin().resumeAccount(id))).reason).to.equal("STATE_CONFLICT");
    });

    it("makes a password count no more and mails a code for another", async () => {
      const email = "ann@example.com";
      const id = await world().user(email);
      const expireTimeMs = world().clock.now() + DAY_MS;
      const reset = { code: "CODE", codeHash: "hash of CODE", expireTimeMs };
      expect(await admin().forcePasswordReset(id, reset)).to.include({ sessionCount: 0 });
      expect((await world().store.users.findUser(email))?.passwordHash).to.equal("");
      const mail = await world().begin();
      expect(mail.toAddress).to.equal(email);
      expect(mail.content).to.deep.include({ kind: "passwordReset", code: "CODE", expireTimeMs });
    });

    it("sets how many alerts a user may have, and takes that back", async () => {
      const id = await world().user();
      expect(await admin().setAlertLimit(id, 1)).to.include({ alertLimit: 1 });
      await world().arm(id, above(100));
      expect((await refusalOf(world().arm(id, above(200)))).reason).to.equal("ALERT_LIMIT");
      expect(await admin().setAlertLimit(id, null)).to.include({ alertLimit: null });
      await world().arm(id, above(200));
    });

    it("makes operators and takes that back, but never from the last one", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user("bob@example.com")];
      expect(await admin().setOperator(ann, true)).to.include({ isOperator: true });
      expect((await refusalOf(admin().setOperator(ann, false))).reason).to.equal("STATE_CONFLICT");
      await admin().setOperator(bob, true);
      expect(await admin().setOperator(ann, false)).to.include({ isOperator: false });
      expect(await admin().setOperator(ann, false)).to.include({ isOperator: false });
    });

    it("counts no suspended operator: who is left is the last, and is not suspended either", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user("bob@example.com")];
      await admin().setOperator(ann, true);
      await admin().setOperator(bob, true);
      const acts = [admin().suspendAccount(ann), admin().suspendAccount(bob)]; // by each other, at once
      expect((await Promise.allSettled(acts)).map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected"]);
      expect((await refusalOf(admin().setOperator(bob, false))).reason).to.equal("STATE_CONFLICT");
      expect(await admin().setOperator(ann, false)).to.include({ isOperator: false });
      await admin().resumeAccount(ann);
      expect((await refusalOf(admin().setOperator(bob, false))).reason).to.equal("STATE_CONFLICT");
    });

    it("knows no user by another's words", async () => {
      const acts = [
        admin().suspendAccount("x"),
        admin().resumeAccount("x"),
        admin().setAlertLimit("x", 1),
        admin().setOperator("x", true),
      ];
      for (const act of acts) expect((await refusalOf(act)).reason).to.equal("USER_NOT_FOUND");
    });
  });
}
