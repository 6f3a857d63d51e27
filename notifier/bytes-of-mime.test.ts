import { expect } from "chai";
import MailComposer from "nodemailer/lib/mail-composer";
import { bytesOfMime } from "./bytes-of-mime.ts";

/** What is hard to encode or to break into lines. */
const TEXTS = [
  "plain\nwords\r\nand more\r\n",
  ".\r\n..\r\n.hidden\r\n",
  `${"long ".repeat(60)}\nÄpfel=Öl \t\r\n`,
  "€".repeat(200),
  "🔔 ".repeat(90),
  "価格が上がった。".repeat(30),
  "blanks at the end   \n\t\n =3D= \n",
  "a lone \r in it, and no end",
  `<p>${"x".repeat(1_500)}</p>`,
  " ",
];

function composerOf(text: string, html: string, png: Buffer | null): MailComposer {
  return new MailComposer({
    text,
    html,
    attachments: png === null ? [] : [{ cid: "one@x", content: png, contentType: "image/png", filename: "chart.png" }],
    from: { name: "Bell", address: "bell@example.com" },
    to: "ann@example.com",
    subject: text.slice(0, 60),
    messageId: "<1@x>",
    date: new Date(0),
    baseBoundary: "base",
    newline: "windows",
  });
}

describe("bytesOfMime()", () => {
  for (const [at, text] of TEXTS.entries()) {
    it(`gives what the library's streams give, of ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const html = TEXTS[(at + 1) % TEXTS.length]!;
      for (const png of [
        null,
        Buffer.alloc(0),
        Buffer.from([at]),
        Buffer.alloc(57 * at + 1, at),
        Buffer.alloc(5_000),
      ]) {
        const expected = await composerOf(text, html, png).compile().build();
        expect(bytesOfMime(composerOf(text, html, png).compile()).toString("latin1")).to.equal(
          expected.toString("latin1"),
        );
      }
    });
  }

  it("gives a mail of text alone as the library does", async () => {
    const compile = () => new MailComposer({ text: "no more", messageId: "<1@x>", date: new Date(0) }).compile();
    expect(bytesOfMime(compile()).toString()).to.equal((await compile().build()).toString());
  });
});
