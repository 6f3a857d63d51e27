import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function exportedUsersConformance(openStore: OpenStore): void {
  describe("exporting a user", () => {
    const world = eachInItsWorld(openStore);
    const lines = async (userId: string): Promise<Record<string, unknown>[]> => {
      const told: string[] = [];
      for await (const some of world().store.users.exportUser(userId)) told.push(...some);
      return told.map((line) => JSON.parse(line) as Record<string, unknown>);
    };

    it("tells everything that is kept of the user, and nothing of anybody else", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user("bob@example.com")];
      const alert = await world().fire(ann, { note: "sell\nhalf", tags: ["swing"] });
      await world().fire(bob);
      await world().begin();
      const told = await lines(ann);
      const types = new Set(told.map(({ type }) => type));
      expect([...types]).to.have.members([
        ...["account", "session", "known_address", "alert", "alert_change", "trigger", "notification"],
        ...["mail", "delivery_attempt", "cooldown"],
      ]);
      expect(told[0]).to.include({ type: "account", id: ann, email: "ann@example.com", time_zone: "UTC" });
      expect(told[0]).to.have.property("create_time", new Date(world().clock.now()).toISOString());
      expect(told.find(({ type }) => type === "alert")).to.deep.include({
        id: alert,
        note: "sell\nhalf",
        tags: ["swing"],
      });
      expect(JSON.stringify(told)).not.to.include(bob).and.not.to.include("bob@");
    });

    it("tells no secret and no hash", async () => {
      const user = await world().user("ann@example.com");
      const expireTimeMs = world().clock.now() + DAY_MS;
      const session = world().newSession("session", "hash of a refresh token");
      await world().store.users.insertLogIn(session, { userId: user, passwordHash: "hash" });
      const reset = { code: "CODE", codeHash: "hash of a code", expireTimeMs };
      await world().store.users.insertPasswordReset("ann@example.com", reset, []);
      const token = {
        id: "token",
        userId: user,
        sessionId: "session",
        tokenHash: "hash of a token",
        name: "script",
        expireTimeMs,
      };
      await world().store.accessTokens.insertAccessToken(token);
      const told = JSON.stringify(await lines(user));
      expect(told).to.include('"access_token"').and.include('"password_reset"').and.include('"session"');
      expect(told).not.to.match(/hash|CODE/i);
    });

    it("tells all of many rows, each once", async () => {
      const user = await world().user();
      for (let made = 0; made < 450; made += 1) await world().arm(user, { kind: "above", level: 100 + made, forMs: 0 });
      const alerts = (await lines(user)).filter(({ type }) => type === "alert");
      expect(new Set(alerts.map(({ id }) => id)).size).to.equal(450);
      expect(alerts).to.have.length(450);
    });

    it("tells nothing of nobody", async () => expect(await lines("nobody")).to.deep.equal([]));
  });
}
