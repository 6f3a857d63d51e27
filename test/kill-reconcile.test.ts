// The judge of the kill trials has to be able to say no: each kind of loss, fed to it, is named.
import { expect } from "chai";
import type { Evidence } from "./support/kill-evidence.ts";
import { reconcile } from "./support/kill-reconcile.ts";

const HOUR_MS = 3_600_000;
const [ANN, SYMBOL] = ["ann@example.com", "AAPL"];
const quote = (seq: number, close: number) => ({ symbol: SYMBOL, quoteTimeMs: seq * 1_000, close, seq });
const mail = (messageId: string, takenMs: number, digest = messageId) => {
  return { messageId, recipient: ANN, subject: `${SYMBOL} above 200`, digest, beginMs: takenMs - 10, takenMs };
};
const notification = (id: string, state = "SENT") => ({
  id,
  messageId: `<${id}>`,
  state,
  recipient: ANN,
  symbol: SYMBOL,
});
const trigger = (seq: number, notificationId: string) => ({ alert: 1, seq, price: 201, notificationId, inMail: 1 });

/** Two rises above 200, a trigger and a mail each, an hour apart. */
function honest(): Evidence {
  const judged = [190, 201, 190, 201].map((close, at) => quote(at + 1, close));
  return {
    acknowledged: judged,
    sent: judged,
    stored: judged,
    judged,
    alerts: [{ row: 1, userId: "ann", symbol: SYMBOL, level: 200, repeat: "every" }],
    triggers: [trigger(2, "one"), trigger(4, "two")],
    notifications: [notification("one"), notification("two")],
    mails: [mail("<one>", 2_000), mail("<two>", 2_000 + HOUR_MS)],
    killTimesMs: [],
    integrity: "ok",
  };
}

/** What each lie is found out by. */
const LIES: readonly (readonly [lie: string, told: (truth: Evidence) => Partial<Evidence>, found: RegExp])[] = [
  ["a lost quote", ({ stored }) => ({ stored: stored.slice(1) }), /^lost quote: AAPL at 1000/],
  ["a quote with another value", ({ stored }) => ({ stored: [quote(1, 191), ...stored.slice(1)] }), /^lost quote/],
  [
    "a quote that was never judged",
    ({ judged }) => ({ judged: judged.slice(0, 3) }),
    /^quote not judged: AAPL at 4000/,
  ],
  ["a quote stored twice", ({ stored }) => ({ stored: [...stored, quote(1, 190)] }), /^quote stored 2 times/],
  [
    "a quote judged twice",
    ({ judged }) => ({ judged: [...judged, { ...quote(4, 201), seq: 5 }] }),
    /^quote judged 2 times/,
  ],
  [
    "a quote out of nowhere",
    ({ stored }) => ({ stored: [...stored, quote(9, 1)] }),
    /^quote that nobody sent: AAPL at 9000/,
  ],
  [
    "a place given twice",
    ({ judged }) => ({ judged: judged.map((one) => ({ ...one, seq: 1 })) }),
    /^two quotes have the place 1/,
  ],
  ["a lost trigger", ({ triggers }) => ({ triggers: triggers.slice(1) }), /^lost trigger: alert 1 on quote 2/],
  [
    "a double trigger",
    ({ triggers }) => ({ triggers: [...triggers, triggers[0]!] }),
    /^trigger 2 times: alert 1 on quote 2/,
  ],
  [
    "a false trigger",
    ({ triggers }) => ({ triggers: [...triggers, trigger(3, "one")] }),
    /^trigger that should not be.* quote 3/,
  ],
  [
    "a trigger nobody is told of",
    () => ({ triggers: [trigger(2, "gone"), trigger(4, "two")] }),
    /quote 2 is in no notification/,
  ],
  [
    "a line left out",
    ({ triggers }) => ({ triggers: [{ ...triggers[0]!, inMail: 0 }, triggers[1]!] }),
    /quote 2 has no line in its mail/,
  ],
  [
    "a notification without an end",
    () => ({ notifications: [notification("one", "WAITING"), notification("two")] }),
    /one is WAITING/,
  ],
  ["a lost mail", ({ mails }) => ({ mails: mails.slice(1) }), /^lost mail: notification one/],
  [
    "a mail out of nowhere",
    ({ mails }) => ({ mails: [...mails, mail("<no>", 9 * HOUR_MS)] }),
    /^mail <no> is no notification's/,
  ],
  [
    "a mail to somebody else",
    ({ mails }) => ({ mails: [{ ...mails[0]!, recipient: "eve@example.com" }, mails[1]!] }),
    /^mail <one> is no notification's/,
  ],
  [
    "two mails within the hour",
    ({ mails }) => ({ mails: [mails[0]!, mail("<two>", 2_000 + HOUR_MS - 1)] }),
    /^two mails within the hour: ann@example.com and AAPL, 3599.999 s apart/,
  ],
  [
    "a changed byte",
    ({ mails }) => ({ mails: [...mails, mail("<one>", 2_050, "other")], killTimesMs: [2_020] }),
    /^mail <one> came with different bytes/,
  ],
  [
    "a repeat without a cause",
    ({ mails }) => ({ mails: [mail("<one>", 1_900), ...mails], killTimesMs: [1_000] }),
    /again without a kill/,
  ],
  ["a damaged database", () => ({ integrity: "row 7 missing from index" }), /^the database is damaged/],
];

describe("reconcile()", () => {
  it("finds nothing where every promise was kept", () => {
    expect(reconcile(honest())).to.deep.equal([]);
  });

  it("allows the same mail again when something was killed while it was under way", () => {
    const mails = [mail("<one>", 2_000), mail("<one>", 2_500), mail("<two>", 2_500 + HOUR_MS)];
    expect(reconcile({ ...honest(), mails, killTimesMs: [2_300] })).to.deep.equal([]);
  });

  it("allows a mail whose fate nobody knows under `hold` alone", () => {
    const notifications = [notification("one", "UNKNOWN"), notification("two")];
    expect(reconcile({ ...honest(), notifications }, "hold")).to.deep.equal([]);
    expect(reconcile({ ...honest(), notifications }, "resend").join()).to.include("one is UNKNOWN");
  });

  it("allows no mail a second time under `hold`, whatever was killed", () => {
    const mails = [mail("<one>", 2_000), mail("<one>", 2_500), mail("<two>", 2_500 + HOUR_MS)];
    expect(reconcile({ ...honest(), mails, killTimesMs: [2_300] }, "hold").join()).to.include("<one> came again");
  });

  for (const [lie, tell, found] of LIES) {
    it(`names ${lie}`, () => {
      const truth = honest();
      const faults = reconcile({ ...truth, ...tell(truth) });
      expect(
        faults.some((fault) => found.test(fault)),
        faults.join("\n"),
      ).to.be.true;
    });
  }
});
