import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../../../domain/time.ts";
import { BinanceWorld } from "./testing/binance-world.ts";

describe("LineKeeper", () => {
  let world: BinanceWorld;
  afterEach(() => world.close());

  it("asks ever more rarely for another line while the old one still holds", async () => {
    world = await BinanceWorld.open();
    world.listen();
    await world.pass(3 * MINUTE_MS);
    world.service.refuseLines = 503;
    const gone = world.service.shutDown(HOUR_MS);
    await world.pass(10 * MINUTE_MS);
    expect(world.service.counts.linesInWindow).to.be.within(4, 12);
    world.service.refuseLines = null;
    await world.pass(2 * MINUTE_MS);
    expect(world.service.counts.linesTogether).to.equal(2);
    await world.pass(HOUR_MS);
    await gone;
  });
});
