import { expect } from "chai";
import { WaitingRoom, type Sizes } from "./waiting-room.ts";

describe("WaitingRoom", () => {
  const stay = new AbortController().signal;
  const settled: string[] = [];
  const of = (sizes: Record<string, number>): Sizes => new Map(Object.entries(sizes));
  const entering = (room: WaitingRoom, name: string, sizes: number | Record<string, number>, signal = stay): void => {
    room.enter(of(typeof sizes === "number" ? { AAPL: sizes } : sizes), signal).then(
      () => settled.push(`${name} in`),
      () => settled.push(`${name} gone`),
    );
  };
  /** Lets every promise that can settle do so. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  beforeEach(() => settled.splice(0));

  it("lets in what fits, and the others in their order as room comes free", async () => {
    const room = new WaitingRoom(10);
    for (const [name, size] of [
      ["a", 6],
      ["b", 5],
      ["c", 1],
      ["d", 4],
    ] as const)
      entering(room, name, size);
    await settle();
    expect([settled, room.taken]).to.deep.equal([["a in"], 6]);
    room.leave(of({ AAPL: 6 }));
    await settle();
    expect([settled, room.taken]).to.deep.equal([["a in", "b in", "c in", "d in"], 10]);
  });

  it("lets in what is larger than itself when it is empty", async () => {
    const room = new WaitingRoom(10);
    entering(room, "a", 1);
    entering(room, "large", 11);
    await settle();
    expect(settled).to.deep.equal(["a in"]);
    room.leave(of({ AAPL: 1 }));
    await settle();
    expect(settled).to.deep.equal(["a in", "large in"]);
  });

  it("forgets who gives up, and lets in whom they kept out", async () => {
    const room = new WaitingRoom(10);
    const impatient = new AbortController();
    entering(room, "a", 6);
    entering(room, "b", 5, impatient.signal);
    entering(room, "c", 4);
    impatient.abort();
    entering(room, "too late", 0, impatient.signal);
    await settle();
    expect(settled).to.have.members(["a in", "b gone", "c in", "too late gone"]);
    expect(room.taken).to.equal(10);
  });

  describe("while some symbols are held", () => {
    let room: WaitingRoom;
    beforeEach(() => {
      room = new WaitingRoom(10);
      room.hold(["AAPL"]);
    });

    it("lets in so much of them as half of its size, and of others as much as ever", async () => {
      entering(room, "held", { AAPL: 5 });
      entering(room, "more held", { AAPL: 1 });
      entering(room, "ready", { MSFT: 10 });
      entering(room, "more ready", { MSFT: 1 });
      await settle();
      expect([settled, room.taken]).to.deep.equal([["held in", "ready in"], 15]);
      room.leave(of({ MSFT: 10 }));
      await settle();
      expect(settled).to.deep.equal(["held in", "ready in", "more ready in"]);
    });

    it("keeps their order: a small one passes no larger one of its part", async () => {
      entering(room, "a", { AAPL: 3 });
      entering(room, "b", { AAPL: 4 });
      entering(room, "c", { AAPL: 1 });
      await settle();
      expect(settled).to.deep.equal(["a in"]);
      room.leave(of({ AAPL: 3 }));
      await settle();
      expect(settled).to.deep.equal(["a in", "b in", "c in"]);
    });

    it("lets in what has some of both when there is room for both", async () => {
      entering(room, "held", { AAPL: 5 });
      entering(room, "both", { AAPL: 1, MSFT: 5 });
      entering(room, "ready", { MSFT: 10 });
      room.leave(of({ AAPL: 5 }));
      await settle();
      expect(settled).to.deep.equal(["held in", "ready in"]);
      room.leave(of({ MSFT: 10 }));
      await settle();
      expect(settled).to.deep.equal(["held in", "ready in", "both in"]);
    });

    it("has room for others when a symbol that fills it becomes held, and takes its next ones when it is held no more", async () => {
      room.hold([]);
      entering(room, "full", { AAPL: 10 });
      entering(room, "same", { AAPL: 1 });
      entering(room, "other", { MSFT: 10 });
      room.hold(["AAPL"]);
      await settle();
      expect(settled).to.deep.equal(["full in", "other in"]);
      room.leave(of({ AAPL: 10 }), of({ AAPL: 2 }));
      await settle();
      expect(settled).to.deep.equal(["full in", "other in", "same in"]);
      expect(room.taken).to.equal(13);
      room.leave(of({ MSFT: 10 }));
      entering(room, "large", { AAPL: 7 });
      room.hold([]);
      await settle();
      expect(settled).to.deep.equal(["full in", "other in", "same in", "large in"]);
    });
  });
});
