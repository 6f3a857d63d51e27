import { expect } from "chai";
import { MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { Dispatcher, type NotifierPlace } from "./dispatcher.ts";
import { domainOf, type DomainGate } from "./domain-pace.ts";
import type { NotificationStore, SealedDelivery } from "./notification-store.ts";

/** A store that hands out what a test put in, and says when something is due. A notification's id is the address that it goes to. */
class FakeNotifications {
  readonly queue: string[] = [];
  readonly ended: string[] = [];
  sweeps = 0;
  begins = 0;
  dueInMs: number | null = null;
  fails = false;
  /** Whether each hand-out is tried twice, as one that failed together with others' writes. */
  isTriedAgain = false;
  /** Runs while the store is being asked. */
  meanwhile: () => void = () => undefined;

  readonly port = {
    sweep: () => {
      this.sweeps += 1;
      return this.fails ? Promise.reject(new Error("the disk is full")) : Promise.resolve();
    },
    beginDelivery: async (_policy: string, gate: DomainGate) => {
      this.begins += 1;
      await Promise.resolve();
      this.meanwhile();
      if (this.isTriedAgain) this.#choose(gate);
      const at = this.#choose(gate);
      if (this.fails) throw new Error("the disk is full");
      const [notificationId] = at === -1 ? [] : this.queue.splice(at, 1);
      return notificationId === undefined ? null : ({ notificationId, token: 1 } as SealedDelivery);
    },
    endDelivery: (id: string, _token: number, { kind }: { kind: string }) => {
      this.ended.push(`${id} ${kind}`);
      return Promise.resolve("WAITING" as const);
    },
    nextDueInMs: () => Promise.resolve(this.dueInMs),
  } as unknown as NotificationStore;

  #choose(gate: DomainGate): number {
    const at = this.queue.findIndex((id) => gate.isOpen(domainOf(id)));
    if (at !== -1) gate.enter(domainOf(this.queue[at] ?? ""));
    return at;
  }
}

