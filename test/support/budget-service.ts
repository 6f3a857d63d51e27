import { Response } from "node-fetch";
import type { Fetch } from "../../client/sources/fetch-answer.ts";
import { MINUTE_MS, SECOND_MS, DAY_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Market } from "../../simulator/alpha-vantage/market.ts";
import type { Plan } from "../../simulator/alpha-vantage/plan.ts";
import { QueryDoor } from "../../simulator/alpha-vantage/query-door.ts";
import { Quota } from "../../simulator/alpha-vantage/quota.ts";

/** So long a request is on its way to the service, and its answer back, at most. */
const LONGEST_WAY_MS = 150;

/** The simulated service in this process, a little way off: it counts what arrives, whoever sent it and is dead by now. */
export class BudgetService {
  /** When requests arrived. */
  readonly arrivals: TimeMs[] = [];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #plan: Plan;
  readonly #quota: Quota;
  readonly #door: QueryDoor;

  constructor(market: Market, plan: Plan, clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.#plan = plan;
    this.#quota = new Quota(clock);
    const premiumFunctions = new Set<string>();
    this.#door = new QueryDoor({ market, quota: this.#quota, keys: new Map(), defaultPlan: plan, premiumFunctions });
  }

  /** In the place of node-fetch. A request whose sender has gone arrives all the same. */
  readonly fetch: Fetch = async (url, { signal }) => {
    const { promise: gone, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(new Error("aborted"));
    signal?.addEventListener("abort", leave);
    try {
      return await Promise.race([this.#answer(url), gone]);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };

  /** Somebody else asks with the same key. */
  use(key: string, times: number): void {
    for (let time = 0; time < times; time += 1) this.#quota.take(key, this.#plan);
  }

  /** What it refused because it was too much, and what was too much by the times of arrival. */
  findExcesses(): string[] {
    const refused = this.#quota.counts().reduce((sum, one) => sum + one.refused, 0);
    const { perDay, perMinute, perSecond } = this.#plan;
    return [
      ...(refused === 0 ? [] : [`the service refused ${refused} requests as too many`]),
      ...this.#excessesOf(perDay, DAY_MS, "24 hours"),
      ...this.#excessesOf(perMinute, MINUTE_MS, "a minute"),
      ...this.#excessesOf(perSecond, SECOND_MS, "a second"),
    ];
  }

  #excessesOf(limit: number | null, windowMs: number, window: string): string[] {
    if (limit === null) return [];
    return this.arrivals.flatMap((timeMs, at) => {
      const earlier = this.arrivals[at - limit];
      if (earlier === undefined || timeMs - earlier >= windowMs) return [];
      return [`${limit + 1} requests in ${window} until ${new Date(timeMs).toISOString()}`];
    });
  }

  async #answer(url: string): Promise<Response> {
    await this.#clock.sleep(this.#wayMs());
    this.arrivals.push(this.#clock.now());
    const { body, contentType } = this.#door.answer(new URL(url).searchParams);
    await this.#clock.sleep(this.#wayMs());
    return new Response(body, { headers: { "Content-Type": contentType } });
  }

  #wayMs(): number {
    return 1 + Math.floor(this.#random() * LONGEST_WAY_MS);
  }
}
