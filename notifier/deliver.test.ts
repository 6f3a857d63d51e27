import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import PostalMime from "postal-mime";
import { SLOW_DELIVERY_MS } from "../domain/notifying/delivery-limits.ts";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { FINISH_LIMIT_MS } from "./deliver.ts";
import { SEND_LIMIT_MS } from "./delivery-job.ts";
import { FakeDeliveryServer } from "./testing/fake-delivery-server.ts";
import { NotifierWorld } from "./testing/notifier-world.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

describe("Notifier", () => {
  let world: NotifierWorld;

  beforeEach(async () => {
    world = await new NotifierWorld().open();
  });
  afterEach(() => world.close());

  it("says ready once for each place, and again with each outcome", async () => {
    const smtp = await world.receiver();
    world.start(smtp.port, 3);
    await world.server.until(() => world.server.readyPlaces === 3);
    world.server.hand(sampleDelivery());
    await world.server.until(() => world.server.outcomes.length === 1 && world.server.readyPlaces === 3);
    expect(world.server.outcomes[0]).to.deep.equal({
      notificationId: "notification-1",
      leaseToken: 1,
      kind: OutcomeKind.TAKEN,
      reply: world.server.outcomes[0]!.reply,
    });
    expect(world.server.outcomes[0]!.reply).to.match(/^250 /);
    expect(smtp.mails.map(({ to }) => to)).to.deep.equal([["ann@example.com"]]);
    const told = world.log.filter((line) => line.includes('"delivery attempted"'));
    expect(told.join(), "in the server's words").to.include('"notification":"notification-1","outcome":"taken"');
  });

  it("says that a place is free with the outcome, and waits for no answer", async () => {
    const smtp = await world.receiver();
    world.server.onOutcome = "ignore";
    world.start(smtp.port);
    world.server.hand(sampleDelivery());
    await world.server.until(() => world.server.outcomes.length === 1 && world.server.readyPlaces === 2);
  });

  it("tells an outcome again on the next stream, until it is answered, and never sends twice", async () => {
    const smtp = await world.receiver();
    world.server.onOutcome = "ignore";
    world.start(smtp.port);
    world.server.hand(sampleDelivery());
    await world.server.until(() => world.server.outcomes.length === 1);
    world.server.breakStreams();
    await world.pass(() => world.server.outcomes.length === 2);
    world.server.onOutcome = "answer";
    world.server.breakStreams();
    await world.pass(() => world.server.outcomes.length === 3 && world.server.readyPlaces === 2);
    expect(world.server.outcomes.map(({ kind }) => kind)).to.deep.equal(Array(3).fill(OutcomeKind.TAKEN));
    expect(smtp.mails).to.have.length(1);
  });

  it("asks for no more while twice as many outcomes as it has places are not answered, on the next stream either", async () => {
    const smtp = await world.receiver();
    world.server.onOutcome = "ignore";
    world.start(smtp.port);
    for (const notificationId of ["1", "2", "3", "4"]) world.server.hand(sampleDelivery({ notificationId }));
    await world.server.until(() => world.server.outcomes.length === 4);
    expect(world.server.readyPlaces).to.equal(0); // whatever was said before the last outcome has arrived
    world.server.breakStreams();
    await world.pass(() => world.server.outcomes.length === 8);
    world.server.onOutcome = "answer";
    world.server.breakStreams();
    await world.pass(() => world.server.outcomes.length === 12 && world.server.readyPlaces === 2);
  });

  it("reports on the next stream what became of a mail whose stream broke", async () => {
    const smtp = await world.scripted();
    world.start(smtp.port);
    smtp.follow({ acts: { dot: "hang" } });
    const reached = smtp.reached("dot");
    world.server.hand(sampleDelivery());
    await reached;
    world.server.breakStreams();
    await world.pass(() => world.server.opened === 2);
    world.clock.advance(SEND_LIMIT_MS);
    await world.server.until(() => world.server.outcomes.length === 1);
    expect(world.server.outcomes[0]!.kind).to.equal(OutcomeKind.UNSURE);
  });

  it("drops a mail whose stream broke before it began", async () => {
    const smtp = await world.scripted();
    smtp.follow({ acts: { ehlo: "hang" } });
    world.start(smtp.port);
    const reached = smtp.reached("ehlo");
    world.server.hand(sampleDelivery());
    await reached;
    world.server.breakStreams();
    await world.pass(() => world.server.opened === 2);
    smtp.answer("250 scripted");
    await world.server.until(() => world.server.readyPlaces === 2);
    expect(smtp.recipients).to.deep.equal([]);
    expect(world.server.outcomes).to.deep.equal([]);
  });

  it("gives an outcome up that the server goes on refusing", async () => {
    const smtp = await world.receiver();
    world.server.onOutcome = "refuse";
    world.start(smtp.port);
    world.server.hand(sampleDelivery());
    await world.pass(() => world.server.opened === 4 && world.server.readyPlaces === 2);
    expect(world.server.outcomes).to.have.length(3);
  });

  it("keeps an outcome for as long as the server cannot write it down, as on a full disk", async () => {
    const smtp = await world.receiver();
    world.server.onOutcome = "refuse";
    world.server.refusal = status.RESOURCE_EXHAUSTED;
    world.start(smtp.port);
    world.server.hand(sampleDelivery());
    await world.server.until(() => world.server.outcomes.length === 1);
    await world.pass(() => world.server.outcomes.length === 5);
    world.server.onOutcome = "answer";
    await world.pass(() => world.server.outcomes.length === 6 && world.server.readyPlaces === 2);
    expect(world.server.outcomes.at(-1)!.kind).to.equal(OutcomeKind.TAKEN);
  });

  it("shares the work with another notifier, each mail going once", async () => {
    const smtp = await world.receiver();
    world.start(smtp.port);
    world.start(smtp.port);
    await world.server.until(() => world.server.readyPlaces === 4);
    const ids = Array.from({ length: 20 }, (_, index) => `notification-${index}`);
    for (const notificationId of ids)
      world.server.hand(sampleDelivery({ notificationId, messageId: `<${notificationId}@x>` }));
    await world.server.until(() => world.server.outcomes.length === 20);
    const parsed = await Promise.all(smtp.mails.map(({ bytes }) => PostalMime.parse(bytes)));
    expect(parsed.map(({ messageId }) => messageId).sort()).to.deep.equal(ids.map((id) => `<${id}@x>`).sort());
  });

  it("connects again when the server was away, and says each once", async () => {
    const smtp = await world.receiver();
    const { port } = world.server;
    world.server.stop();
    world.start(smtp.port);
    await world.loses();
    world.server = await new FakeDeliveryServer().start(port);
    await world.pass(() => world.server.readyPlaces === 2);
    world.server.hand(sampleDelivery());
    await world.pass(() => world.server.outcomes.length === 1);
    expect(world.log.filter((line) => line.includes("no connection to the server"))).to.have.length(1);
    expect(world.log.filter((line) => line.includes('"connected to the server"'))).to.have.length(1);
  });

  it("takes another mail beside each that is slow, up to four times as many, and no more when they have ended", async () => {
    const smtp = await world.scripted();
    smtp.follow({ acts: { rcpt: "hang" } });
    world.start(smtp.port, 1);
    for (let taken = 1; taken <= 4; taken += 1) {
      await world.server.until(() => world.server.readyPlaces === 1);
      const reached = smtp.reached("rcpt");
      world.server.hand(sampleDelivery({ notificationId: `notification-${taken}` }));
      await reached;
      world.clock.advance(SLOW_DELIVERY_MS - 1);
      expect(world.server.readyPlaces).to.equal(0);
      world.clock.advance(1);
    }
    smtp.follow({});
    smtp.answer("250 2.1.5 recipient ok");
    await world.server.until(() => world.server.outcomes.length > 0);
    expect(world.server.readyPlaces, "said before the first outcome").to.equal(0);
    await world.server.until(() => world.server.outcomes.length === 4 && world.server.readyPlaces === 1);
    world.server.hand(sampleDelivery({ notificationId: "another" }));
    await world.server.until(() => world.server.outcomes.length === 5 && world.server.readyPlaces === 1);
  });

  it("takes none beside a slow mail while the mail server serves nobody", async () => {
    const smtp = await world.scripted();
    smtp.follow({ acts: { rcpt: "hang" } });
    world.start(smtp.port, 2);
    const reached = smtp.reached("rcpt");
    world.server.hand(sampleDelivery());
    await reached;
    smtp.follow({ acts: { mail: { reply: "535 5.7.8 who are you" } } });
    await world.server.until(() => world.server.readyPlaces === 1);
    world.server.hand(sampleDelivery({ notificationId: "notification-2" }));
    await world.server.until(() => world.server.outcomes.length === 1);
    world.clock.advance(SLOW_DELIVERY_MS);
    world.server.breakStreams();
    await world.pass(() => world.server.opened === 2);
    expect(world.server.readyPlaces).to.equal(0);
  });

  describe("close()", () => {
    it("ends the stream in good order when nothing is under way", async () => {
      const smtp = await world.receiver();
      const notifier = world.start(smtp.port);
      await world.server.until(() => world.server.readyPlaces === 2);
      await notifier.close();
      await world.server.until(() => world.server.open === 0);
      expect(world.clock.sleeping).to.equal(0);
    });

    it("finishes and reports what is under way", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { dot: "hang" } });
      const notifier = world.start(smtp.port);
      const reached = smtp.reached("dot");
      world.server.hand(sampleDelivery());
      await reached;
      const closed = notifier.close();
      smtp.answer("250 2.0.0 taken");
      await closed;
      expect(world.server.outcomes.map(({ kind }) => kind)).to.deep.equal([OutcomeKind.TAKEN]);
    });

    it("breaks off in time what hangs, and reports that", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { dot: "hang" } });
      const notifier = world.start(smtp.port);
      const reached = smtp.reached("dot");
      world.server.hand(sampleDelivery());
      await reached;
      const closed = notifier.close();
      world.clock.advance(FINISH_LIMIT_MS);
      await closed;
      expect(world.server.outcomes.map(({ kind }) => kind)).to.deep.equal([OutcomeKind.UNSURE]);
    });

    it("ends although the server is away", async () => {
      const smtp = await world.receiver();
      const notifier = world.start(smtp.port);
      await world.server.until(() => world.server.readyPlaces === 2);
      world.server.stop();
      await notifier.close();
      expect(world.clock.sleeping).to.equal(0);
    });
  });
});
