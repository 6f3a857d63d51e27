import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import type { AuditNote, AuditQuery } from "../audit-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const ALL: AuditQuery = { userId: null, action: null, sinceMs: null, before: null, limit: 100 };

function note(action: AuditNote["action"], changes: Partial<AuditNote> = {}): AuditNote {
  const peer = "spiffe://tickerbell/cli/main";
  return {
    action,
    peer,
    actorId: "",
    actorEmail: "",
    object: "",
    address: "127.0.0.1",
    detail: "",
    count: 1,
    ...changes,
  };
}

export function auditConformance(openStore: OpenStore): void {
  describe("the audit", () => {
    const world = eachInItsWorld(openStore);
    const append = (...notes: AuditNote[]) => world().store.audit.appendEntries(notes);
    const list = async (query: Partial<AuditQuery> = {}) =>
      (await world().store.audit.listEntries({ ...ALL, ...query })).rows;

    it("gives back what was written, newest first, with its moment, also after a restart", async () => {
      const entry = note("log_in", {
        actorId: "u1",
        actorEmail: "a…@example.com",
        object: "s1",
        detail: "why",
        count: 3,
      });
      await append(entry, note("log_out"));
      const timeMs = world().clock.now();
      await world().restart();
      const [second, first, ...others] = await list();
      expect(others).to.deep.equal([]);
      expect(first).to.deep.equal({ ...entry, timeMs, number: 1 });
      expect(second).to.include({ action: "log_out", number: 2 });
    });

    it("finds entries by user, as actor and as object, by action and by time", async () => {
      await append(note("log_in", { actorId: "u1" }), note("user_suspend", { actorId: "u2", object: "u1" }));
      world().clock.advance(DAY_MS);
      await append(note("log_in", { actorId: "u2" }));
      const actions = async (query: Partial<AuditQuery>) => (await list(query)).map(({ action }) => action);
      expect(await actions({ userId: "u1" })).to.deep.equal(["user_suspend", "log_in"]);
      expect(await actions({ action: "log_in" })).to.deep.equal(["log_in", "log_in"]);
      expect(await actions({ action: "log_in", userId: "u2" })).to.deep.equal(["log_in"]);
      expect(await actions({ sinceMs: world().clock.now() })).to.deep.equal(["log_in"]);
    });

    it("goes on page by page", async () => {
      await append(...Array.from({ length: 5 }, (_, at) => note("log_in", { detail: `${at}` })));
      const seen: string[] = [];
      let before: number | null = null;
      do {
        const page: Awaited<ReturnType<ReturnType<typeof world>["store"]["audit"]["listEntries"]>> =
          await world().store.audit.listEntries({ ...ALL, before, limit: 2 });
        seen.push(...page.rows.map(({ detail }) => detail));
        before = page.next;
      } while (before !== null);
      expect(seen).to.deep.equal(["4", "3", "2", "1", "0"]);
    });

    it("keeps entries for a year, and then lets go of them", async () => {
      await append(note("log_in", { detail: "old" }));
      world().clock.advance(365 * DAY_MS);
      await append(note("log_in", { detail: "a year later" }));
      world().clock.advance(DAY_MS);
      expect(await world().store.audit.removeExpiredEntries()).to.deep.equal({ rows: 0, hasMore: false });
      await append(note("log_in", { detail: "a day later" }));
      world().clock.advance(DAY_MS);
      expect(await world().store.audit.removeExpiredEntries()).to.deep.equal({ rows: 1, hasMore: false });
      expect((await list()).map(({ detail }) => detail)).to.deep.equal(["a day later", "a year later"]);
    });

    it("loses nothing to a clock that runs away for an hour, neither then nor after it", async () => {
      await append(note("log_in", { detail: "before" }));
      world().clock.advance(12 * 365 * DAY_MS);
      await append(note("log_in", { detail: "in twelve years" }));
      world().clock.advance(HOUR_MS);
      expect(await world().store.audit.removeExpiredEntries()).to.include({ rows: 0 });
      world().clock.step(-12 * 365 * DAY_MS);
      await append(note("log_in", { detail: "after" }));
      world().clock.advance(2 * DAY_MS);
      expect(await world().store.audit.removeExpiredEntries()).to.include({ rows: 0 });
      expect(await list()).to.have.length(3);
    });
  });
}
