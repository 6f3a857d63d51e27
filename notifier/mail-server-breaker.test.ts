import { expect } from "chai";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { PROBE_INTERVAL_MS } from "./mail-server-breaker.ts";
import { NotifierWorld } from "./testing/notifier-world.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

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
  });
});
