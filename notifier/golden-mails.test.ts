// Every kind of mail as it goes out, byte for byte. After a change that is meant: UPDATE_GOLDEN=1 mocha notifier/golden-mails.test.ts, then look
// at what git shows, and make the pictures of docs/mail/ anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import PostalMime from "postal-mime";
import { composeMail, MAIL_LIMIT } from "./compose-mail.ts";
import { GOLDEN_DELIVERIES } from "./testing/golden-deliveries.ts";
import { factsOfHtml, factsOfText } from "./testing/mail-facts-reader.ts";

const FOLDER = join(import.meta.dirname, "golden");
const FROM = { name: "Tickerbell", address: "bell@example.com" };
const isUpdate = process.env["UPDATE_GOLDEN"] === "1";

describe("notifier/golden/", () => {
  for (const [name, delivery] of GOLDEN_DELIVERIES) {
    it(`has the mail ${name}`, async () => {
      const { bytes } = composeMail(delivery, FROM);
      const file = join(FOLDER, `${name}.eml`);
      if (isUpdate) writeFileSync(file, bytes);
      expect(bytes.toString("latin1")).to.equal(readFileSync(file, "latin1"));
      const { subject = "", text = "", html = "" } = await PostalMime.parse(bytes);
      expect(subject).to.match(/^[ -~]{1,78}$/);
      expect(bytes.length).to.be.below(MAIL_LIMIT);
      if (html.includes("<h1>")) expect(factsOfHtml(html)).to.deep.equal(factsOfText(text));
    });
  }

  it("has nothing else", () => {
    const names = GOLDEN_DELIVERIES.map(([name]) => `${name}.eml`);
    expect(readdirSync(FOLDER).toSorted()).to.deep.equal(names.toSorted());
  });
});
