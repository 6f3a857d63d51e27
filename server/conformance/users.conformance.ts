import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function usersConformance(openStore: OpenStore): void {
  describe("registering", () => {
    const world = eachInItsWorld(openStore);
    const register = (email: string, code: string) => {
      const expireTimeMs = world().clock.now() + DAY_MS;
      const registration = {
        email,
        passwordHash: `hash with ${code}`,
        code,
        codeHash: `#${code}`,
        timeZone: "Europe/Berlin",
        expireTimeMs,
      };
      return world().store.users.insertRegistration(registration);
    };
    const verify = (code: string) => world().store.users.verifyUser(`#${code}`, world().newSession());

    it("mails a code, and the code makes the user with the password it came with", async () => {
      expect(await register("Ann@example.com", "A")).to.equal(true);
      const mail = await world().begin();
      expect(mail.toAddress).to.equal("Ann@example.com");
      expect(mail.content).to.deep.equal({
        kind: "verification",
        code: "A",
        expireTimeMs: world().clock.now() + DAY_MS,
      });
      expect(await world().store.users.findUser("Ann@example.com")).to.equal(null);
      const user = await verify("A");
      expect(user).to.include({
        email: "Ann@example.com",
        passwordHash: "hash with A",
        createTimeMs: world().clock.now(),
      });
      expect(await world().store.users.findUser("aNN@EXAMPLE.com")).to.deep.equal(user);
    });

    it("takes a code once, and no wrong or old one", async () => {
      await register("ann@example.com", "A");
      await register("bob@example.com", "B");
      expect(await verify("C")).to.equal(null);
      expect(await verify("A")).not.to.equal(null);
      expect(await verify("A")).to.equal(null);
      world().clock.advance(DAY_MS);
      expect(await verify("B")).to.equal(null);
    });

    it("uses up every code of an address with the first that comes back", async () => {
      await register("ann@example.com", "A");
      await register("ANN@example.com", "B");
      expect((await verify("B"))?.passwordHash).to.equal("hash with B");
      expect(await verify("A")).to.equal(null);
    });

    it("keeps nothing for an address that belongs to a user, and mails that it does, at most three times a day", async () => {
      await world().user("ann@example.com");
      for (const code of ["A", "B", "C"]) expect(await register("Ann@Example.com", code)).to.equal(true);
      expect(await register("Ann@Example.com", "D")).to.equal(false);
      for (const code of ["A", "B", "C"]) {
        const mail = await world().begin();
        const content = {
          kind: "accountNotice",
          notice: "ALREADY_REGISTERED",
          timeMs: world().clock.now(),
          timeZone: "UTC",
        };
        expect(mail).to.deep.include({ toAddress: "ann@example.com", content });
        await world().end(mail, "taken");
        expect(await verify(code)).to.equal(null);
      }
      expect(await world().tryBegin()).to.equal(null);
    });

    it("keeps the zone that was asked for", async () => {
      await register("ann@example.com", "A");
      const user = await verify("A");
      expect(user).to.include({ timeZone: "Europe/Berlin", isOperator: false, suspendTimeMs: null, alertLimit: null });
      const changed = await world().store.users.updateUser(user!.id, { timeZone: "Asia/Tokyo" });
      expect(changed).to.deep.equal({ ...user, timeZone: "Asia/Tokyo" });
      expect(await world().store.users.findUser("ann@example.com")).to.deep.equal(changed);
      expect(await world().store.users.updateUser("nobody", { timeZone: "UTC" })).to.equal(null);
    });

    it("mails at most three codes a day to one address", async () => {
      for (const code of ["A", "B", "C"]) expect(await register("ann@example.com", code)).to.equal(true);
      expect(await register("ANN@example.com", "D")).to.equal(false);
      expect(await register("bob@example.com", "E")).to.equal(true);
      world().clock.advance(DAY_MS + 1);
      expect(await register("ann@example.com", "F")).to.equal(true);
    });

    it("mails at most three codes a day to one mailbox, however it is spelled", async () => {
      const spellings = [
        "ann.lee@example.com",
        "AnnLee+a@example.com",
        "a.n.n.lee@example.com",
        "annlee+b+c@example.com",
      ];
      const mailed: boolean[] = [];
      for (const [at, email] of spellings.entries()) mailed.push(await register(email, `${at}`));
      expect(mailed).to.deep.equal([true, true, true, false]);
      expect(await register("annlee@example.org", "E")).to.equal(true);
      world().clock.advance(DAY_MS);
      expect(await register("annlee+d@example.com", "F")).to.equal(true);
    });

    it("takes no cooldown: two codes may go one after the other", async () => {
      await register("ann@example.com", "A");
      await register("ann@example.com", "B");
      const mails = [await world().begin(), await world().begin()];
      expect(mails.map(({ content }) => content.kind === "verification" && content.code)).to.deep.equal(["A", "B"]);
      for (const mail of mails) expect(await world().end(mail, "taken")).to.equal("SENT");
    });

    it("repeats a code's mail the same in every part, and forgets the code when the mail has ended", async () => {
      await register("ann@example.com", "A");
      const { token, ...first } = await world().begin();
      await world().end({ ...first, token }, "unsure");
      await world().reboot(HOUR_MS);
      const { token: next, ...second } = await world().begin();
      expect([next, second]).to.deep.equal([2, first]);
      expect(await world().end({ ...second, token: next }, "taken")).to.equal("SENT");
      expect(await world().tryBegin()).to.equal(null);
    });

    it("is no user's business to read: account mails are in nobody's notifications", async () => {
      const user = await world().user("ann@example.com");
      await register("bob@example.com", "A");
      expect(await world().notifications(user)).to.deep.equal([]);
    });
  });
}
