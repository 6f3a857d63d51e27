// A quote that several sessions hear, and that touches more alerts than one commit judges.
import { expect } from "chai";
import type { Alert, AlertSession } from "../../domain/alert.ts";
import { ALERT_SESSIONS } from "../../domain/judging/hears-session.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { above, exampleTick, inside } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const PER_COMMIT = 2;
const LATER_MS = 60 * SECOND_MS;

export function judgingSessionsConformance(openStore: OpenStore): void {
  describe("recordQuotes(), when alerts of several sessions are more than a commit judges", () => {
    const world = eachInItsWorld(openStore);

    /** Three alerts of each session, armed at 100; at which sessions they hear. */
    const armAll = async () => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      await world().tick(100);
      const ids = new Map<string, AlertSession>();
      for (const session of [...ALERT_SESSIONS].reverse()) {
        for (const level of [101, 102, 103]) {
          ids.set((await world().arm(user, above(level), { session })).alert.id, session);
        }
      }
      return { user, ids };
    };
    /** Goes on, with a restart before each commit, until all is judged; who fired in each. */
    const goOn = async (
      ids: ReadonlyMap<string, AlertSession>,
      first: Awaited<ReturnType<ReturnType<typeof world>["commit"]>>,
    ) => {
      const fired: (AlertSession | undefined)[][] = [];
      for (let result = first; ; result = await world().commit()) {
        fired.push(result.triggers.map(({ trigger }) => ids.get(trigger.alertId)));
        if (result.open.length === 0) return fired;
        await world().restart();
      }
    };

    it("judges one session after the other, across restarts, and each alert once", async () => {
      const { user, ids } = await armAll();
      const fired = await goOn(ids, await world().commit([exampleTick(LATER_MS, 110)]));
      expect(fired).to.deep.equal([
        ["regular", "regular"],
        ["regular", "extended"],
        ["extended", "extended"],
        ["any", "any"],
        ["any"],
      ]);
      const versions = (await world().alerts(user)).map(({ states }) => states[0]?.state.version);
      expect(versions).to.deep.equal(Array(9).fill(2));
    });

    it("begins with the first session that hears the quote, and moves no other's previous price", async () => {
      const { ids } = await armAll();
      const fired = await goOn(ids, await world().commit([exampleTick(LATER_MS, 110, { sessionClass: "closed" })]));
      expect(fired).to.deep.equal([["any", "any"], ["any"]]);
      const regular = await goOn(ids, await world().commit([exampleTick(LATER_MS + 1, 109)]));
      expect(regular.flat()).to.deep.equal([...Array<string>(3).fill("regular"), ...Array<string>(3).fill("extended")]);
    });

    it("comes to an end where it touches all and changes nobody", async () => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      await world().tick(100);
      for (const session of ALERT_SESSIONS) {
        for (let at = 0; at < 3; at += 1) await world().arm(user, inside(101, 102), { session });
      }
      const open: number[] = [];
      const through = exampleTick(LATER_MS, 100, { high: 105 }); // goes through the band and closes below it
      for (let result = await world().commit([through]); open.length < 10; result = await world().commit()) {
        open.push(result.open.length);
        if (result.open.length === 0) break;
      }
      expect(open).to.deep.equal([1, 1, 1, 1, 0]);
    });

    it("lets an expiry wait for it, and keeps the wakes that the judging gives", async () => {
      const { user, ids } = await armAll();
      const [waiting] = [...ids].find(([, session]) => session === "any") ?? [""];
      await world().commit([exampleTick(LATER_MS, 110)]);
      let isDone = false;
      const expire = (alert: Alert) => ({
        alert: { ...alert, expireTimeMs: world().eventNowMs + LATER_MS },
        rearm: false,
      });
      const done = world()
        .store.alerts.updateAlert(user, waiting, world().eventNowMs, expire)
        .then(() => (isDone = true));
      for (let turn = 0; turn < 3; turn += 1) await world().sweep();
      expect(isDone).to.equal(false);
      for (let left = 4; left > 0; left -= 1) await world().commit();
      await done;
      expect((await world().state(user, waiting)).name).to.equal("TRIGGERED");
      expect((await world().commit([exampleTick(2 * LATER_MS, 109)])).triggers).to.deep.equal([]);
    });
  });
}
