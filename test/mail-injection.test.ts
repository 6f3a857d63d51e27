// The long trial mail.injection in small, and whether it would see what is wrong.
import { expect } from "chai";
import { composeMail, type ComposedMail } from "../notifier/compose-mail.ts";
import { sampleDelivery, sampleTrigger, sampleTriggerMail } from "../notifier/testing/sample-delivery.ts";
import { faultsOf, playInjection } from "./mail/play-injection.ts";

const MAILS = 150;
const delivery = sampleDelivery({
  content: { $case: "triggerMail", value: sampleTriggerMail({ triggers: [sampleTrigger(), sampleTrigger()] }) },
});

describe("a mail about anything", () => {
  it("has one recipient, the expected headers, its own markup, and the same facts in text and HTML", async () => {
    const violations: string[] = [];
    const { refused } = await playInjection({ count: MAILS, seed: 1, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
    expect(refused)
      .to.be.above(0)
      .and.below(MAILS / 2);
  });
});

describe("the reader of hostile mails", () => {
  async function changed(from: RegExp, to: string): Promise<readonly string[]> {
    const mail = composeMail(delivery, { name: "Tickerbell", address: "bell@example.com" });
    const bytes = Buffer.from(mail.bytes.toString("latin1").replace(from, to), "latin1");
    const faults = await faultsOf(delivery, { ...mail, bytes } satisfies ComposedMail);
    return faults.filter((fault) => !fault.startsWith("composed again"));
  }

  it("finds nothing in a sound one", async () => {
    expect(await changed(/$/, "")).to.deep.equal([]);
  });

  const cases = [
    ["another recipient", /^To: /m, "To: eve@example.net, ", /it goes to eve/],
    ["a recipient in another header", /^To: /m, "Bcc: eve@example.net\r\nTo: ", /its headers are/],
    ["a tag", /<h1>/, "<h1><b>", /a tag is not its own: <b>/],
    ["an attribute", /<tr><th>/, "<tr onclick=3D1><th>", /a tag is not its own/],
    ["a lost note in HTML", /<td>sell half/, "<td>", /do not tell the same/],
    ["another note in text", /Note: {3}sell half/, "Note:   buy half", /a note is not as it was written/],
    ["an alert that is missing", /<h3>/, "<h2>", /of 2 alerts it shows 1/],
    ["a subject of other letters", /^Subject: /m, "Subject: =?utf-8?Q?=C3=84?= ", /its subject is/],
    ["a line end that is none", /\r\n<h1>/, "\n<h1>", /a line does not end/],
    ["a mark of direction", /sell half/g, "sell=E2=80=AE half", /must not have/],
  ] as const;
  for (const [what, from, to, fault] of cases) {
    it(`finds ${what}`, async () => expect((await changed(from, to)).join("\n")).to.match(fault));
  }
});
