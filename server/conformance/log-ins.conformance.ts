import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const NETWORK = "192.0.2.1";

export function logInsConformance(openStore: OpenStore): void {
  describe("logging in", () => {
    const world = eachInItsWorld(openStore);
    const logIn = (userId: string, passwordHash = "hash", address = NETWORK) => {
      const session = { ...world().newSession(), seen: { address, client: "bell/1" } };
      return world().store.users.insertLogIn(session, { userId, passwordHash });
    };
    const isKnown = (userId: string, network: string) => world().store.users.hasLoggedInFrom(userId, network);

    it("stores the session while the password is the one that was checked", async () => {
      const user = await world().user();
      expect(await logIn(user)).to.equal(true);
      expect(await world().store.sessions.listSessions(user)).to.have.length(2);
      expect(await logIn(user, "the hash before")).to.equal(false);
      expect(await logIn("nobody")).to.equal(false);
      expect(await world().store.sessions.listSessions(user)).to.have.length(2);
    });

    it("stores none for who is suspended", async () => {
      const user = await world().user();
      await world().store.admin.suspendAccount(user);
      expect(await logIn(user)).to.equal(false);
    });

    it("knows for 30 days from where a user has logged in, and of nobody else", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await logIn(ann, "hash", "::ffff:198.51.100.9");
      await logIn(ann, "hash", "2001:db8:1:2::9");
      expect(await isKnown(ann, NETWORK), "the registration").to.equal(true);
      expect(await isKnown(ann, "198.51.100.9")).to.equal(true);
      expect(await isKnown(ann, "2001:db8:1:2::/64")).to.equal(true);
      expect(await isKnown(ann, "203.0.113.1")).to.equal(false);
      expect(await isKnown(bob, "198.51.100.9")).to.equal(false);
      world().clock.advance(30 * DAY_MS - 1);
      expect(await isKnown(ann, "198.51.100.9")).to.equal(true);
      world().clock.advance(1);
      expect(await isKnown(ann, "198.51.100.9")).to.equal(false);
    });

    it("remembers the 50 newest of them", async () => {
      const user = await world().user();
      for (let host = 1; host <= 51; host += 1) {
        world().clock.advance(1);
        await logIn(user, "hash", `198.51.100.${host}`);
      }
      expect(await isKnown(user, "198.51.100.1")).to.equal(false);
      expect(await isKnown(user, "198.51.100.2")).to.equal(true);
      expect(await isKnown(user, "198.51.100.51")).to.equal(true);
    });

    it("takes another hash of the same password only while it is the same", async () => {
      const user = await world().user("ann@example.com");
      await world().store.users.rehashPassword({ userId: user, beforeHash: "another", afterHash: "new" });
      expect((await world().store.users.findUser("ann@example.com"))?.passwordHash).to.equal("hash");
      await world().store.users.rehashPassword({ userId: user, beforeHash: "hash", afterHash: "new" });
      expect((await world().store.users.findUser("ann@example.com"))?.passwordHash).to.equal("new");
      expect(await world().tryBegin()).to.equal(null);
    });
  });
}
