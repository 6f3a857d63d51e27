// The judge of stuck mails has to be able to say no: what went on in time is told from what did not.
import { expect } from "chai";
import { stuckFaults, stuckMails, type AttemptFact } from "./support/stuck-mails.ts";

const KILL_MS = 10_000;
const attempt = (changes: Partial<AttemptFact>): AttemptFact => ({
  notificationId: "one",
  beginMs: 9_900,
  endMs: null,
  reason: null,
  notificationEndMs: null,
  ...changes,
});
const lost = (changes: Partial<AttemptFact> = {}) => attempt({ endMs: 10_003, reason: "STREAM_BROKE", ...changes });

describe("stuckMails()", () => {
  const cases: readonly (readonly [sentence: string, trail: AttemptFact[], victim: string, waits: string[]])[] = [
    ["a mail that had its answer before", [attempt({ endMs: 9_950, reason: "TAKEN" })], "notifier", []],
    ["a mail under way while only the fetcher was killed", [attempt({})], "fetcher", []],
    ["a mail that began afterwards", [attempt({ beginMs: 10_001 })], "notifier", []],
    ["handed out again after its stream broke", [lost(), attempt({ beginMs: 10_700 })], "notifier", ["stream 700"]],
    ["ended when its stream broke", [lost({ reason: "HOLDING", notificationEndMs: 10_004 })], "notifier", ["stream 3"]],
    ["lost and left lying", [lost()], "notifier", ["stream Infinity"]],
    ["told late after the server was killed", [attempt({ endMs: 11_200, reason: "TAKEN" })], "server", ["lease 1200"]],
    [
      "found by its lease",
      [lost({ reason: "LEASE_RAN_OUT" }), attempt({ beginMs: 54_900 })],
      "server",
      ["lease 44900"],
    ],
  ];
  for (const [sentence, trail, victim, waits] of cases) {
    it(`counts ${sentence}: ${waits.join() || "nothing"}`, () => {
      const found = stuckMails(trail, [{ victim, timeMs: KILL_MS }]);
      expect(found.map(({ why, waitedMs }) => `${why} ${waitedMs}`)).to.deep.equal(waits);
    });
  }
});

describe("stuckFaults()", () => {
  const faults = (why: "stream" | "lease", waitedMs: number, backOffMs = 0) =>
    stuckFaults([{ notificationId: "one", why, waitedMs, backOffMs }]);

  it("names what waited longer than 5 s though its stream broke, or longer than 60 s at all", () => {
    expect(faults("stream", 5_001)).to.deep.equal(["notification one went on 5.001 s after its notifier was killed"]);
    expect(faults("lease", 60_001)).to.deep.equal(["notification one went on 60.001 s after the server was killed"]);
  });

  it("is content with what went on in time, its back-off counted", () => {
    expect([...faults("stream", 5_000), ...faults("lease", 60_000), ...faults("stream", 62_000, 60_000)]).to.be.empty;
  });
});
