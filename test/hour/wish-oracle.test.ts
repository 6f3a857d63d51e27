import { expect } from "chai";
import { HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { NotificationView } from "../../server/notification-store.ts";
import type { SinkAttempt } from "./sink-record.ts";
import { judgeWishes } from "./wish-oracle.ts";
import type { Wish } from "./wishes.ts";

const NOON_MS = Date.UTC(2026, 9, 21, 12);
const ANN = "ann@example.com";

/** A mail that was begun and taken at that moment. */
function mailAt(takenMs: TimeMs, notes: readonly string[] = [], more = 0): SinkAttempt {
  const messageId = `<${takenMs}@example.com>`;
  const mail = {
    messageId,
    digest: "",
    sealedMs: takenMs,
    subject: "HOURA",
    textLength: 100,
    symbols: ["HOURA"],
    notes,
    more,
  };
  return { mail, recipient: ANN, begunMs: takenMs, atMs: takenMs, takenMs, answeredMs: takenMs, refused: null };
}

/** What the judge says when the urgent alert A1 fired at noon, and stands in the database as a trigger of `told`. */
function judged(
  attempts: readonly SinkAttempt[],
  settings: Partial<Wish["settings"]> = {},
  told: { readonly of: SinkAttempt; readonly deletedMs: TimeMs | null } | null = null,
): string[] {
  const none = { quietHours: null, digest: null, snoozeUntilMs: null };
  const wish = {
    userId: "ann",
    sinceMs: NOON_MS - HOUR_MS,
    timeZone: "Asia/Tokyo",
    settings: { ...none, ...settings },
  };
  const watcher = { alertId: "A1", userId: "ann", symbol: "HOURA", side: "above", level: 1, isUrgent: true } as const;
  const memory = { tellsWhenBack: false, remindEveryMs: 0, isArmed: false, hasFired: true, heldMs: 0 };
  const deletedMs = told?.deletedMs ?? null;
  const expected = [
    { note: "A1 now", watcher: { ...watcher, ...memory, deletedMs }, kind: "FIRED" as const, atMs: NOON_MS },
  ];
  const view = { messageId: told?.of.mail.messageId, triggers: [{ note: "A1 now" }] } as unknown as NotificationView;
  const notifications = new Map(told === null ? [] : [["ann", [view]]]);
  const nothing = { notifications, expired: new Map(), policy: "resend" } as const;
  return judgeWishes({ ...nothing, attempts, expected, addresses: new Map([["ann", ANN]]), wishes: [wish] });
}

const mails = (count: number, everyMs: number): SinkAttempt[] =>
  Array.from({ length: count }, (_, at) => mailAt(NOON_MS + at * everyMs));

describe("judgeWishes()", () => {
  it("sees an eleventh mail within the hour, and none when the first is an hour old", () => {
    expect(judged(mails(11, 6 * MINUTE_MS - 1))).to.have.lengthOf(1);
    expect(judged(mails(11, 6 * MINUTE_MS))).to.deep.equal([]);
  });

  it("sees a fifty-first mail within the day", () => {
    expect(judged(mails(51, 28 * MINUTE_MS))).to.have.lengthOf(1);
    expect(judged(mails(51, 29 * MINUTE_MS))).to.deep.equal([]);
  });

  it("counts a mail that came twice once", () => {
    expect(judged([...mails(10, MINUTE_MS), ...mails(10, MINUTE_MS)])).to.deep.equal([]);
  });

  it("sees a mail in quiet hours by its reader's clock, unless it is urgent or was on its way", () => {
    const quietHours = { from: 21 * 60, until: 6 * 60 }; // noon in London is nine in the evening in Tokyo
    expect(judged([mailAt(NOON_MS + HOUR_MS)], { quietHours })).to.have.lengthOf(1);
    expect(judged([mailAt(NOON_MS + 10 * HOUR_MS)], { quietHours })).to.deep.equal([]);
    expect(judged([mailAt(NOON_MS + HOUR_MS, ["A1 now"])], { quietHours })).to.deep.equal([]);
    expect(judged([{ ...mailAt(NOON_MS + MINUTE_MS), begunMs: NOON_MS - 1 }], { quietHours })).to.deep.equal([]);
    expect(judged([{ ...mailAt(NOON_MS + MINUTE_MS), begunMs: NOON_MS + 1 }], { quietHours })).to.have.lengthOf(1);
  });

  it("sees a repeat in quiet hours of a mail that came before", () => {
    const quietHours = { from: 21 * 60, until: 6 * 60 };
    const before = mailAt(NOON_MS - MINUTE_MS);
    const repeat = { ...before, begunMs: NOON_MS + MINUTE_MS, takenMs: NOON_MS + MINUTE_MS };
    expect(judged([before], { quietHours })).to.deep.equal([]);
    expect(judged([before, repeat], { quietHours })).to.have.lengthOf(1);
  });

  it("asks the database for an urgent alert that a mail only counts, unless it was deleted before", () => {
    const snoozeUntilMs = NOON_MS + 3 * HOUR_MS;
    const mail = mailAt(NOON_MS + HOUR_MS, ["A2 now"], 1);
    expect(judged([mail], { snoozeUntilMs })).to.have.lengthOf(1);
    expect(judged([mail], { snoozeUntilMs }, { of: mail, deletedMs: null })).to.deep.equal([]);
    expect(judged([mail], { snoozeUntilMs }, { of: mail, deletedMs: NOON_MS + HOUR_MS })).to.have.lengthOf(1);
    const whole = mailAt(NOON_MS + HOUR_MS, ["A2 now"]);
    expect(judged([whole], { snoozeUntilMs }, { of: whole, deletedMs: null })).to.have.lengthOf(1);
  });

  it("sees a mail while its reader snoozes", () => {
    const snoozeUntilMs = NOON_MS + 3 * HOUR_MS;
    expect(judged([mailAt(snoozeUntilMs - 1)], { snoozeUntilMs })).to.have.lengthOf(1);
    expect(judged([mailAt(snoozeUntilMs)], { snoozeUntilMs })).to.deep.equal([]);
  });
});
