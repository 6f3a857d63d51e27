import { expect } from "chai";
import { parseMail, renderMailSummary } from "./mail.ts";

const lines = (...text: string[]): Buffer => Buffer.from(text.join("\r\n"));

describe("parseMail()", () => {
  it("reads names, encoded words, text and HTML", async () => {
    const raw = lines(
      "From: =?UTF-8?Q?J=C3=BCrgen?= <j@x.test>",
      "To: a@x.test, Bea <b@x.test>, Team: c@x.test, d@x.test;",
      "Subject: =?UTF-8?B?w4RwZmVs?=",
      "Message-ID: <1@x.test>",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Grüße",
    );
    expect(await parseMail(raw, "00000001-20260515T195630Z", 5)).to.deep.equal({
      id: "00000001-20260515T195630Z",
      receivedTimeMs: 5,
      from: "Jürgen <j@x.test>",
      to: ["a@x.test", "Bea <b@x.test>", "Team: c@x.test, d@x.test"],
      subject: "Äpfel",
      messageId: "<1@x.test>",
      text: "Grüße\n",
      html: "",
      sizeBytes: raw.length,
    });
  });

  it("puts pictures of the mail into its HTML, but no SVG", async () => {
    const raw = lines(
      'Content-Type: multipart/related; boundary="b"',
      "",
      "--b",
      "Content-Type: text/html",
      "",
      '<img src="cid:chart@x"><img src="cid:script@x">',
      "--b",
      "Content-Type: image/png",
      "Content-ID: <chart@x>",
      "Content-Transfer-Encoding: base64",
      "",
      "iVBORw0KGgo=",
      "--b",
      "Content-Type: image/svg+xml",
      "Content-ID: <script@x>",
      "",
      "<svg/>",
      "--b--",
    );
    const { html } = await parseMail(raw, "1", 0);
    expect(html).to.contain('<img src="data:image/png;base64,iVBORw0KGgo="><img src="cid:script@x">');
  });

  it("takes anything for a mail", async () => {
    for (const raw of [Buffer.alloc(0), Buffer.from([0, 255, 13, 10]), lines("no header", "", "text")]) {
      expect(await parseMail(raw, "1", 0)).to.include({ from: "", subject: "", sizeBytes: raw.length });
    }
  });
});

describe("renderMailSummary()", () => {
  it("shows head and first lines, and lets nothing move the cursor", async () => {
    const raw = lines(
      "From: =?UTF-8?Q?=1B[2J=0AX?= <j@x.test>",
      "To: a@x.test",
      "Subject: =?UTF-8?Q?Your=0D=0Acode=E2=80=AE?=",
      "",
      "Your code is 123456.",
      "",
      "\u001b]0;title\u0007 more",
      ...Array.from({ length: 20 }, (_, at) => `line ${at}`),
    );
    const summary = renderMailSummary(await parseMail(raw, "7", 0));
    expect(summary).to.match(
      /^mail 7\nfrom: {4}\S.*<j@x\.test>\nto: {6}a@x\.test\nsubject: Your +code\nYour code is 123456\.\n/,
    );
    expect(summary.replaceAll("\n", "")).not.to.match(/[\p{Cc}\p{Cf}]/u);
    expect(summary.split("\n")).to.have.length(4 + 12 + 1 + 1);
  });
});
