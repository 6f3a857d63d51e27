import { expect } from "chai";
import { HoldReason } from "../proto/gen/tickerbell/v1/notification.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { MailRoom } from "./mail-view.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";
import {
  SIMULATED,
  sampleDelivery,
  samplePoints,
  sampleTrigger,
  sampleTriggerMail,
} from "./testing/sample-delivery.ts";

const ROOM: MailRoom = { blocks: 50, pictures: 3 };

function digest(parts: readonly TriggerMail[], room = ROOM): RenderedMail {
  return renderMail(sampleDelivery({ content: { $case: "digestMail", value: { parts: [...parts] } } }), room);
}

/** Alerts of a symbol whose price is so far above their level of 200. */
function part(symbol: string, past: number, count = 1): TriggerMail {
  const trigger = sampleTrigger({ symbol, price: 200 + past, sentence: `${symbol} at or above 200.00 USD, once` });
  return sampleTriggerMail({
    symbol,
    triggers: Array<typeof trigger>(count).fill(trigger),
    points: samplePoints(),
    timeZone: "Europe/Berlin",
    nextMailTime: new Date("2026-11-05T15:31:02Z"),
    holdReason: HoldReason.QUIET_HOURS,
  });
}

const headings = ({ html }: RenderedMail): string[] =>
  Array.from(html.matchAll(/<h2>([^<]*)<\/h2>/g), ([, heading = ""]) => heading);

describe("a digest", () => {
  it("tells of each symbol, that of the furthest alert first, and of what all have in common once", () => {
    const mail = digest([part("AAPL", 1), part("TSLA", 9, 2), part("MSFT", 5)]);
    expect(headings(mail)).to.deep.equal(["TSLA", "MSFT", "AAPL"]);
    expect(mail.text).to.match(/^Digest of 3 symbols: 4 alerts fired\n/);
    expect(mail.text.match(/Waited: {5}held until the end of your quiet hours\n/g)).to.have.length(1);
    expect(
      mail.text.match(/Next mail: {2}at the earliest about 2026-11-05 10:31:02 .* on these symbols meanwhile/g),
    ).to.have.length(1);
    expect(mail.text).to.include("See again:  ./bell notifications list\n");
  });

  it("has a picture of each of the first symbols, and each a name of its own", () => {
    const { html, pictures } = digest(["A", "B", "C", "D"].map((symbol, at) => part(symbol, 9 - at)));
    const cids = [1, 2, 3].map((at) => `chart${at}.0123456789abcdef@tickerbell`);
    expect(pictures.map(({ cid }) => cid)).to.deep.equal(cids);
    for (const cid of cids) expect(html).to.include(`src="cid:${cid}"`);
  });

  it("shows as much as there is room for, an alert of each symbol before a second, and names the other symbols", () => {
    const parts = [part("AAPL", 9, 5), part("MSFT", 5, 5), part("TSLA", 1, 5)];
    const four = digest(parts, { blocks: 4, pictures: 0 });
    expect(headings(four)).to.deep.equal(["AAPL", "MSFT", "TSLA"]);
    expect(four.text).to.include("\nand 12 more\n").and.not.include("Not shown");
    const two = digest(parts, { blocks: 2, pictures: 0 });
    expect(headings(two)).to.deep.equal(["AAPL", "MSFT"]);
    expect(two.text).to.include("\nand 13 more\n").and.include("Not shown:  TSLA\n");
    expect(two.html).to.include("<td>TSLA</td>");
  });

  it("cuts a list of names that would be longer than the rest of the mail", () => {
    const parts = Array.from({ length: 60 }, (_, at) => part(`${"漢".repeat(60)}${at}`, 1));
    const { text } = digest(parts, { blocks: 1, pictures: 0 });
    expect(/Not shown: +(.*)/.exec(text)?.[1]?.length).to.equal(1_000);
  });

  it("says what is simulated", () => {
    const real = part("AAPL", 1);
    const simulated = { ...part("TSLA", 9), triggers: [sampleTrigger({ symbol: "TSLA", ...SIMULATED })] };
    const { subject, text } = digest([real, simulated]);
    expect(subject).to.match(/ \(simulated\)$/);
    expect(text).to.match(/^SIMULATED: some of these prices are not the market's\.\n/);
  });

  it("of nothing says so much", () => {
    expect(digest([]).text).to.include("Digest of 0 symbols");
  });
});
