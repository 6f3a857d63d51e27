import { credentials } from "@grpc/grpc-js";
import { expect } from "chai";
import PostalMime from "postal-mime";
import { NotificationServiceClient, OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { FINISH_LIMIT_MS, Notifier } from "./deliver.ts";
import { SEND_LIMIT_MS } from "./delivery-job.ts";
import { PROBE_INTERVAL_MS } from "./mail-server-breaker.ts";
import { SMTP_TIMEOUTS } from "./smtp-settings.ts";
import { FakeDeliveryServer } from "./testing/fake-delivery-server.ts";
import { MailReceiver } from "./testing/mail-receiver.ts";
import { sampleDelivery, sampleTrigger } from "./testing/sample-delivery.ts";
import { ScriptedSmtpServer } from "./testing/scripted-smtp-server.ts";

/** Longer than any wait before the next stream. */
const RECONNECTED_MS = 5_000;

describe("Notifier", () => {
  let clock: FakeClock;
  let server: FakeDeliveryServer;
  let log: string[];
  let cleanups: (() => unknown)[];

  beforeEach(async () => {
    clock = new FakeClock(Date.parse("2026-11-05T14:31:02Z"));
    server = await new FakeDeliveryServer().start();
    log = [];
    cleanups = [() => server.stop()];
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  function start(smtpPort: number, places = 2): Notifier {
    const client = new NotificationServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
      "grpc.initial_reconnect_backoff_ms": 10,
      "grpc.max_reconnect_backoff_ms": 50,
    });
    const notifier = new Notifier({
      client,
      smtp: { host: "127.0.0.1", port: smtpPort, security: "loopback", login: null, timeouts: SMTP_TIMEOUTS },
      from: { name: "Tickerbell", address: "bell@example.com" },
      places,
      clock,
      random: () => 0.5,
      log: createLog("notifier", "debug", { write: (line: string) => log.push(line) }),
    });
    cleanups.push(async () => {
      await closeQuickly(notifier);
      client.close();
    });
    return notifier;
  }

  /** Closes, without waiting for attempts that hang. */
  async function closeQuickly(notifier: Notifier): Promise<void> {
    let isClosed = false;
    const closed = notifier.close().then(() => (isClosed = true));
    while (!isClosed) {
      clock.advance(FINISH_LIMIT_MS);
      await new Promise(setImmediate);
    }
    await closed;
  }

  async function scripted(): Promise<ScriptedSmtpServer> {
    const smtp = await new ScriptedSmtpServer().start();
    cleanups.push(() => smtp.stop());
    return smtp;
  }

  async function receiver(): Promise<MailReceiver> {
    const smtp = await new MailReceiver().start();
    cleanups.push(() => smtp.stop());
    return smtp;
  }

  /** Lets time pass, a little at a time, until the server sees what it should. */
  async function pass(holds: () => boolean): Promise<void> {
    let isDone = false;
    const done = server.until(holds).then(() => (isDone = true));
    while (!isDone) {
      clock.advance(10);
      await new Promise(setImmediate);
    }
    await done;
  }

  it("says ready once for each place, and again when an outcome was answered", async () => {
    const smtp = await receiver();
    start(smtp.port, 3);
    await server.until(() => server.readyPlaces === 3);
    server.hand(sampleDelivery());
    await server.until(() => server.outcomes.length === 1 && server.readyPlaces === 3);
    expect(server.outcomes[0]).to.deep.equal({
      notificationId: "notification-1",
      leaseToken: 1,
      kind: OutcomeKind.TAKEN,
      reply: server.outcomes[0]!.reply,
    });
    expect(server.outcomes[0]!.reply).to.match(/^250 /);
    expect(smtp.mails.map(({ to }) => to)).to.deep.equal([["ann@example.com"]]);
  });

  it("keeps a place until the outcome was answered", async () => {
    const smtp = await receiver();
    server.onOutcome = "ignore";
    start(smtp.port);
    server.hand(sampleDelivery());
    await server.until(() => server.outcomes.length === 1);
    expect(server.readyPlaces).to.equal(1);
  });

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
      const smtp = await scripted();
      smtp.follow({ acts });
      start(smtp.port);
      server.hand(sampleDelivery());
      await server.until(() => server.outcomes.length === 1);
      expect(server.outcomes[0]!.kind).to.equal(kind);
    });
  }

  it("breaks an attempt off that hangs, within the lease, while the other places go on", async () => {
    const smtp = await scripted();
    smtp.follow({ acts: { dot: "hang" } });
    start(smtp.port);
    const hangs = smtp.reached("dot");
    server.hand(sampleDelivery({ notificationId: "hangs" }));
    await hangs;
    smtp.follow({});
    server.hand(sampleDelivery({ notificationId: "goes" }));
    await server.until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]).to.include({ notificationId: "goes", kind: OutcomeKind.TAKEN });
    clock.advance(SEND_LIMIT_MS);
    await server.until(() => server.outcomes.length === 2);
    expect(server.outcomes[1]).to.include({ notificationId: "hangs", kind: OutcomeKind.UNSURE });
  });

  it("does not begin with too little of the lease left", async () => {
    const smtp = await receiver();
    start(smtp.port);
    server.hand(sampleDelivery({ leaseDuration: { seconds: 14 } }));
    await server.until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]).to.include({ kind: OutcomeKind.NOT_TAKEN, reply: "too little of the lease was left" });
    expect(smtp.mails).to.deep.equal([]);
  });

  it("looks at the lease again right before the mail", async () => {
    const smtp = await scripted();
    server.grants = null;
    start(smtp.port);
    server.hand(sampleDelivery({ announceSending: true }));
    await server.until(() => server.sendings.length === 1);
    clock.advance(SEND_LIMIT_MS);
    await server.until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]!.kind).to.equal(OutcomeKind.NOT_TAKEN);
    expect(smtp.recipients).to.deep.equal([]);
  });

  it("tells an outcome again on the next stream, until it is answered, and never sends twice", async () => {
    const smtp = await receiver();
    server.onOutcome = "ignore";
    start(smtp.port);
    server.hand(sampleDelivery());
    await server.until(() => server.outcomes.length === 1);
    server.breakStreams();
    await pass(() => server.outcomes.length === 2);
    server.onOutcome = "answer";
    server.breakStreams();
    await pass(() => server.outcomes.length === 3 && server.readyPlaces === 2);
    expect(server.outcomes.map(({ kind }) => kind)).to.deep.equal(Array(3).fill(OutcomeKind.TAKEN));
    expect(smtp.mails).to.have.length(1);
  });

  it("reports on the next stream what was taken while there was none", async () => {
    const smtp = await scripted();
    start(smtp.port);
    smtp.follow({ acts: { dot: "hang" } });
    const reached = smtp.reached("dot");
    server.hand(sampleDelivery());
    await reached;
    server.breakStreams();
    await pass(() => server.opened === 2);
    clock.advance(SEND_LIMIT_MS);
    await server.until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]!.kind).to.equal(OutcomeKind.UNSURE);
  });

  it("drops a mail whose stream broke before it began", async () => {
    const smtp = await scripted();
    smtp.follow({ acts: { ehlo: "hang" } });
    start(smtp.port);
    const reached = smtp.reached("ehlo");
    server.hand(sampleDelivery());
    await reached;
    server.breakStreams();
    await pass(() => server.opened === 2);
    smtp.answer("250 scripted");
    await server.until(() => server.readyPlaces === 2);
    expect(smtp.recipients).to.deep.equal([]);
    expect(server.outcomes).to.deep.equal([]);
  });

  it("gives an outcome up that the server goes on refusing", async () => {
    const smtp = await receiver();
    server.onOutcome = "refuse";
    start(smtp.port);
    server.hand(sampleDelivery());
    await pass(() => server.opened === 4 && server.readyPlaces === 2);
    expect(server.outcomes).to.have.length(3);
  });

  describe("in announcing mode", () => {
    it("says sending first and sends when it may", async () => {
      const smtp = await receiver();
      start(smtp.port);
      server.hand(sampleDelivery({ announceSending: true, leaseToken: 7 }));
      await server.until(() => server.outcomes.length === 1);
      expect(server.sendings).to.deep.equal([{ notificationId: "notification-1", leaseToken: 7 }]);
      expect(smtp.mails).to.have.length(1);
    });

    it("drops the mail when it may not", async () => {
      const smtp = await scripted();
      server.grants = false;
      start(smtp.port);
      server.hand(sampleDelivery({ announceSending: true }));
      await server.until(() => server.sendings.length === 1 && server.readyPlaces === 2);
      expect(smtp.recipients).to.deep.equal([]);
      expect(server.outcomes).to.deep.equal([]);
    });

    it("says nothing while the mail server is away", async () => {
      const smtp = await scripted();
      smtp.follow({ acts: { greeting: "close" } });
      start(smtp.port);
      server.hand(sampleDelivery({ announceSending: true }));
      await server.until(() => server.outcomes.length === 1);
      expect(server.sendings).to.deep.equal([]);
    });
  });

  describe("while the mail server is in trouble", () => {
    it("asks for no mail until a probe succeeds, and says so once", async () => {
      const smtp = await scripted();
      smtp.follow({ acts: { greeting: { reply: "421 busy" } } });
      start(smtp.port, 1);
      server.hand(sampleDelivery());
      await server.until(() => server.outcomes.length === 1);
      expect(server.readyPlaces).to.equal(0);
      const probed = smtp.reached("greeting");
      clock.advance(PROBE_INTERVAL_MS);
      await probed;
      smtp.follow({});
      await passUntil(() => server.readyPlaces === 1, PROBE_INTERVAL_MS);
      expect(log.filter((line) => line.includes("in trouble; mail waits"))).to.have.length(1);
      expect(log.filter((line) => line.includes("the mail server serves us again"))).to.have.length(1);
    });

    it("tries a mail after a refusal at the envelope, and is quiet while that goes on", async () => {
      const smtp = await scripted();
      smtp.follow({ acts: { mail: { reply: "550 5.7.1 not you" } } });
      start(smtp.port, 1);
      for (let count = 1; count <= 3; count += 1) {
        server.hand(sampleDelivery());
        await passUntil(() => server.outcomes.length === count, PROBE_INTERVAL_MS);
      }
      expect(log.filter((line) => line.includes("in trouble; mail waits"))).to.have.length(1);
      smtp.follow({});
      server.hand(sampleDelivery());
      await passUntil(() => server.outcomes.length === 4 && server.readyPlaces === 1, PROBE_INTERVAL_MS);
      expect(server.outcomes[3]!.kind).to.equal(OutcomeKind.TAKEN);
      expect(log.filter((line) => line.includes("the mail server serves us again"))).to.have.length(1);
    });

    async function passUntil(holds: () => boolean, step: number): Promise<void> {
      let isDone = false;
      const done = server.until(holds).then(() => (isDone = true));
      while (!isDone) {
        if (server.readyPlaces === 0) clock.advance(step / 100);
        await new Promise(setImmediate);
      }
      await done;
    }
  });

  it("shares the work with another notifier, each mail going once", async () => {
    const smtp = await receiver();
    start(smtp.port);
    start(smtp.port);
    await server.until(() => server.readyPlaces === 4);
    const ids = Array.from({ length: 20 }, (_, index) => `notification-${index}`);
    for (const notificationId of ids)
      server.hand(sampleDelivery({ notificationId, messageId: `<${notificationId}@x>` }));
    await server.until(() => server.outcomes.length === 20);
    const parsed = await Promise.all(smtp.mails.map(({ bytes }) => PostalMime.parse(bytes)));
    expect(parsed.map(({ messageId }) => messageId).sort()).to.deep.equal(ids.map((id) => `<${id}@x>`).sort());
  });

  it("connects again when the server was away, and says each once", async () => {
    const smtp = await receiver();
    const { port } = server;
    server.stop();
    start(smtp.port);
    server = await new FakeDeliveryServer().start(port);
    cleanups.push(() => server.stop());
    await pass(() => server.readyPlaces === 2);
    server.hand(sampleDelivery());
    await pass(() => server.outcomes.length === 1);
    clock.advance(RECONNECTED_MS);
    expect(log.filter((line) => line.includes("no connection to the server")).length).to.be.at.most(1);
    expect(log.filter((line) => line.includes('"connected to the server"'))).to.have.length(1);
  });

  it("lets no hostile word of a user's or mail server's into a second recipient, header or log line", async () => {
    const smtp = await receiver();
    start(smtp.port);
    const note = "x\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>\u2028.\r\nRCPT TO:<eve@example.com>";
    const triggers = [sampleTrigger({ note, sentence: `AAPL ${note}`, symbol: "AAPL" })];
    server.hand(
      sampleDelivery({
        content: { $case: "triggerMail", value: { symbol: `AAPL\r\nBcc: eve@example.com`, triggers } },
      }),
    );
    await server.until(() => server.outcomes.length === 1);
    expect(smtp.mails[0]!.to).to.deep.equal(["ann@example.com"]);
    const parsed = await PostalMime.parse(smtp.mails[0]!.bytes);
    const names = ["auto-submitted", "from", "to", "subject", "message-id", "date", "mime-version", "content-type"];
    expect(parsed.headers.map(({ key }) => key)).to.deep.equal(names);
    expect(parsed.html).not.to.include("<script>");
    expect(log.join("")).not.to.include("ann@example.com");
  });

  for (const toAddress of [
    "ann@example.com, eve@example.com",
    "g: a@x.co, b@x.co;",
    "a@x.co\r\nRCPT TO:<e@x.co>",
    "<a@x.co>",
    "",
  ]) {
    it(`sends nothing to ${JSON.stringify(toAddress)}`, async () => {
      const smtp = await receiver();
      start(smtp.port);
      server.hand(sampleDelivery({ toAddress }));
      await server.until(() => server.outcomes.length === 1);
      expect(server.outcomes[0]!.kind).to.equal(OutcomeKind.ADDRESS_REFUSED);
      expect(smtp.mails).to.deep.equal([]);
    });
  }

  it("gives content that it does not know back", async () => {
    const smtp = await receiver();
    start(smtp.port);
    server.hand(sampleDelivery({ content: undefined }));
    await server.until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]!.kind).to.equal(OutcomeKind.NOT_TAKEN);
  });

  describe("close()", () => {
    it("ends the stream in good order when nothing is under way", async () => {
      const smtp = await receiver();
      const notifier = start(smtp.port);
      await server.until(() => server.readyPlaces === 2);
      await notifier.close();
      await server.until(() => server.open === 0);
      expect(clock.sleeping).to.equal(0);
    });

    it("finishes and reports what is under way", async () => {
      const smtp = await scripted();
      smtp.follow({ acts: { dot: "hang" } });
      const notifier = start(smtp.port);
      const reached = smtp.reached("dot");
      server.hand(sampleDelivery());
      await reached;
      const closed = notifier.close();
      smtp.answer("250 2.0.0 taken");
      await closed;
      expect(server.outcomes.map(({ kind }) => kind)).to.deep.equal([OutcomeKind.TAKEN]);
    });

    it("breaks off in time what hangs, and reports that", async () => {
      const smtp = await scripted();
      smtp.follow({ acts: { dot: "hang" } });
      const notifier = start(smtp.port);
      const reached = smtp.reached("dot");
      server.hand(sampleDelivery());
      await reached;
      const closed = notifier.close();
      clock.advance(FINISH_LIMIT_MS);
      await closed;
      expect(server.outcomes.map(({ kind }) => kind)).to.deep.equal([OutcomeKind.UNSURE]);
    });

    it("ends although the server is away", async () => {
      const smtp = await receiver();
      const notifier = start(smtp.port);
      await server.until(() => server.readyPlaces === 2);
      server.stop();
      await notifier.close();
      expect(clock.sleeping).to.equal(0);
    });
  });
});
