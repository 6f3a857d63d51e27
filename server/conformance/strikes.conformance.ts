import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function strikesConformance(openStore: OpenStore): void {
  describe("an address that is refused", () => {
    const world = eachInItsWorld(openStore);
    /** The user's next mail ends so. */
    const mail = async (user: string, word: "badAddress" | "badContent" | "taken", symbol: string) => {
      await world().fire(user, { symbol });
      await world().end(await world().begin(), word);
    };
    const suspended = async (email = "ann@example.com") => {
      const user = await world().user(email);
      for (const symbol of ["A", "B", "C"]) await mail(user, "badAddress", symbol);
      return user;
    };

    it("is suspended after three times in a row: nothing goes there, and what fires waits, visibly", async () => {
      const user = await suspended();
      await world().fire(user);
      expect(await world().tryBegin()).to.equal(null);
      expect(await world().store.notifications.nextDueInMs()).to.equal(null);
      const [waiting] = await world().notifications(user);
      expect(waiting).to.deep.include({ state: "WAITING", hold: { reason: "ADDRESS_REFUSED", untilMs: null } });
      await world().restart();
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(DAY_MS);
      await world().sweep();
      expect((await world().notifications(user))[0]).to.include({ state: "EXPIRED", reason: "TOO_LATE" });
    });

    it("is forgiven by a mail that was taken in between; a refused content says nothing of it", async () => {
      const user = await world().user();
      for (const symbol of ["A", "B"]) await mail(user, "badAddress", symbol);
      await mail(user, "badContent", "C");
      await mail(user, "taken", "D");
      for (const symbol of ["E", "F"]) await mail(user, "badAddress", symbol);
      await mail(user, "taken", "G");
      expect((await world().notifications(user))[0]).to.include({ state: "SENT" });
      expect((await world().store.users.updateUser(user, {}))?.isAddressRefused).to.equal(false);
    });

    it("is found among all others", async () => {
      await world().user("bob@example.com");
      const refused = async (emailPart = "") =>
        (
          await world().store.admin.listAccounts({ emailPart, isAddressRefused: true, after: null, limit: 10 })
        ).rows.map(({ email }) => email);
      expect(await refused()).to.deep.equal([]);
      await suspended();
      expect(await refused()).to.deep.equal(["ann@example.com"]);
      expect(await refused("bob")).to.deep.equal([]);
    });

    it("does not hold up anybody else", async () => {
      const other = await world().user();
      await world().fire(await suspended());
      await world().fire(other, { symbol: "MSFT" });
      expect((await world().begin()).content).to.have.nested.property("parts[0].symbol", "MSFT");
    });

    it("counts again when its owner has brought a mailed code back", async () => {
      const user = await suspended();
      await world().fire(user);
      const { users, sessions } = world().store;
      const expireTimeMs = world().clock.now() + DAY_MS;
      const registration = {
        email: "Ann@example.com",
        passwordHash: "new",
        code: "A",
        codeHash: "#A",
        timeZone: "UTC",
        expireTimeMs,
      };
      expect(await users.insertRegistration(registration)).to.equal(true);
      await world().end(await world().begin(), "taken"); // the code's mail, which is the proof itself
      await world().logIn(user, world().newSession("old"));
      expect((await users.verifyUser("#A", world().newSession("s")))?.id).to.equal(user);
      expect(await sessions.getSessionUser("old"), "whoever was logged in before proved nothing").to.equal(null);
      expect((await sessions.getSessionUser("s"))?.id).to.equal(user);
      expect((await world().begin()).content).to.have.nested.property("parts[0].symbol", "AAPL");
    });
  });
}
