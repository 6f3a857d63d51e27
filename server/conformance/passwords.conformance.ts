import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function passwordsConformance(openStore: OpenStore): void {
  describe("another password", () => {
    const world = eachInItsWorld(openStore);
    const users = () => world().store.users;
    const sessions = (userId: string) => world().store.sessions.listSessions(userId);
    const change = (userId: string, beforeHash = "hash") =>
      users().changePassword({ userId, beforeHash, afterHash: "new" }, "kept");
    const ask = (code: string, email = "ann@example.com") => {
      const expireTimeMs = world().clock.now() + DAY_MS;
      return users().insertPasswordReset(email, { code, codeHash: `#${code}`, expireTimeMs }, []);
    };
    const mailed = async () => {
      const mail = await world().begin();
      await world().end(mail, "taken");
      return mail;
    };
    const withToken = async (userId: string) =>
      world().store.accessTokens.insertAccessToken({
        id: "token",
        userId,
        sessionId: (await sessions(userId))[0]?.id ?? "",
        tokenHash: "#token",
        name: "script",
        expireTimeMs: world().clock.now() + DAY_MS,
      });

    it("ends the other sessions, keeps access tokens, and is told by mail", async () => {
      const user = await world().user("ann@example.com");
      for (const id of ["kept", "other"]) {
        await users().insertLogIn(world().newSession(id), { userId: user, passwordHash: "hash" });
      }
      await withToken(user);
      expect(await change(user)).to.equal(2);
      expect((await sessions(user)).map(({ id }) => id)).to.deep.equal(["kept"]);
      expect(await world().store.accessTokens.listAccessTokens(user)).to.have.length(1);
      expect((await users().findUser("ann@example.com"))?.passwordHash).to.equal("new");
      const { toAddress, content } = await mailed();
      expect(toAddress).to.equal("ann@example.com");
      expect(content).to.include({ kind: "accountNotice", notice: "PASSWORD_CHANGED", timeZone: "UTC" });
    });

    it("changes nothing when the password is not the one that was checked", async () => {
      const user = await world().user("ann@example.com");
      expect(await change(user, "the hash before")).to.equal(null);
      expect(await change("nobody")).to.equal(null);
      expect((await users().findUser("ann@example.com"))?.passwordHash).to.equal("hash");
      expect(await sessions(user)).to.have.length(1);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("mails a code that replaces it once, and ends all access", async () => {
      const user = await world().user("ann@example.com");
      await withToken(user);
      expect(await ask("A", "ANN@example.com")).to.deep.equal({ waitMs: 0, isQueued: true });
      const mail = await mailed();
      const expireTimeMs = world().clock.now() + DAY_MS;
      expect(mail).to.deep.include({
        toAddress: "ann@example.com",
        content: { kind: "passwordReset", code: "A", expireTimeMs },
      });
      expect((await users().findPasswordReset("#A"))?.id).to.equal(user);
      expect(await users().resetPassword("#A", "new")).to.include({ id: user, passwordHash: "new" });
      expect(await sessions(user)).to.deep.equal([]);
      expect(await world().store.accessTokens.listAccessTokens(user)).to.deep.equal([]);
      expect((await mailed()).content).to.include({ notice: "PASSWORD_CHANGED" });
      expect(await users().resetPassword("#A", "newer")).to.equal(null);
      expect(await users().findPasswordReset("#A")).to.equal(null);
    });

    it("repeats its mails the same in every part, and forgets the code when its mail has ended", async () => {
      const user = await world().user("ann@example.com");
      await ask("A");
      await change(user);
      for (const kind of ["passwordReset", "accountNotice"]) {
        const { token, ...first } = await world().begin();
        expect(first.content.kind).to.equal(kind);
        await world().end({ ...first, token }, "unsure");
        await world().reboot(HOUR_MS);
        const { token: next, ...second } = await world().begin();
        expect([next, second]).to.deep.equal([token + 1, first]);
        expect(await world().end({ ...second, token: next }, "taken")).to.equal("SENT");
      }
      expect(await world().tryBegin()).to.equal(null);
    });

    it("uses up every code with the first, and with a change of the password", async () => {
      const user = await world().user("ann@example.com");
      await ask("A");
      await ask("B");
      expect(await users().resetPassword("#B", "new")).not.to.equal(null);
      expect(await users().resetPassword("#A", "newer")).to.equal(null);
      await ask("C");
      await change(user, "new");
      expect(await users().resetPassword("#C", "newer")).to.equal(null);
    });

    it("takes no code that is a day old, or another's", async () => {
      await world().user("ann@example.com");
      await world().user("bob@example.com");
      await ask("A");
      expect(await users().resetPassword("#B", "new")).to.equal(null);
      world().clock.advance(DAY_MS);
      expect(await users().findPasswordReset("#A")).to.equal(null);
      expect(await users().resetPassword("#A", "new")).to.equal(null);
    });

    it("mails nothing to an address that is nobody's, and at most three codes a day to any", async () => {
      await world().user("ann@example.com");
      expect(await ask("N", "nobody@example.com")).to.deep.equal({ waitMs: 0, isQueued: false });
      for (const code of ["A", "B", "C"]) expect((await ask(code)).isQueued).to.equal(true);
      expect(await ask("D")).to.deep.equal({ waitMs: 0, isQueued: false });
      expect(await users().findPasswordReset("#D"), "nobody knows it").to.equal(null);
      for (let sent = 0; sent < 3; sent += 1) await mailed();
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(DAY_MS + 1);
      expect((await ask("E")).isQueued).to.equal(true);
    });

    it("counts the wish, and does nothing when it has to wait, whether or not the address is somebody's", async () => {
      await world().user("ann@example.com");
      const rule = { kind: "window", most: 1, spanMs: 1_000 } as const;
      const wish = (email: string) => {
        const code = { code: email, codeHash: email, expireTimeMs: world().clock.now() + DAY_MS };
        return users().insertPasswordReset(email, code, [{ key: email, rule }]);
      };
      for (const email of ["ann@example.com", "nobody@example.com"]) {
        expect((await wish(email)).waitMs).to.equal(0);
        expect(await wish(email)).to.deep.equal({ waitMs: 1_000, isQueued: false });
      }
      await mailed();
      expect(await world().tryBegin()).to.equal(null);
    });

    it("proves the address anew", async () => {
      const user = await world().user("ann@example.com");
      for (let refused = 0; refused < 3; refused += 1) {
        await world().fire(user, { symbol: `S${refused}` });
        await world().end(await world().begin(), "badAddress");
      }
      await world().fire(user, { symbol: "AAPL" });
      expect(await world().tryBegin()).to.equal(null);
      await ask("A");
      expect((await mailed()).content).to.include({ kind: "passwordReset" });
      await users().resetPassword("#A", "new");
      expect([(await mailed()).content.kind, (await mailed()).content.kind]).to.deep.equal([
        "accountNotice",
        "triggers",
      ]);
    });
  });
}
