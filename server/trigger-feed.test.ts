import { expect } from "chai";
import { EXAMPLE_START_MS, exampleTick } from "../test/examples.ts";
import type { TriggerRecord, UserTrigger } from "./trigger-record.ts";
import { MOST_TRIGGERS_BEHIND, TriggerFeed } from "./trigger-feed.ts";

describe("TriggerFeed", () => {
  let feed: TriggerFeed;
  let gone: AbortController;
  let cuts: number;
  beforeEach(() => {
    feed = new TriggerFeed();
    gone = new AbortController();
    cuts = 0;
  });
  afterEach(() => gone.abort());

  const fired = (userId: string, price: number, symbol = "AAPL"): UserTrigger => ({
    userId,
    trigger: {
      id: `${userId}-${price}`,
      alertId: "alert",
      kind: "FIRED",
      sentence: "",
      note: "",
      level: price,
      price,
      quote: exampleTick(0, price, { symbol }),
      seq: price,
      fireTimeMs: EXAMPLE_START_MS,
      judgeTimeMs: EXAMPLE_START_MS,
      hold: null,
    },
  });
  const watch = (userId: string, ...symbols: string[]) => {
    const onCut = () => (cuts += 1);
    const triggers = feed.read({ userId, symbols: new Set(symbols), onCut }, gone.signal);
    const read = async (): Promise<string> => {
      const next: IteratorResult<TriggerRecord, unknown> = await triggers.next();
      return next.done === true ? "over" : next.value.id;
    };
    return { read };
  };

  it("hands a trigger to every reader of its user, and to nobody else", async () => {
    const waiting = [watch("ann").read(), watch("ann").read(), watch("bob").read()];
    feed.publish([fired("ann", 1), fired("bob", 2), fired("eve", 3)]);
    expect(await Promise.all(waiting)).to.deep.equal(["ann-1", "ann-1", "bob-2"]);
  });

  it("leaves out the symbols that were not asked for, and what came before", async () => {
    feed.publish([fired("ann", 1)]);
    const next = watch("ann", "AAPL", "V").read();
    feed.publish([fired("ann", 2, "MSFT"), fired("ann", 3, "V")]);
    expect(await next).to.equal("ann-3");
  });

  it("keeps every trigger for a reader that is slow, in their order", async () => {
    const slow = watch("ann");
    const first = slow.read();
    for (let price = 1; price <= 100; price += 1) feed.publish([fired("ann", price)]);
    expect(await first).to.equal("ann-1");
    for (let price = 2; price <= 100; price += 1) expect(await slow.read()).to.equal(`ann-${price}`);
    expect(cuts).to.equal(0);
  });

  it("cuts a reader that is too far behind, once, and goes on for the others", async () => {
    const [slow, quick] = [watch("ann"), watch("ann", "V")];
    const firsts = [slow.read(), quick.read()];
    feed.publish([fired("ann", 0, "V")]);
    expect(await Promise.all(firsts)).to.deep.equal(["ann-0", "ann-0"]);
    for (let price = 1; price <= MOST_TRIGGERS_BEHIND; price += 1) feed.publish([fired("ann", price)]);
    expect(cuts).to.equal(0);
    feed.publish([fired("ann", 1_001), fired("ann", 1_002), fired("ann", 1_003, "V")]);
    expect(cuts).to.equal(1);
    expect([await slow.read(), await quick.read()]).to.deep.equal(["over", "ann-1003"]);
  });

  it("ends a reader that is gone, whether it waits or not", async () => {
    const reader = watch("ann");
    const next = reader.read();
    gone.abort();
    expect(await next).to.equal("over");
    expect(await reader.read()).to.equal("over");
  });
});
