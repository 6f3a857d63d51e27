// A source that mistakes a currency for its hundredth part now and then puts a symbol on HOLD, and ends that, with every other price: its
// owners are told once an hour, not every time.
import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { above, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const POUNDS = 3;
const PENCE = 300;

export function holdNoticesConformance(openStore: OpenStore): void {
  describe("the notice of a HOLD that comes and goes", () => {
    const world = eachInItsWorld(openStore);
    /** What owners were told of in all, also that a HOLD is over. */
    let everything = 0;
    beforeEach(() => (everything = 0));
    /** Brings a price as of that minute; how many owners are told of a HOLD at a price like that. */
    const told = async (minute: number, price: number, symbol = "AAPL"): Promise<number> => {
      const { triggers } = await world().record(exampleTick(minute * MINUTE_MS, price, { symbol }));
      everything += triggers.length;
      return triggers.filter(({ trigger }) => trigger.kind === "HELD" && trigger.price === POUNDS).length;
    };
    /** So many owners, each with an alert, at 300 pence. */
    const owners = async (count: number, symbol = "AAPL"): Promise<void> => {
      const users: string[] = [];
      while (users.length < count) users.push(await world().user());
      await world().tick(PENCE, { symbol });
      for (const user of users) await world().arm(user, above(400), { symbol, symbols: [symbol] });
    };

    it("is sent once an hour, by the moments of the prices", async () => {
      await owners(1);
      const minutes: number[] = [];
      for (let minute = 10; minute <= 190; minute += 10) {
        if ((await told(minute, POUNDS)) > 0) minutes.push(minute);
        expect(await told(minute + 5, PENCE)).to.equal(0);
        expect(await world().store.holds.listHeld()).to.deep.equal([]);
      }
      expect(minutes).to.deep.equal([10, 70, 130, 190]);
      expect(everything, "nobody is told of the end of what nobody was told of").to.be.at.most(2 * minutes.length);
    });

    it("is sent once an hour, whatever is refused or fails meanwhile", async () => {
      await owners(1);
      world().diskFails = true;
      await expectFailure(world().commit([exampleTick(9 * MINUTE_MS, POUNDS)]));
      world().diskFails = false;
      const minutes: number[] = [];
      for (let minute = 10; minute <= 70; minute += 10) {
        if ((await told(minute, POUNDS)) > 0) minutes.push(minute);
        expect(await told(minute + 5, PENCE)).to.equal(0);
        await expectFailure(world().store.alerts.deleteAlerts("somebody", ["no alert"], () => undefined));
      }
      expect(minutes).to.deep.equal([10, 70]);
    });

    it("comes when the hour is over if the HOLD lasts, to all owners, once", async () => {
      world().alertsPerCommit = 2;
      await world().restart();
      await owners(5);
      expect([await told(10, POUNDS), await told(11, PENCE)]).to.deep.equal([5, 0]);
      expect([await told(20, POUNDS), await told(69, POUNDS)]).to.deep.equal([0, 0]);
      expect([await told(70, POUNDS), await told(71, POUNDS)]).to.deep.equal([5, 0]);
      expect([await told(72, PENCE), await told(129, POUNDS), await told(130, POUNDS)]).to.deep.equal([0, 0, 5]);
    });

    it("goes on to the others, whatever prices come meanwhile", async () => {
      world().alertsPerCommit = 2;
      await world().restart();
      await owners(5);
      const slices: number[] = [];
      for (const minute of [10, 11, 12]) {
        slices.push((await world().commit([exampleTick(minute * MINUTE_MS, POUNDS)])).triggers.length);
      }
      expect(slices).to.deep.equal([2, 2, 1]);
    });

    it("is not put off by another symbol's, and not for ever by a restart", async () => {
      await owners(1);
      await owners(1, "MSFT");
      expect([await told(10, POUNDS), await told(11, PENCE)]).to.deep.equal([1, 0]);
      expect([await told(12, POUNDS, "MSFT"), await told(13, POUNDS)]).to.deep.equal([1, 0]);
      await world().restart();
      expect((await world().commit()).triggers).to.have.length(1);
    });
  });
}

async function expectFailure(act: Promise<unknown>): Promise<void> {
  expect(
    await act.then(
      () => "done",
      () => "failed",
    ),
  ).to.equal("failed");
}