describe("Dispatcher", () => {
  let clock: FakeClock;
  let store: FakeNotifications;
  let dispatcher: Dispatcher;
  let taken: string[];
  beforeEach(() => {
    clock = new FakeClock(0);
    store = new FakeNotifications();
    taken = [];
    dispatcher = new Dispatcher(store.port, "resend", clock, createLog("test", "silent"));
  });
  afterEach(() => dispatcher.close());

  const place = (owner: object = {}, takes = true): NotifierPlace => ({
    owner,
    take: ({ notificationId }) => {
      if (takes) taken.push(notificationId);
      return takes;
    },
  });
  /** Until it has nothing left to do but wait. */
  const idle = async (): Promise<void> => {
    for (let turns = 0; turns < 5 || clock.sleeping === 0; turns += 1) await new Promise(setImmediate);
  };

  it("gives each free place one delivery, in the order in which they became free", async () => {
    store.queue.push("a", "b", "c");
    const order: string[] = [];
    for (const name of ["first", "second"]) {
      dispatcher.offer({ owner: {}, take: ({ notificationId }) => order.push(`${name} ${notificationId}`) > 0 });
    }
    dispatcher.start();
    await idle();
    expect(order).to.deep.equal(["first a", "second b"]);
    expect(store.queue).to.deep.equal(["c"]);
  });

  it("hands out at once what is written while it waits", async () => {
    dispatcher.start();
    dispatcher.offer(place());
    await idle();
    store.queue.push("a");
    dispatcher.wake();
    await idle();
    expect(taken).to.deep.equal(["a"]);
  });

  it("wakes by itself when the next thing is due", async () => {
    dispatcher.offer(place());
    store.dueInMs = 5_000;
    dispatcher.start();
    await idle();
    store.queue.push("a");
    clock.advance(4_999);
    await idle();
    expect(taken).to.deep.equal([]);
    clock.advance(1);
    await idle();
    expect(taken).to.deep.equal(["a"]);
  });

  it("looks after leases every minute, and asks for nothing while no place is free", async () => {
    store.dueInMs = 0;
    dispatcher.start();
    await idle();
    const { sweeps } = store;
    for (let seconds = 0; seconds < 10; seconds += 1) {
      clock.advance(100);
      await idle();
    }
    expect(store.sweeps - sweeps, "a busy loop").to.be.at.most(1);
    store.dueInMs = null;
    clock.advance(MINUTE_MS);
    await idle();
    clock.advance(MINUTE_MS);
    await idle();
    expect(store.sweeps - sweeps).to.be.at.least(2);
    expect(store.begins).to.equal(0);
  });

  it("forgets the places of a notifier that is gone", async () => {
    const [gone, here] = [{}, {}];
    dispatcher.offer(place(gone));
    dispatcher.offer(place(here));
    dispatcher.withdraw(gone);
    store.queue.push("a", "b");
    dispatcher.start();
    await idle();
    expect(taken).to.deep.equal(["a"]);
  });

  it("gives back what the notifier no longer takes, and hands it to the next", async () => {
    store.queue.push("a", "b");
    dispatcher.offer(place({}, false));
    dispatcher.offer(place());
    dispatcher.start();
    await idle();
    expect(store.ended).to.deep.equal(["a serverTrouble"]);
    expect(taken).to.deep.equal(["b"]);
  });

  it("gives back what it was just given when the last notifier goes in that very moment", async () => {
    const owner = {};
    store.queue.push("a");
    store.meanwhile = () => dispatcher.withdraw(owner);
    dispatcher.offer(place(owner));
    dispatcher.start();
    await idle();
    expect([taken, store.ended]).to.deep.equal([[], ["a serverTrouble"]]);
  });

  it("goes on a second after the store failed, and no free place is lost", async () => {
    store.fails = true;
    store.queue.push("a");
    dispatcher.offer(place());
    dispatcher.start();
    await idle();
    clock.advance(999);
    await idle();
    expect(store.sweeps).to.equal(1);
    store.port.sweep = () => Promise.resolve(); // now it fails while handing out
    clock.advance(1);
    await idle();
    store.fails = false;
    clock.advance(1_000);
    await idle();
    expect(taken).to.deep.equal(["a"]);
  });

  describe("with a domain that is slow", () => {
    const offer = (owner: object, places: number): void => {
      for (let count = 0; count < places; count += 1) dispatcher.offer(place(owner));
    };
    const learn = (owner: object, notificationId: string): void =>
      dispatcher.learn(owner, { notificationId, token: 1 }, { kind: "taken", reply: "250" });
    const mails = (domain: string, count: number): string[] =>
      Array.from({ length: count }, (_, at) => `${at}@${domain}`);

    it("keeps places for other domains, and what is shut for one notifier goes to another", async () => {
      const [first, second] = [{}, {}];
      store.queue.push(...mails("new.example", 8), "ann@other.example");
      offer(first, 4);
      dispatcher.start();
      await idle();
      expect(taken).to.deep.equal(["0@new.example", "1@new.example", "ann@other.example"]);
      offer(second, 4);
      await idle();
      expect(taken.slice(3)).to.deep.equal(["2@new.example", "3@new.example"]);
    });

    it("asks for every other notifier, too, whatever number of places is shut", async () => {
      store.queue.push(...mails("new.example", 20));
      const first = {};
      offer(first, 20);
      dispatcher.start();
      await idle();
      expect(taken).to.have.length(5);
      offer({}, 4);
      await idle();
      expect(taken).to.have.length(7);
    });

    it("does not ask again and again for what may not go", async () => {
      store.queue.push(...mails("new.example", 8));
      store.dueInMs = 60_000;
      offer({}, 4);
      dispatcher.start();
      await idle();
      const { begins } = store;
      for (let turns = 0; turns < 20; turns += 1) await idle();
      expect([begins, store.begins]).to.deep.equal([4, 4]);
    });

    it("learns from each outcome, from the notifier that tells it", async () => {
      const owner = {};
      store.queue.push(...mails("new.example", 20));
      offer(owner, 4);
      dispatcher.start();
      await idle();
      expect(taken).to.have.length(2);
      learn({}, "0@new.example"); // nobody's
      learn(owner, "7@new.example"); // not under way
      learn(owner, "0@new.example");
      offer(owner, 1);
      await idle();
      expect(taken, "three under way, for one was prompt").to.have.length(4);
      clock.advance(10_000);
      learn(owner, "1@new.example");
      offer(owner, 1);
      await idle();
      expect(taken, "slow now: half of four, which it has").to.have.length(4);
    });

    it("counts nothing of a hand-out that failed", async () => {
      store.queue.push(...mails("new.example", 8));
      store.fails = true;
      store.port.sweep = () => Promise.resolve(); // it fails while handing out
      offer({}, 4);
      dispatcher.start();
      await idle();
      store.fails = false;
      clock.advance(1_000);
      await idle();
      expect(taken).to.have.length(2);
    });
  });

  it("counts a mail once whose hand-out the store had to try again: no place is lost for good", async () => {
    const owner = {};
    store.queue.push("1@new.example", "2@new.example");
    store.isTriedAgain = true;
    for (let turn = 1; turn <= 2; turn += 1) {
      dispatcher.offer(place(owner));
      if (turn === 1) dispatcher.start();
      await idle();
      expect(taken).to.have.length(turn);
      dispatcher.learn(owner, { notificationId: `${turn}@new.example`, token: 1 }, { kind: "taken", reply: "" });
      clock.advance(10_000);
    }
  });

  it("stops when closed, also in the middle of waiting", async () => {
    dispatcher.start();
    await idle();
    await dispatcher.close();
    dispatcher.offer(place());
    store.queue.push("a");
    await new Promise(setImmediate);
    expect([taken, clock.sleeping]).to.deep.equal([[], 0]);
  });
});
