// Random histories, and what must hold in each of them at every moment.
import { expect } from "chai";
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, crosses } from "../../test/examples.ts";
import { pick, randomFrom, type Random } from "../../test/random-history.ts";
import type { SealedDelivery } from "../notification-store.ts";
import { StoreWorld, type OpenStore, type OutcomeWord } from "../testing/store-world.ts";

/** Of each policy; `make test-long ONLY=store.histories` plays 500. */
const HISTORIES = 4;
const MOVES = 100;
const SYMBOLS = ["AAPL", "MSFT"];
const OUTCOMES: readonly OutcomeWord[] = [
  "taken",
  "taken",
  "notTaken",
  "unsure",
  "badAddress",
  "badContent",
  "serverTrouble",
];

export function historiesConformance(openStore: OpenStore): void {
  describe("any history of quotes, deliveries, losses, time and restarts", () => {
    for (const policy of ["resend", "hold"] as const) {
      it(`keeps every promise (${policy}, ${HISTORIES} histories of ${MOVES} moves)`, async () => {
        for (let seed = 1; seed <= HISTORIES; seed += 1) {
          await playHistory(openStore, policy, seed);
        }
      });
    }
  });
}

/** Plays the history of a seed in a store of its own; throws an Error that names the seed when something does not hold. */
export async function playHistory(openStore: OpenStore, policy: AmbiguityPolicy, seed: number): Promise<void> {
  const world = new StoreWorld(openStore);
  world.policy = policy;
  const history = new History(await world.open(), randomFrom(seed));
  try {
    await history.run();
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    await world.close();
  }
}

/** One history: makes moves, and keeps a book of its own of what must be true. */
class History {
  readonly #world: StoreWorld;
  readonly #random: Random;
  readonly #held: SealedDelivery[] = [];
  readonly #ended: SealedDelivery[] = [];
  readonly #announced = new Set<SealedDelivery>();
  /** Monotonic time at which each mail was taken first, by user and symbol. */
  readonly #taken = new Map<string, { messageId: string; at: number }[]>();
  readonly #contents = new Map<string, SealedDelivery>();
  #users: string[] = [];
  #fired = 0;

