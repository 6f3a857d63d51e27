import { expect } from "chai";
import { Socket } from "node:net";
import { Handshakes } from "./handshakes.ts";

describe("handshakes", () => {
  const socket = (): Socket => new Socket();

  it("crowd out the oldest of their own address when that has too many", () => {
    const handshakes = new Handshakes({ handshakes: 10, handshakesPerAddress: 2 });
    const [other, first, second, third] = [socket(), socket(), socket(), socket()];
    expect(handshakes.add(other, "b")).to.equal(undefined);
    expect(handshakes.add(first, "a")).to.equal(undefined);
    expect(handshakes.add(second, "a")).to.equal(undefined);
    expect(handshakes.add(third, "a")).to.equal(first);
    expect(handshakes.size).to.equal(3);
  });

  it("crowd out the oldest of the address with most when there are too many in all", () => {
    const handshakes = new Handshakes({ handshakes: 3, handshakesPerAddress: 3 });
    const [lone, first, second, newest] = [socket(), socket(), socket(), socket()];
    handshakes.add(lone, "a");
    handshakes.add(first, "b");
    handshakes.add(second, "b");
    expect(handshakes.add(newest, "c")).to.equal(first);
  });

  it("crowd out the oldest of all when no address has more than another", () => {
    const handshakes = new Handshakes({ handshakes: 2, handshakesPerAddress: 2 });
    const [first, second, third] = [socket(), socket(), socket()];
    handshakes.add(first, "a");
    handshakes.add(second, "b");
    expect(handshakes.add(third, "c")).to.equal(first);
  });

  it("no longer count one that is done or gone, and that only once", () => {
    const handshakes = new Handshakes({ handshakes: 1, handshakesPerAddress: 1 });
    const first = socket();
    handshakes.add(first, "a");
    expect([handshakes.delete(first, "a"), handshakes.delete(first, "a")]).to.deep.equal([true, false]);
    expect(handshakes.size).to.equal(0);
    expect(handshakes.add(socket(), "a")).to.equal(undefined);
  });
});
