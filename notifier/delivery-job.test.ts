import { expect } from "chai";
import PostalMime from "postal-mime";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { SEND_LIMIT_MS } from "./delivery-job.ts";
import { NotifierWorld } from "./testing/notifier-world.ts";
import { sampleDelivery, sampleTrigger } from "./testing/sample-delivery.ts";

describe("DeliveryJob", () => {
  let world: NotifierWorld;

  beforeEach(async () => {
    world = await new NotifierWorld().open();
  });
  afterEach(() => world.close());

  const outcomes = [
    { what: "an unknown address", acts: { rcpt: { reply: "550 5.1.1 unknown" } }, kind: OutcomeKind.ADDRESS_REFUSED },
    { what: "refused content", acts: { dot: { reply: "554 5.6.0 no" } }, kind: OutcomeKind.CONTENT_REFUSED },
    { what: "greylisting", acts: { rcpt: { reply: "451 4.7.1 later" } }, kind: OutcomeKind.NOT_TAKEN },
    { what: "a break in the middle of the content", acts: { middle: "reset" }, kind: OutcomeKind.UNSURE },
    { what: "a break after the dot", acts: { dot: "reset" }, kind: OutcomeKind.UNSURE },
    { what: "a refusing mail server", acts: { greeting: { reply: "554 no" } }, kind: OutcomeKind.SERVER_TROUBLE },
  ] as const;
  for (const { what, acts, kind } of outcomes) {
    it(`reports ${what}`, async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts });
      world.start(smtp.port);
      world.server.hand(sampleDelivery());
      await world.server.until(() => world.server.outcomes.length === 1);
      expect(world.server.outcomes[0]!.kind).to.equal(kind);
    });
  }

  it("breaks an attempt off that hangs, within the lease, while the other places go on", async () => {
    const smtp = await world.scripted();
    smtp.follow({ acts: { dot: "hang" } });
    world.start(smtp.port);
    const hangs = smtp.reached("dot");
    world.server.hand(sampleDelivery({ notificationId: "hangs" }));
    await hangs;
    smtp.follow({});
    world.server.hand(sampleDelivery({ notificationId: "goes" }));
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]).to.include({ notificationId: "goes", kind: OutcomeKind.TAKEN });
    world.clock.advance(SEND_LIMIT_MS);
    await world.server.until(() => world.server.outcomes.length === 2);
    expect(world.server.outcomes[1]).to.include({ notificationId: "hangs", kind: OutcomeKind.UNSURE });
  });

  it("does not begin with too little of the lease left", async () => {
    const smtp = await world.receiver();
    world.start(smtp.port);
    world.server.hand(sampleDelivery({ leaseDuration: { seconds: 14 } }));
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]).to.include({
      kind: OutcomeKind.NOT_TAKEN,
      reply: "too little of the lease was left",
    });
    expect(smtp.mails).to.deep.equal([]);
  });

  it("looks at the lease again right before the mail", async () => {
    const smtp = await world.scripted();
    world.server.grants = null;
    world.start(smtp.port);
    world.server.hand(sampleDelivery({ announceSending: true }));
    await world.server.until(() => world.server.sendings.length === 1);
    world.clock.advance(SEND_LIMIT_MS - 1);
    world.server.answerSending("notification-1", true);
    await world.server.until(() => world.server.outcomes.length === 1);
    const reply = "too little of the lease was left";
    expect(world.server.outcomes[0]).to.include({ kind: OutcomeKind.NOT_TAKEN, reply });
    expect(smtp.recipients).to.deep.equal([]);
  });

  it("waits no longer than the lease for leave to send", async () => {
    const smtp = await world.scripted();
    world.server.grants = null;
    world.start(smtp.port);
    world.server.hand(sampleDelivery({ announceSending: true }));
    await world.server.until(() => world.server.sendings.length === 1);
    world.clock.advance(SEND_LIMIT_MS);
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]!.kind).to.equal(OutcomeKind.NOT_TAKEN);
    expect(smtp.recipients).to.deep.equal([]);
  });

  describe("in announcing mode", () => {
    it("says sending first and sends when it may", async () => {
      const smtp = await world.receiver();
      world.start(smtp.port);
      world.server.hand(sampleDelivery({ announceSending: true, leaseToken: 7 }));
      await world.server.until(() => world.server.outcomes.length === 1);
      expect(world.server.sendings).to.deep.equal([{ notificationId: "notification-1", leaseToken: 7 }]);
      expect(smtp.mails).to.have.length(1);
    });

    it("drops the mail when it may not", async () => {
      const smtp = await world.scripted();
      world.server.grants = false;
      world.start(smtp.port);
      world.server.hand(sampleDelivery({ announceSending: true }));
      await world.server.until(() => world.server.sendings.length === 1 && world.server.readyPlaces === 2);
      expect(smtp.recipients).to.deep.equal([]);
      expect(world.server.outcomes).to.deep.equal([]);
    });

    it("drops the mail when the stream breaks before the answer", async () => {
      const smtp = await world.scripted();
      world.server.grants = null;
      world.start(smtp.port);
      world.server.hand(sampleDelivery({ announceSending: true }));
      await world.server.until(() => world.server.sendings.length === 1);
      world.server.breakStreams();
      await world.pass(() => world.server.opened === 2 && world.server.readyPlaces === 2);
      expect(smtp.recipients).to.deep.equal([]);
      expect(world.server.outcomes).to.deep.equal([]);
    });

    it("says nothing while the mail server is away", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { greeting: "close" } });
      world.start(smtp.port);
      world.server.hand(sampleDelivery({ announceSending: true }));
      await world.server.until(() => world.server.outcomes.length === 1);
      expect(world.server.sendings).to.deep.equal([]);
    });
  });

  it("lets no hostile word of a user's or mail server's into a second recipient, header or log line", async () => {
    const smtp = await world.receiver();
    world.start(smtp.port);
    const note = "x\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>\u2028.\r\nRCPT TO:<eve@example.com>";
    const triggers = [sampleTrigger({ note, sentence: `AAPL ${note}`, symbol: "AAPL" })];
    world.server.hand(
      sampleDelivery({
        content: { $case: "triggerMail", value: { symbol: `AAPL\r\nBcc: eve@example.com`, triggers } },
      }),
    );
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(smtp.mails[0]!.to).to.deep.equal(["ann@example.com"]);
    const parsed = await PostalMime.parse(smtp.mails[0]!.bytes);
    const names = [
      "auto-submitted",
      "x-auto-response-suppress",
      "list-id",
      "from",
      "to",
      "subject",
      "message-id",
      "date",
      "mime-version",
      "content-type",
    ];
    expect(parsed.headers.map(({ key }) => key)).to.deep.equal(names);
    expect(parsed.html).not.to.include("<script>");
    expect(world.log.join("")).not.to.include("ann@example.com");
  });

  it("keeps the address out of the log, whoever says it", async () => {
    const smtp = await world.scripted();
    smtp.follow({ acts: { rcpt: { reply: "550 5.1.1 <ann@example.com> is unknown" } } });
    world.start(smtp.port);
    world.server.hand(sampleDelivery());
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]!.reply).to.include("ann@example.com");
    expect(world.log.join("")).to.include("5.1.1").and.not.to.include("ann@example.com");
  });

  for (const toAddress of [
    "ann@example.com, eve@example.com",
    "g: a@x.co, b@x.co;",
    "a@x.co\r\nRCPT TO:<e@x.co>",
    "<a@x.co>",
    "",
  ]) {
    it(`sends nothing to ${JSON.stringify(toAddress)}`, async () => {
      const smtp = await world.receiver();
      world.start(smtp.port);
      world.server.hand(sampleDelivery({ toAddress }));
      await world.server.until(() => world.server.outcomes.length === 1);
      expect(world.server.outcomes[0]!.kind).to.equal(OutcomeKind.ADDRESS_REFUSED);
      expect(smtp.mails).to.deep.equal([]);
    });
  }

  it("gives content that it does not know back", async () => {
    const smtp = await world.receiver();
    world.start(smtp.port);
    world.server.hand(sampleDelivery({ content: undefined }));
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]!.kind).to.equal(OutcomeKind.NOT_TAKEN);
  });
});
