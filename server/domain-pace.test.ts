import { expect } from "chai";
import { SLOW_DELIVERY_MS } from "../domain/notifying/delivery-limits.ts";
import { domainOf, DomainPace, type Flight } from "./domain-pace.ts";

const [QUICK_MS, HANG_MS] = [20, 20_000];

interface SimulatedMail {
  readonly domain: string;
  readonly dueMs: number;
  /** How long its domain takes for it. */
  readonly takesMs: number;
}

interface Played {
  readonly mail: SimulatedMail;
  readonly waitedMs: number;
}

/** A notifier of so many places that takes another mail beside each slow one, up to four times as many; time passes from one event to the next. */
class Simulation {
  readonly begun: Played[] = [];
  /** Of each beginning of a mail: so many places there were, and so many had mails to domains that are slow. */
  readonly shares: { readonly places: number; readonly slow: number; readonly isSlow: boolean }[] = [];
  mostUnderWay = 0;
  readonly #places: number;
  readonly #growth: number;
  readonly #pace = new DomainPace();
  readonly #isGated: boolean;
  readonly #slowDomains = new Set<string>();
  #flights: { readonly flight: Flight; readonly mail: SimulatedMail }[] = [];
  #free = 0;

  constructor({ places = 4, growth = 4, isGated = true } = {}) {
    this.#places = places;
    this.#growth = growth;
    this.#isGated = isGated;
  }

  /** Until every mail has begun and ended; when the last one did, or infinity if that takes a day. */
  play(mails: readonly SimulatedMail[]): number {
    let waiting = mails.toSorted((a, b) => a.dueMs - b.dueMs);
    for (let now = 0; now < 86_400_000; now = this.#nextEventMs(now, waiting)) {
      this.#land(now);
      this.#offer(now);
      if (this.#free > 0 && waiting.some(({ dueMs }) => dueMs <= now)) waiting = this.#begin(waiting, now);
      this.mostUnderWay = Math.max(this.mostUnderWay, this.#flights.length);
      if (waiting.length === 0 && this.#flights.length === 0) return now;
    }
    return Infinity;
  }

  #nextEventMs(now: number, waiting: readonly SimulatedMail[]): number {
    const dueMs = waiting.find((mail) => mail.dueMs > now)?.dueMs ?? Infinity;
    const ofFlights = this.#flights.flatMap(({ flight: { beganMs }, mail }) => [
      beganMs + mail.takesMs,
      beganMs + SLOW_DELIVERY_MS + 1,
    ]);
    return Math.min(dueMs, ...ofFlights.filter((timeMs) => timeMs > now));
  }

  waits(domain: string): number[] {
    const ofDomain = this.begun.filter(({ mail }) => mail.domain === domain);
    return ofDomain.map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b);
  }

  #land(now: number): void {
    for (const { flight, mail } of this.#flights.filter((one) => one.flight.beganMs + one.mail.takesMs <= now)) {
      this.#pace.end(flight, now, true);
      if (mail.takesMs > SLOW_DELIVERY_MS) this.#slowDomains.add(mail.domain);
      else this.#slowDomains.delete(mail.domain);
    }
    this.#flights = this.#flights.filter(({ flight, mail }) => flight.beganMs + mail.takesMs > now);
  }

  #offer(now: number): void {
    const slow = this.#flights.filter(({ flight }) => now - flight.beganMs > SLOW_DELIVERY_MS).length;
    const wanted = Math.min(this.#places + slow, this.#places * this.#growth);
    for (; this.#free + this.#flights.length < wanted; this.#free += 1) this.#pace.offer();
  }

  #begin(waiting: readonly SimulatedMail[], now: number): SimulatedMail[] {
    return waiting.filter((mail) => {
      if (this.#free === 0 || mail.dueMs > now) return true;
      if (this.#isGated && !this.#pace.mayBegin(mail.domain, now)) return true;
      const places = this.#free + this.#flights.length;
      const isSlow = this.#isSlow(mail.domain, now);
      this.#flights.push({ flight: this.#pace.begin(mail.domain, now), mail });
      this.#free -= 1;
      const slow = this.#flights.filter(({ mail: { domain } }) => this.#isSlow(domain, now)).length;
      this.shares.push({ places, slow, isSlow });
      this.begun.push({ mail, waitedMs: now - mail.dueMs });
      return false;
    });
  }

  #isSlow(domain: string, now: number): boolean {
    const flights = this.#flights.filter(({ mail }) => mail.domain === domain);
    return this.#slowDomains.has(domain) || flights.some(({ flight }) => now - flight.beganMs > SLOW_DELIVERY_MS);
  }
}

