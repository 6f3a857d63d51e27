import { expect } from "chai";
import type { Exploration } from "./testing/explore.ts";
import { INTERLEAVING_LENGTH, explore } from "./testing/explore.ts";
import type { Machine } from "./testing/machine.ts";
import {
  alwaysReleases,
  announcesTooLate,
  countsFromTheClaim,
  dropsTheOneThatGoes,
  forgetsOtherCopies,
  neverExpiresLeases,
  opensWhileLeased,
  realMachine,
} from "./testing/machine.ts";

// Every order in which triggers, two notifiers, the mail server, lost and late reports, leases, reboots and time can meet the machine.
// In each world: no trigger lost, no second content under one Message-ID, no two different mails within the hour, an end in reach.

/** Says in the test's own line how much was looked at. */
function tell(test: Mocha.Runnable | undefined, { states, transitions, interleavings }: Exploration): void {
  const count = (value: number) => value.toLocaleString("en-US");
  const lengths = `${count(interleavings)} interleavings of at most ${INTERLEAVING_LENGTH} steps`;
  if (test !== undefined) test.title += ` (${count(states)} states, ${count(transitions)} steps, ${lengths})`;
}

describe("the notifying machine, explored", function () {
  this.timeout(120_000); // about 10 s on a core of its own, in all

  it("`resend` keeps every promise, with two triggers", function () {
    const exploration = explore(realMachine, { policy: "resend", maxTriggers: 2 });
    tell(this.test, exploration);
    expect(exploration.violation).to.equal(null);
    expect(exploration.reached).to.include.all.keys(
      "WAITING",
      "SENDING",
      "UNSURE",
      "SENT",
      "DEAD",
      "UNKNOWN",
      "EXPIRED",
    );
  });

  it("`hold` keeps every promise, and sends at most once, with three triggers", function () {
    const exploration = explore(realMachine, { policy: "hold", maxTriggers: 3 });
    tell(this.test, exploration);
    expect(exploration.violation).to.equal(null);
    expect(exploration.reached).to.include.all.keys("WAITING", "SENDING", "SENT", "DEAD", "UNKNOWN", "EXPIRED");
    expect(exploration.reached.has("UNSURE")).to.equal(false);
  });

  const wrongReadings: [string, Machine, "resend" | "hold", string][] = [
    [
      "rows that stay open while leased send two contents",
      opensWhileLeased,
      "resend",
      "ONE_CONTENT_FOR_ONE_MESSAGE_ID",
    ],
    ["rows that stay open while leased lose a trigger", opensWhileLeased, "hold", "NO_TRIGGER_LOST"],
    ["a cooldown counted from the claim is too short", countsFromTheClaim, "resend", "ONE_MAIL_AN_HOUR"],
    ["a cooldown counted from the claim is too short under `hold`", countsFromTheClaim, "hold", "ONE_MAIL_AN_HOUR"],
    ["a refusal that always releases forgets the copy taken before", alwaysReleases, "resend", "ONE_MAIL_AN_HOUR"],
    ["a 250 that shortens the cooldown forgets the copy under way", forgetsOtherCopies, "resend", "ONE_MAIL_AN_HOUR"],
    ["an announcement after the lease's end sends twice", announcesTooLate, "hold", "ONE_MAIL_AN_HOUR"],
    ["a waiting one that goes without its triggers loses them", dropsTheOneThatGoes, "resend", "NO_TRIGGER_LOST"],
    ["a lease that never runs out strands its mail", neverExpiresLeases, "hold", "EVERYTHING_CAN_END"],
  ];
  for (const [sentence, machine, policy, promise] of wrongReadings) {
    it(`catches a wrong reading: ${sentence} (${promise})`, () => {
      const { violation } = explore(machine, { policy, maxTriggers: 2 });
      expect(violation?.promise, violation?.trace.join(" → ")).to.equal(promise);
    });
  }
});
