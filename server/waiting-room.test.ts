import { expect } from "chai";
import { WaitingRoom } from "./waiting-room.ts";

describe("WaitingRoom", () => {
  const stay = new AbortController().signal;
  const settled: string[] = [];
  const entering = (room: WaitingRoom, name: string, size: number, signal = stay): void => {
    room.enter(size, signal).then(
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
    room.leave(6);
    await settle();
    expect([settled, room.taken]).to.deep.equal([["a in", "b in", "c in", "d in"], 10]);
  });

  it("lets in what is larger than itself when it is empty", async () => {
    const room = new WaitingRoom(10);
    entering(room, "a", 1);
    entering(room, "large", 11);
    await settle();
    expect(settled).to.deep.equal(["a in"]);
    room.leave(1);
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
});
