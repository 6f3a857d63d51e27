import { execFile } from "node:child_process";
import { mock } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import PostalMime from "postal-mime";
import type { Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { Delivery } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { AddressError, composeMail, MAIL_LIMIT } from "./compose-mail.ts";
import { isPlainAddress } from "./mail-address.ts";
import { GOLDEN_DELIVERIES } from "./testing/golden-deliveries.ts";
import { sampleDelivery, samplePoints, sampleTrigger, sampleTriggerMail } from "./testing/sample-delivery.ts";

const FROM = { name: "Tickerbell", address: "bell@example.com" };
const run = promisify(execFile);
/** With pictures, and times of several zones. */
const DIGEST = new Map(GOLDEN_DELIVERIES).get("digest")!;

function textOf(changes: Parameters<typeof sampleDelivery>[0] = {}): string {
  const { bytes } = composeMail(sampleDelivery(changes), FROM);
  return bytes.toString("latin1");
}

describe("composeMail()", () => {
  it("gives the same bytes at another time", () => {
    const first = textOf();
    mock.timers.enable({ apis: ["Date"], now: Date.parse("2031-02-03T04:05:06Z") });
    try {
      expect(textOf()).to.equal(first);
    } finally {
      mock.timers.reset();
    }
  });

  it("gives the same bytes in another process, in whatever zone and language", async () => {
    const here = textOf(DIGEST);
    const modules = ["compose-mail.ts", "testing/golden-deliveries.ts"];
    const [compose, sample] = modules.map((file) => pathToFileURL(`${import.meta.dirname}/${file}`).href);
    const script = `const { composeMail } = await import("${compose!}");
      const { GOLDEN_DELIVERIES } = await import("${sample!}");
      const { bytes } = composeMail(new Map(GOLDEN_DELIVERIES).get("digest"), ${JSON.stringify(FROM)});
      process.stdout.write(bytes);`;
    for (const env of [
      { TZ: "Asia/Tokyo", LC_ALL: "de_DE.UTF-8" },
      { TZ: "America/Los_Angeles", LANG: "C" },
    ]) {
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
        env,
        encoding: "latin1",
      });
      expect(stdout).to.equal(here);
    }
  });

  it("differs with the sealed boundary, date and Message-ID alone", () => {
    const text = textOf({
      mimeBoundary: "feedfeedfeedfeed",
      mailDate: new Date("2026-12-01T00:00:00Z"),
      messageId: "<other@x>",
    });
    const back = text
      .replaceAll("feedfeedfeedfeed", "0123456789abcdef")
      .replace("Tue, 01 Dec 2026 00:00:00", "Thu, 05 Nov 2026 14:31:02")
      .replace("<other@x>", "<notification-1.1@bell.example.com>");
    expect(back).to.equal(textOf());
  });

  it("brings its picture along, in the part that shows it, under a name that is the same every time", async () => {
    const mail = sampleTriggerMail({ points: samplePoints() });
    const text = textOf({ content: { $case: "triggerMail", value: mail } });
    const order = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
    const types = Array.from(text.matchAll(/^Content-Type: ([a-z/]+)/gm), ([, type]) => type);
    expect(types).to.deep.equal(order);
    expect(text).to.include("Content-ID: <chart1.0123456789abcdef@tickerbell>\r\n");
    const { attachments } = await PostalMime.parse(text);
    expect(attachments.map(({ mimeType, disposition }) => [mimeType, disposition])).to.deep.equal([
      ["image/png", "inline"],
    ]);
    expect(textOf({ content: { $case: "triggerMail", value: mail } })).to.equal(text);
  });

  it("stays below 40 kB, and tells how many alerts it has no room for", async () => {
    const trigger = sampleTrigger({ note: "sell half, and look at the news of the day before anything else is done" });
    const many = sampleTriggerMail({ triggers: Array<Trigger>(80).fill(trigger), points: samplePoints() });
    const parts = Array.from({ length: 50 }, (_, at) => ({ ...many, symbol: `SYM-${at}`, triggers: [trigger] }));
    for (const content of [
      { $case: "triggerMail", value: many },
      { $case: "digestMail", value: { parts } },
    ] as const) {
      const text = textOf({ content });
      expect(text.length).to.be.within(20_000, MAIL_LIMIT);
      const { text: words = "", attachments } = await PostalMime.parse(text);
      const shown = words.match(/^ {2}Price: /gm)?.length ?? 0;
      const more = Number(/^and (\d+) more$/m.exec(words)?.[1]);
      expect([shown + more, attachments.length]).to.deep.equal([content.$case === "triggerMail" ? 80 : 50, 1]);
    }
  });

  it("tells filters and answering machines what it is", async () => {
    const headersOf = async (content: Delivery["content"]): Promise<Record<string, string>> => {
      const { headers } = await PostalMime.parse(textOf({ content }));
      return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
    };
    const alert = await headersOf({ $case: "triggerMail", value: sampleTriggerMail() });
    expect(alert).to.include({
      "auto-submitted": "auto-generated",
      "x-auto-response-suppress": "All",
      "list-id": "Tickerbell alerts <alerts.tickerbell.example.com>",
    });
    const account = await headersOf({ $case: "verificationMail", value: { code: "A", expireTime: undefined } });
    expect(account).to.include({ "auto-submitted": "auto-generated" }).and.not.have.property("list-id");
  });

  it("is read by another library as it was meant", async () => {
    const parsed = await PostalMime.parse(textOf());
    expect(parsed.from).to.deep.include(FROM);
    expect(parsed.to).to.deep.equal([{ address: "ann@example.com", name: "" }]);
    expect(parsed.messageId).to.equal("<notification-1.1@bell.example.com>");
    expect(parsed.date).to.equal("2026-11-05T14:31:02.000Z");
    expect(parsed.text).to.include("AAPL at or above 200.00 USD, once\n");
    expect(parsed.html).to.include("<h1>AAPL at or above 200.00 USD, once</h1>");
    expect(parsed.headers.find(({ key }) => key === "auto-submitted")?.value).to.equal("auto-generated");
  });

  it("refuses what is not one address", () => {
    const compose = () => composeMail(sampleDelivery({ toAddress: "a@x.co, b@x.co" }), FROM);
    expect(compose).to.throw(AddressError);
  });
});

describe("isPlainAddress()", () => {
  for (const text of ["a@b.co", "first.last+tag@sub.example.com", "o'hara@example.com", "bell@localhost"]) {
    it(`takes ${text}`, () => expect(isPlainAddress(text)).to.equal(true));
  }
  const refused = [
    "",
    "a",
    "a@b@c.co",
    "a b@c.co",
    "a@b.co,c@d.co",
    "a@b.co;",
    "<a@b.co>",
    "a@b.co\r\nX: y",
    '"a"@b.co',
  ];
  for (const text of [...refused, "a:b@c.co", "a@[127.0.0.1]", "ä@b.co", "a@b.co\u2028", `${"a".repeat(250)}@b.co`]) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(isPlainAddress(text)).to.equal(false));
  }
});
