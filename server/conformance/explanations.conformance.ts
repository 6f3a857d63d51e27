import { expect } from "chai";
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
import { AppError } from "../../domain/error.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, EXAMPLE_START_MS, exampleAlert, exampleBar, exampleTick, outside } from "../../test/examples.ts";
import type { ExplainQuery, SymbolExplanation } from "../history/history.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

export function explanationsConformance(openStore: OpenStore): void {
  describe("explaining an alert", () => {
    const world = eachInItsWorld(openStore);

    it("tells each price that it was judged on, and why it fired or did not", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100), { repeat: "every" });
      for (const price of [99, 101, 100, 99.5, 99.6]) await world().tick(price);
      const { state, judgements, nextChanges } = await explain(world(), userId, alert.id);
      expect(state).to.equal("ARMED");
      expect(judgements.map(({ reason, detail }) => [reason, detail])).to.deep.equal([
        ["NOT_MET", "close 99.60 is below 100.00"],
        ["REARMED", "close 99.50 is back, at or below 99.50: armed again"],
        ["WITHIN_BAND", "close 100.00 is at 100.00; it arms again at or below 99.50"],
        ["FIRED", "101.00 met 100.00 (the price before it 99.00)"],
        ["NOT_MET", "close 99.00 is below 100.00"],
        ["ARMED", "armed on the last price"],
      ]);
      expect(judgements.map((one) => one.state)).to.deep.equal("ARMED ARMED DISARMED DISARMED ARMED ARMED".split(" "));
      expect(judgements.map(({ quote }) => quote?.seq)).to.deep.equal([6, 5, 4, 3, 2, undefined]);
      expect(nextChanges).to.deep.equal([
        { effect: "fire", level: 100, timeMs: null, detail: "fires at or above 100.00" },
      ]);
    });

    it("tells as many as are asked for, the newest first", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100));
      for (const price of [97, 96, 95, 94]) await world().tick(price);
      const { judgements } = await explain(world(), userId, alert.id, { limit: 2 });
      expect(judgements.map(({ quote }) => quote?.quote.close)).to.deep.equal([94, 95]);
    });

    it("tells how an alert stood at an earlier moment", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100));
      for (const price of [99, 101, 102]) await world().tick(price);
      const at = (seconds: number) =>
        explain(world(), userId, alert.id, { atMs: EXAMPLE_START_MS + seconds * SECOND_MS });
      expect(await at(2)).to.include({ state: "ARMED", lastClose: 99 });
      expect((await at(2)).nextChanges).to.have.length(1);
      const fired = await at(3);
      expect(fired.state).to.equal("TRIGGERED");
      expect(fired.judgements[0]).to.include({ reason: "FIRED" });
      const { code, fields, message } = await refusal(at(-1));
      expect([code, fields[0]?.field]).to.deep.equal(["INVALID_ARGUMENT", "at_time"]);
      expect(message).to.include("2026-01-05 14:30 UTC");
    });

    it("refuses a moment before there was the alert, and names the first second in which there was", async () => {
      const userId = await world().user();
      const alert = exampleAlert(above(100), { id: world().newId(), userId });
      await world().store.alerts.insertAlert(alert, EXAMPLE_START_MS - 250, null);
      const { message } = await refusal(explain(world(), userId, alert.id, { atMs: EXAMPLE_START_MS - 500 }));
      expect(message).to.include("no such alert at 2026-01-05 14:29:59 UTC: it was made at 2026-01-05 14:30 UTC");
    });

    it("tells what fired however long that is ago, and nothing of what it did not hear since", async () => {
      const userId = await world().user();
      const id = await world().fire(userId);
      for (let price = 0; price < 20; price++) await world().tick(102);
      const { state, judgements, nextChanges } = await explain(world(), userId, id);
      expect([state, judgements[0]?.reason, nextChanges]).to.deep.equal(["TRIGGERED", "FIRED", []]);
    });

    it("counts the time that it has held, in the series' own count", async () => {
      const userId = await world().user();
      const bar = (minute: number, close: number) => exampleBar(minute, [close, close, close, close]);
      await world().record(bar(0, 99), bar(1, 99), bar(2, 99));
      const { alert } = await world().arm(userId, above(100, 5 * MINUTE_MS), { createTimeMs: EXAMPLE_START_MS });
      await world().record(bar(3, 101), bar(4, 101), bar(5, 101));
      const { state, judgements, nextChanges } = await explain(world(), userId, alert.id, { limit: 2 });
      expect(state).to.equal("PENDING");
      expect(judgements.map(({ detail }) => detail)).to.deep.equal([
        "close 101.00 is above 100.00, for 2m of 5m",
        "close 101.00 is above 100.00, for 1m of 5m",
      ]);
      expect(nextChanges.map(({ detail }) => detail)).to.deep.equal([
        "fires after 3m more of market time, if it stays so",
        "stops counting beyond 100.00",
      ]);
    });

    it("tells the acts of its owner", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, outside(90, 100));
      await world().store.alerts.pauseAlert(userId, alert.id, null);
      const { state, judgements, nextChanges } = await explain(world(), userId, alert.id);
      expect(judgements.map(({ reason, detail, quote }) => [reason, detail, quote])).to.deep.equal([
        ["PAUSED", "paused by its owner", null],
        ["ARMED", "armed on the last price", null],
      ]);
      expect([state, nextChanges]).to.deep.equal(["PAUSED", []]);
    });

    it("does not explain by what its owner has written since", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100), { repeat: "every" });
      await world().tick(101);
      const change = (before: typeof alert) => ({ alert: { ...before, condition: below(50) }, rearm: true });
      await world().store.alerts.updateAlert(userId, alert.id, world().eventNowMs, change);
      await world().tick(102);
      const { judgements } = await explain(world(), userId, alert.id);
      expect(judgements.map(({ detail }) => detail)).to.deep.equal([
        "close 102.00 is above 50.00",
        "armed on the last price",
        "it fired",
        "armed on the last price",
      ]);
    });

    it("tells the age of a price when it was judged", async () => {
      const userId = await world().user();
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100));
      await world().record(exampleTick(2 * SECOND_MS, 99, { fetchTimeMs: EXAMPLE_START_MS + 5 * SECOND_MS }));
      world().clock.advance(MINUTE_MS);
      await world().record(exampleTick(3 * SECOND_MS, 101));
      const { judgements } = await explain(world(), userId, alert.id);
      expect(judgements.map(({ ageMs }) => ageMs)).to.deep.equal([57 * SECOND_MS, 3 * SECOND_MS, null]);
    });

    it("is silent about another's alert", async () => {
      const [userId, otherId] = [await world().user(), await world().user()];
      await world().tick(98);
      const { alert } = await world().arm(userId, above(100));
      expect(await refusal(explain(world(), otherId, alert.id))).to.include({ reason: "ALERT_NOT_FOUND" });
    });

    it("tells what holds the next mail back", async () => {
      const userId = await world().user();
      const hold = () => world().store.history.mailHold(userId, "AAPL");
      const nothing = { isSuspended: false, cooldownEndMs: null, retryTimeMs: null, isSending: false, waitingCount: 0 };
      expect(await hold()).to.deep.equal(nothing);
      await world().fire(userId);
      expect(await hold()).to.deep.equal({ ...nothing, waitingCount: 1 });
      const mail = await world().begin();
      expect(await hold()).to.include({ isSending: true, waitingCount: 0 });
      await world().end(mail, "taken");
      const cooldownEndMs = world().clock.now() + COOLDOWN_MS;
      expect(await hold()).to.deep.equal({ ...nothing, cooldownEndMs });
      world().clock.advance(COOLDOWN_MS);
      await world().fire(userId);
      await world().end(await world().begin(), "notTaken");
      const { retryTimeMs } = await hold();
      expect(retryTimeMs).to.be.greaterThan(world().clock.now());
    });

    it("says when nothing is mailed to the owner's address any more", async () => {
      const userId = await world().user();
      for (const symbol of ["A", "B", "C"]) {
        await world().fire(userId, { symbol });
        await world().end(await world().begin(), "badAddress");
      }
      expect(await world().store.history.mailHold(userId, "AAPL")).to.include({ isSuspended: true });
    });
  });
}

async function explain(
  { store }: StoreWorld,
  userId: string,
  id: string,
  query: Partial<ExplainQuery> = {},
): Promise<SymbolExplanation> {
  const [only] = await store.history.explain({ userId, id, atMs: null, limit: 10, ...query });
  if (only === undefined) throw new Error("there is no explanation");
  return only;
}

async function refusal(call: Promise<unknown>): Promise<AppError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (error instanceof AppError) return error;
  throw new Error("it was not refused");
}