const mailsTo = (domain: string, count: number, takesMs: number, everyMs = 0, fromMs = 0): SimulatedMail[] =>
  Array.from({ length: count }, (_, at) => ({ domain, takesMs, dueMs: fromMs + at * everyMs }));
const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? NaN;

describe("DomainPace", () => {
  const pace = (places: number): DomainPace => {
    const made = new DomainPace();
    for (let place = 0; place < places; place += 1) made.offer();
    return made;
  };
  /** How many mails to a domain may begin now. */
  const begins = (of: DomainPace, domain: string, now: number, most = 100): number => {
    let count = 0;
    while (count < most && of.mayBegin(domain, now)) {
      of.begin(domain, now);
      count += 1;
    }
    return count;
  };

  it("lets a domain that nobody knows begin with two mails, or a quarter of the places", () => {
    expect(begins(pace(4), "new.example", 0)).to.equal(2);
    expect(begins(pace(16), "new.example", 0)).to.equal(4);
    expect(begins(pace(1), "new.example", 0, 1)).to.equal(1);
  });

  it("lets it have one more for each prompt outcome", () => {
    const of = pace(20);
    for (let prompt = 0; prompt < 3; prompt += 1) {
      of.end(of.begin("a.example", 0), SLOW_DELIVERY_MS, true);
      of.offer();
    }
    expect(begins(of, "a.example", 9_000)).to.equal(5 + 3);
  });

  it("gives domains that nobody knows three quarters of the places together", () => {
    const of = pace(8);
    const begun = ["a", "b", "c", "d", "e"].map((name) => begins(of, `${name}.example`, 0));
    expect(begun).to.deep.equal([2, 2, 2, 0, 0]);
  });

  it("counts a domain as slow while a mail to it is under way for more than two seconds", () => {
    const of = pace(8);
    of.end(of.begin("a.example", 0), 10, true);
    of.offer();
    const late = of.begin("a.example", 100);
    expect(begins(of, "a.example", 100 + SLOW_DELIVERY_MS, 2)).to.equal(2);
    expect(begins(of, "a.example", 101 + SLOW_DELIVERY_MS), "half of eight, three being under way").to.equal(1);
    of.end(late, 9_000, true);
    of.offer();
    expect(begins(of, "a.example", 9_000), "still half").to.equal(1);
    expect(begins(of, "b.example", 9_000), "another domain").to.equal(2);
  });

  it("lets each slow domain have a mail under way, up to three quarters of the places", () => {
    const of = pace(8);
    for (const name of ["a", "b", "c", "d"]) {
      of.end(of.begin(`${name}.example`, 0), 3_000, true);
      of.offer();
    }
    expect(begins(of, "a.example", 3_000)).to.equal(4);
    expect(begins(of, "b.example", 3_000)).to.equal(1);
    expect(begins(of, "c.example", 3_000)).to.equal(1);
    expect(begins(of, "d.example", 3_000)).to.equal(0);
  });

  it("learns nothing of a domain from what the mail server says to all, and counts a place that had nothing after all", () => {
    const of = pace(4);
    of.end(of.begin("a.example", 0), 9_000, false);
    of.undo(of.begin("a.example", 0));
    of.offer();
    expect(begins(of, "a.example", 9_000)).to.equal(2);
  });

  it("forgets, of very many domains, those with nothing under way", () => {
    const of = pace(4);
    const kept = of.begin("kept.example", 0);
    for (let at = 0; at < 10_000; at += 1) {
      of.end(of.begin(`d${at}.example`, 0), 3_000, true);
      of.offer();
    }
    expect(of.mayBegin("kept.example", 3_000), "slow, and the only one").to.equal(true);
    of.end(kept, 3_000, true);
    of.offer();
    expect(begins(of, "d0.example", 3_000), "unknown again").to.equal(2);
  });

  describe("over simulated time", () => {
    const slow = mailsTo("slow.example", 200, HANG_MS);
    const quick = mailsTo("quick.example", 100, QUICK_MS, 100);

    it("keeps 200 mails to a domain that hangs from delaying 100 to another; without it they wait for minutes", () => {
      const gated = new Simulation();
      expect(gated.play([...slow, ...quick])).to.be.below(Infinity);
      expect(p99(gated.waits("quick.example"))).to.be.below(100);
      const control = new Simulation({ isGated: false, growth: 1 });
      control.play([...slow, ...quick]);
      expect(p99(control.waits("quick.example"))).to.be.above(60_000);
    });

    it("needs both: more places alone are soon full, and the gate alone leaves a slow domain less", () => {
      const growing = new Simulation({ isGated: false });
      growing.play([...slow, ...quick]);
      expect(p99(growing.waits("quick.example"))).to.be.above(10_000);
      const [gated, fixed] = [new Simulation(), new Simulation({ growth: 1 })];
      expect(gated.play(slow)).to.be.below(0.7 * fixed.play(slow));
    });

    it("lets a single domain that is prompt have every place", () => {
      for (const places of [1, 4, 16]) {
        const alone = new Simulation({ places });
        const took = alone.play(mailsTo("only.example", 2_000, QUICK_MS));
        expect(alone.mostUnderWay).to.equal(places);
        expect(took, "as fast as without it, but for the first mails").to.be.below((2_000 / places) * QUICK_MS + 500);
      }
    });

    it("delays nobody for longer than two seconds when a domain that was prompt begins to hang", () => {
      const was = mailsTo("turned.example", 500, QUICK_MS, 5);
      const is = mailsTo("turned.example", 100, HANG_MS, 0, 2_500);
      const others = mailsTo("quick.example", 300, QUICK_MS, 50);
      const turned = new Simulation();
      turned.play([...was, ...is, ...others]);
      expect(turned.waits("quick.example").at(-1)).to.be.below(SLOW_DELIVERY_MS + 300);
    });

    it("begins no mail to a slow domain beyond half of the places, and every mail in the end, whatever comes", () => {
      for (let seed = 1; seed <= 30; seed += 1) {
        let state = seed;
        const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
        const domains = 1 + Math.floor(random() * 6);
        const takes = Array.from({ length: domains }, () => (random() < 0.5 ? QUICK_MS : 500 + random() * HANG_MS));
        const mails = Array.from({ length: 200 }, (): SimulatedMail => {
          const at = Math.floor(random() * domains);
          const isOdd = random() < 0.1;
          return {
            domain: `d${at}.example`,
            takesMs: isOdd ? random() * HANG_MS : takes[at]!,
            dueMs: Math.floor(random() * 10_000),
          };
        });
        const played = new Simulation({ places: 1 + Math.floor(random() * 8) });
        expect(played.play(mails), `seed ${seed}`).to.be.below(Infinity);
        expect(played.begun).to.have.length(200);
        const beyond = played.shares.filter(
          (share) => share.isSlow && share.slow > Math.max(domains, Math.floor(share.places / 2)),
        );
        expect(beyond, `seed ${seed}`).to.deep.equal([]);
      }
    });
  });
});

describe("domainOf()", () => {
  it("is what stands behind the last @", () => {
    expect([domainOf("ann@example.com"), domainOf("a@b@c.example"), domainOf("")]).to.deep.equal([
      "example.com",
      "c.example",
      "",
    ]);
  });
});
