// A price that walks: a geometric random walk in steps of a second, tied down once an hour. The ties stay near the start
// price, so that the price of any second follows from the seed and the clock alone (a restarted simulator tells the same
// past), and an alert a few percent away never fires by accident. Only asked hours are computed.
import { HOUR_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { hashText, mix, NormalNumbers } from "./random-number.ts";

/** The deviation of a step of one second: 0.02 %. */
const STEP = 0.0002;
/** The deviation of the price at a full hour from the start price: 0.6 %. */
const TIE = 0.006;
const STEPS = HOUR_MS / SECOND_MS;
/** Computed hours that are kept, for all symbols together: 29 KB each. */
const MAX_HOURS = 500;
/** Shares traded in a second: 0 up to this. */
const MAX_SHARES = 200;

/** The undisturbed path of one symbol. */
export class PricePath {
  readonly #name: string;
  readonly #startPrice: number;
  readonly #hash: number;
  readonly #hours = new Map<number, Float64Array>();
  readonly #maxHours: number;

  /** `sharing` symbols divide the memory for computed hours among them. */
  constructor(seed: string, symbol: string, startPrice: number, sharing: number) {
    this.#name = `${seed}|${symbol}`;
    this.#startPrice = startPrice;
    this.#hash = hashText(this.#name);
    this.#maxHours = Math.max(2, Math.floor(MAX_HOURS / sharing));
  }

  /** The unrounded price in a second, counted since the epoch. */
  priceAt(second: number): number {
    const hour = Math.floor(second / STEPS);
    return this.#pricesOf(hour)[second - hour * STEPS] ?? this.#startPrice;
  }

  /** The shares traded in a second. */
  volumeAt(second: number): number {
    return mix(this.#hash ^ second) % (MAX_SHARES + 1);
  }

  #pricesOf(hour: number): Float64Array {
    const known = this.#hours.get(hour);
    if (known !== undefined) return known;
    const prices = this.#compute(hour);
    if (this.#hours.size >= this.#maxHours) this.#hours.delete(this.#hours.keys().next().value ?? hour);
    this.#hours.set(hour, prices);
    return prices;
  }

  #compute(hour: number): Float64Array {
    const numbers = new NormalNumbers(`${this.#name}|walk|${hour}`);
    const walk = new Float64Array(STEPS + 1);
    for (let step = 1; step <= STEPS; step++) walk[step] = (walk[step - 1] ?? 0) + STEP * numbers.next();
    const from = this.#tie(hour);
    const slope = (this.#tie(hour + 1) - from - (walk[STEPS] ?? 0)) / STEPS;
    return walk.map((value, step) => this.#startPrice * Math.exp(from + value + slope * step)).subarray(0, STEPS);
  }

  #tie(hour: number): number {
    return TIE * new NormalNumbers(`${this.#name}|tie|${hour}`).next();
  }
}

/** The second, counted since the epoch, that an instant belongs to. */
export function secondOf(atMs: TimeMs): number {
  return Math.floor(atMs / SECOND_MS);
}