  constructor(world: StoreWorld, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  async run(): Promise<void> {
    this.#users = [await this.#world.user(), await this.#world.user()];
    for (const symbol of SYMBOLS) await this.#world.tick(100, { symbol });
    for (let move = 0; move < MOVES; move += 1) {
      await this.#move();
      await this.#check();
    }
    await this.#settle();
  }

  async #move(): Promise<void> {
    const moves = [
      () => this.#arm(),
      () => this.#quote(),
      () => this.#quote(),
      () => this.#begin(),
      () => this.#begin(),
      () => this.#end(),
      () => this.#end(),
      () => this.#endAgain(),
      () => this.#lose(),
      () => this.#pass(),
      () => this.#pass(),
      () => this.#deleteOne(),
      () => this.#world.sweep(),
      () => this.#world.restart(),
    ];
    await pick(this.#random, moves)();
  }

  async #arm(): Promise<void> {
    const condition = pick(this.#random, [above, below, crosses])(pick(this.#random, [98, 99, 101, 102]));
    const symbol = pick(this.#random, SYMBOLS);
    await this.#world.arm(pick(this.#random, this.#users), condition, { symbol, repeat: "every", alreadyTrue: "fire" });
  }

  async #quote(): Promise<void> {
    const symbol = pick(this.#random, SYMBOLS);
    this.#fired += (
      await this.#world.tick(pick(this.#random, [96, 98, 99, 100, 101, 102, 104]), { symbol })
    ).triggerCount;
  }

  async #begin(): Promise<void> {
    const delivery = await this.#world.tryBegin();
    if (delivery === null) return;
    const content = { ...delivery, token: 0 };
    const earlier = this.#contents.get(delivery.messageId);
    if (earlier !== undefined) expect(content).to.deep.equal(earlier);
    this.#contents.set(delivery.messageId, content);
    if (this.#random(2) === 0) expect(await this.#mayGiveData(delivery)).to.equal(true);
    this.#held.push(delivery);
  }

  /** Under `hold` a notifier asks right before DATA, and gives none if the answer is no. */
  async #mayGiveData(delivery: SealedDelivery): Promise<boolean> {
    if (this.#world.policy === "resend" || this.#announced.has(delivery)) return true;
    const { notificationId, token } = delivery;
    const isAllowed = await this.#world.store.notifications.announceSending(notificationId, token);
    if (isAllowed) this.#announced.add(delivery);
    return isAllowed;
  }

  async #end(): Promise<void> {
    const delivery = this.#held.splice(this.#random(Math.max(this.#held.length, 1)), 1)[0];
    if (delivery === undefined) return;
    const drawn = pick(this.#random, OUTCOMES);
    const word = (await this.#mayGiveData(delivery)) ? drawn : "notTaken";
    this.#note(delivery, word);
    await this.#world.end(delivery, word);
    this.#ended.push(delivery);
  }

  /** The notifier says it again, or a notifier that was thought lost says something else. */
  async #endAgain(): Promise<void> {
    if (this.#ended.length === 0) return;
    const before = await this.#all();
    await this.#world.end(pick(this.#random, this.#ended), "notTaken");
    expect(await this.#all()).to.deep.equal(before);
  }

  async #lose(): Promise<void> {
    await this.#world.lose(...this.#held.splice(0));
  }

  async #pass(): Promise<void> {
    this.#world.clock.advance(pick(this.#random, [SECOND_MS, 44 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS]));
    if (this.#random(4) === 0) this.#world.clock.step(pick(this.#random, [-HOUR_MS, HOUR_MS]));
    await this.#world.sweep();
    this.#held.splice(0, this.#random(2) === 0 ? this.#held.length : 0);
  }

  async #deleteOne(): Promise<void> {
    if (this.#random(4) !== 0) return;
    const userId = pick(this.#random, this.#users);
    for (const { alert } of await this.#world.alerts(userId, { limit: 1 })) {
      await this.#world.store.alerts.deleteAlerts(userId, [alert.id], () => undefined);
    }
  }

  /** A mail that is taken under a lease that still stands: no other may have been taken within the hour before. */
  #note({ content, toAddress, messageId }: SealedDelivery, word: OutcomeWord): void {
    if (word !== "taken" || content.kind !== "triggers") return;
    const key = `${toAddress} ${content.parts[0]?.symbol}`;
    const earlier = this.#taken.get(key) ?? [];
    if (earlier.some((mail) => mail.messageId === messageId)) return;
    const at = this.#world.clock.monotonic();
    const last = earlier.at(-1);
    if (last !== undefined) expect(at - last.at, `two mails to ${key}`).to.be.at.least(COOLDOWN_MS);
    this.#taken.set(key, [...earlier, { messageId, at }]);
  }

  async #all() {
    return (await Promise.all(this.#users.map((user) => this.#world.notifications(user)))).flat();
  }

  /** Every trigger is in exactly one notification, and no pair has two open or two sealed ones. */
  async #check(): Promise<void> {
    let triggers: string[] = [];
    for (const user of this.#users) {
      const views = await this.#world.notifications(user);
      triggers = triggers.concat(views.flatMap((view) => view.triggers.map(({ id }) => id)));
      for (const symbol of SYMBOLS) {
        const states = views.filter((view) => view.symbol === symbol).map(({ state }) => state);
        expect(states.filter((state) => state === "WAITING").length).to.be.at.most(1);
        expect(states.filter((state) => state === "SENDING" || state === "UNSURE").length).to.be.at.most(1);
      }
    }
    expect(triggers).to.have.length(this.#fired);
    expect(new Set(triggers).size).to.equal(this.#fired);
  }

  /** Given time and a mail server that takes everything, every notification ends: nothing is stuck. */
  async #settle(): Promise<void> {
    this.#held.splice(0);
    for (let round = 0; round < 12; round += 1) {
      this.#world.clock.advance(HOUR_MS);
      await this.#world.sweep();
      for (let next = await this.#world.tryBegin(); next !== null; next = await this.#world.tryBegin()) {
        this.#note(next, "taken");
        expect(await this.#world.end(next, "taken")).to.equal("SENT");
      }
    }
    expect((await this.#all()).filter(({ endTimeMs }) => endTimeMs === null)).to.deep.equal([]);
    await this.#check();
  }
}
