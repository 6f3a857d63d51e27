import { expect } from "chai";
import { LEASE_MS } from "./delivery-limits.ts";
import { INTERLEAVING_LENGTH, explore, type Exploration, type ExploreOptions } from "./testing/explore.ts";
import { realMachine, type Machine } from "./testing/machine.ts";
import {
  alwaysReleases,
  announcesTooLate,
  coolsTheFirstOnly,
  countsTokensApart,
  countsFromTheClaim,
  dropsTheOneThatGoes,
  forgetsOtherCopies,
  knowsLeasesByNumber,
  neverExpiresLeases,
  opensWhileLeased,
  resendDropsWhatWaits,
  resendKeepsTheSeal,
  resendsWithinTheHour,
  repeatsWhatIsResent,
  tellsTheFirstOnly,
} from "./testing/wrong-machines.ts";

// Every order in which triggers, two notifiers, the mail server, lost and late reports, leases, reboots, time, and users who have something
// sent again can meet the machine, for one symbol and for two whose notifications may go in one mail. In each world: no trigger lost, no
// second content under one Message-ID, no two different mails about a symbol within the hour, whoever is of one mail stands together, an end
// in reach.

/** Two symbols with a trigger each; within a lease, time passes at once. */
const TWO_SYMBOLS = { maxTriggers: [1, 1], stepMs: LEASE_MS };

const RESENDING = { maxTriggers: [2], maxResends: 1 };
const JOINT: ExploreOptions = { ...TWO_SYMBOLS, policy: "resend", maxBegins: 3 };

/** Says in the test's own line how much was looked at. */
function tell(test: Mocha.Runnable | undefined, { states, transitions, interleavings }: Exploration): void {
  const count = (value: number) => value.toLocaleString("en-US");
  const lengths = `${count(interleavings)} interleavings of at most ${INTERLEAVING_LENGTH} steps`;
  if (test !== undefined) test.title += ` (${count(states)} states, ${count(transitions)} steps, ${lengths})`;
}

describe("the notifying machine, explored", () => {
  it("`resend` keeps every promise, with two triggers", function () {
    const exploration = explore(realMachine, { policy: "resend", maxTriggers: [2] });
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
    const exploration = explore(realMachine, { policy: "hold", maxTriggers: [3] });
    tell(this.test, exploration);
    expect(exploration.violation).to.equal(null);
    expect(exploration.reached).to.include.all.keys("WAITING", "SENDING", "SENT", "DEAD", "UNKNOWN", "EXPIRED");
    expect(exploration.reached.has("UNSURE")).to.equal(false);
  });

  for (const [sentence, options] of [
    ["what is sent again keeps every promise (`resend`)", { policy: "resend", maxTriggers: [1], maxResends: 1 }],
    ["what is sent again keeps every promise (`hold`)", { policy: "hold", maxTriggers: [2], maxResends: 1 }],
    ["mails of two symbols keep every promise (`resend`)", { ...TWO_SYMBOLS, policy: "resend", maxBegins: 3 }],
    [
      "and so do those that are sent again (`resend`)",
      { ...TWO_SYMBOLS, policy: "resend", maxBegins: 2, maxResends: 1 },
    ],
    ["and so do those that are sent again (`hold`)", { ...TWO_SYMBOLS, policy: "hold", maxBegins: 2, maxResends: 1 }],
  ] satisfies [string, ExploreOptions][]) {
    it(sentence, function () {
      const exploration = explore(realMachine, options);
      tell(this.test, exploration);
      expect(exploration.violation).to.equal(null);
    });
  }

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
    ["a lease known by its number alone lets another mail go", knowsLeasesByNumber, "hold", "ONE_MAIL_AN_HOUR"],
    ["a lease that never runs out strands its mail", neverExpiresLeases, "hold", "EVERYTHING_CAN_END"],
  ];
  for (const [sentence, machine, policy, promise] of wrongReadings) {
    it(`catches a wrong reading: ${sentence} (${promise})`, () => {
      const { violation } = explore(machine, { policy, maxTriggers: [2] });
      expect(violation?.promise, violation?.trace.join(" → ")).to.equal(promise);
    });
  }

  const wrongWithResends: [string, Machine, ExploreOptions, string][] = [
    [
      "sending the old mail again, as a repeat",
      repeatsWhatIsResent,
      { ...RESENDING, policy: "resend" },
      "ONE_MAIL_AN_HOUR",
    ],
    ["sending again within the hour", resendsWithinTheHour, { ...RESENDING, policy: "resend" }, "ONE_MAIL_AN_HOUR"],
    ["sending again within the hour", resendsWithinTheHour, { ...RESENDING, policy: "hold" }, "ONE_MAIL_AN_HOUR"],
    ["waiting again under the old seal", resendKeepsTheSeal, { ...RESENDING, policy: "resend" }, "ONE_OPEN_ONE_SEALED"],
    ["sending again instead of what waits", resendDropsWhatWaits, { ...RESENDING, policy: "hold" }, "NO_TRIGGER_LOST"],
    ["a word about a mail for its first notification only", tellsTheFirstOnly, JOINT, "A_MAIL_STAYS_TOGETHER"],
    ["tokens that each notification counts for itself", countsTokensApart, JOINT, "A_MAIL_STAYS_TOGETHER"],
    ["the cooldown of a mail's first symbol only", coolsTheFirstOnly, { ...JOINT, maxResends: 1 }, "ONE_MAIL_AN_HOUR"],
  ];
  for (const [sentence, machine, options, promise] of wrongWithResends) {
    it(`catches a wrong reading: ${sentence} (${options.policy}, ${promise})`, () => {
      const { violation } = explore(machine, options);
      expect(violation?.promise, violation?.trace.join(" → ")).to.equal(promise);
    });
  }
});
