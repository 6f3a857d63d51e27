import { expect } from "chai";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { PROBE_INTERVAL_MS } from "./mail-server-breaker.ts";
import { NotifierWorld } from "./testing/notifier-world.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

/** The logger's number of the level. */
const INFO = 30;

describe("MailServerBreaker", () => {
  let world: NotifierWorld;

  beforeEach(async () => {
    world = await new NotifierWorld().open();
  });
  afterEach(() => world.close());

  describe("while the mail server is in trouble", () => {
    it("asks for no mail until a probe succeeds, and says so once", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { greeting: { reply: "421 busy" } } });
      world.start(smtp.port, 1);
      world.server.hand(sampleDelivery());
      await world.server.until(() => world.server.outcomes.length === 1);
      expect(world.server.readyPlaces).to.equal(0);
      const probed = smtp.reached("greeting");
      world.clock.advance(PROBE_INTERVAL_MS);
      await probed;
      smtp.follow({});
      await world.pass(() => world.server.readyPlaces === 1, PROBE_INTERVAL_MS / 100);
      expect(world.log.filter((line) => line.includes("in trouble; mail waits"))).to.have.length(1);
      expect(world.log.filter((line) => line.includes("the mail server serves us again"))).to.have.length(1);
    });

    it("tries a mail after a refusal at the envelope, and is quiet while that goes on", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { mail: { reply: "550 5.7.1 not you" } } });
      world.start(smtp.port, 1);
      for (let count = 1; count <= 3; count += 1) {
        world.server.hand(sampleDelivery());
        await world.pass(() => world.server.outcomes.length === count, PROBE_INTERVAL_MS / 100);
      }
      expect(world.log.filter((line) => line.includes("in trouble; mail waits"))).to.have.length(1);
      smtp.follow({});
      world.server.hand(sampleDelivery());
      await world.pass(
        () => world.server.outcomes.length === 4 && world.server.readyPlaces === 1,
        PROBE_INTERVAL_MS / 100,
      );
      expect(world.server.outcomes[3]!.kind).to.equal(OutcomeKind.TAKEN);
      expect(world.log.filter((line) => line.includes("the mail server serves us again"))).to.have.length(1);
    });

    it("holds the other places back: what had not begun goes back without an attempt, and one line tells of it", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { greeting: "hang" } });
      world.start(smtp.port, 4);
      for (const notificationId of ["a", "b", "c"]) {
        const reached = smtp.reached("greeting");
        world.server.hand(sampleDelivery({ notificationId }));
        await reached;
      }
      smtp.follow({ acts: { greeting: { reply: "554 5.7.1 not you" } } });
      world.server.hand(sampleDelivery({ notificationId: "refused" }));
      await world.server.until(() => world.server.outcomes.length === 4);
      const { outcomes } = world.server;
      expect(outcomes.map(({ notificationId }) => notificationId)).to.have.members(["refused", "a", "b", "c"]);
      for (const { kind, reply } of outcomes) {
        expect(kind).to.equal(OutcomeKind.SERVER_TROUBLE);
        expect(reply).to.include("554 5.7.1 not you");
      }
      expect(told("delivery attempted").map(({ notification }) => notification)).to.deep.equal(["refused"]);
      expect(world.server.readyPlaces).to.equal(0);
    });

    it("gives back at once what comes for places that were said to be free before", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { mail: { reply: "550 5.7.1 not you" } } });
      world.start(smtp.port, 3);
      await world.server.until(() => world.server.readyPlaces === 3);
      for (let count = 1; count <= 3; count += 1) {
        world.server.hand(sampleDelivery());
        await world.server.until(() => world.server.outcomes.length === count);
      }
      expect(world.server.outcomes.map(({ kind }) => kind)).to.deep.equal(Array(3).fill(OutcomeKind.SERVER_TROUBLE));
      expect([smtp.sessions, told("delivery attempted").length]).to.deep.equal([1, 1]);
      expect(world.server.readyPlaces).to.equal(0);
    });

    it("lets a mail be ended that has begun", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { dot: "hang" } });
      world.start(smtp.port);
      const reached = smtp.reached("dot");
      world.server.hand(sampleDelivery({ notificationId: "begun" }));
      await reached;
      smtp.follow({ acts: { mail: { reply: "550 5.7.1 not you" } } });
      world.server.hand(sampleDelivery({ notificationId: "refused" }));
      await world.server.until(() => world.server.outcomes.length === 1);
      smtp.answer("250 2.0.0 taken");
      await world.server.until(() => world.server.outcomes.length === 2);
      expect(world.server.outcomes[1]).to.include({ notificationId: "begun", kind: OutcomeKind.TAKEN });
      expect(told("the mail server serves us again")).to.have.length(1);
      await world.server.until(() => world.server.readyPlaces === 2);
    });

    it("tries one mail after a refusal at the envelope, and has all places again when it is taken", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { mail: { reply: "550 5.7.1 not you" } } });
      world.start(smtp.port, 3);
      for (let count = 0; count < 3; count += 1) world.server.hand(sampleDelivery());
      await world.server.until(() => world.server.outcomes.length === 3);
      for (let count = 0; count < 2; count += 1) world.server.hand(sampleDelivery());
      await world.pass(() => world.server.outcomes.length === 4, PROBE_INTERVAL_MS / 100);
      smtp.follow({});
      await world.pass(() => world.server.outcomes.length === 5, PROBE_INTERVAL_MS / 100);
      expect(world.server.outcomes[4]!.kind).to.equal(OutcomeKind.TAKEN);
      await world.server.until(() => world.server.readyPlaces === 3);
    });

    it("tells one of several that are refused at the same time", async () => {
      const smtp = await world.scripted();
      smtp.follow({ acts: { mail: "hang" } });
      world.start(smtp.port);
      for (const notificationId of ["a", "b"]) {
        const reached = smtp.reached("mail");
        world.server.hand(sampleDelivery({ notificationId }));
        await reached;
      }
      smtp.answer("550 5.7.1 not you");
      await world.server.until(() => world.server.outcomes.length === 2);
      expect(told("delivery attempted")).to.have.length(1);
    });
  });

  /** The log's lines of this text that an operator sees. */
  function told(text: string): { level: number; msg: string; notification?: string }[] {
    const lines = world.log.map((line) => JSON.parse(line) as { level: number; msg: string; notification?: string });
    return lines.filter(({ level, msg }) => level >= INFO && msg === text);
  }
});
