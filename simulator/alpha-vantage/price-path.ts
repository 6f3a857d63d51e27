// A price that walks: a geometric random walk in steps of a second, tied down once an hour. The ties stay near the start
// price, so that the price of any second follows from the seed and the clock alone (a restarted simulator tells the same
// past), and an alert five percent away never fires by accident. Only asked hours are computed.
import { hashText, mix, NormalNumbers } from "./random-number.ts";

/** The deviation of a step of one second: 0.02 %. */
const STEP = 0.0002;
/** The deviation of the price at a full hour from the start price: 0.6 %. */
const TIE = 0.006;
const SECONDS_OF_HOUR = 3_600;
const SECONDS_OF_MINUTE = 60;
const MINUTES_OF_HOUR = 60;
/** Computed hours that are kept, for all symbols together: 32 KB each. */
const MAX_HOURS = 500;
/** Shares traded in a second: 0 up to this. */
const MAX_SHARES = 200;

/** A stretch of the path: unrounded prices. */
export interface Stretch {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Hour {
  readonly prices: Float64Array;
  readonly minutes: readonly Stretch[];
}

/** The undisturbed path of one symbol; seconds and minutes are counted since the epoch. */
export class PricePath {
  readonly #name: string;
  readonly #startPrice: number;
  readonly #hash: number;
  readonly #hours = new Map<number, Hour>();
  readonly #maxHours: number;

  /** `sharing` symbols divide the memory for computed hours among them. */
  constructor(seed: string, symbol: string, startPrice: number, sharing: number) {
    this.#name = `${seed}|${symbol}`;
    this.#startPrice = startPrice;
    this.#hash = hashText(this.#name);
    this.#maxHours = Math.max(2, Math.floor(MAX_HOURS / sharing));
  }

  priceAt(second: number): number {
    const hour = Math.floor(second / SECONDS_OF_HOUR);
    return this.#hour(hour).prices[second - hour * SECONDS_OF_HOUR] ?? this.#startPrice;
  }

  /** The shares traded in a second. */
  volumeAt(second: number): number {
    return mix(this.#hash ^ second) % (MAX_SHARES + 1);
  }

  /** A whole minute. */
  minuteAt(minute: number): Stretch | undefined {
    const hour = Math.floor(minute / MINUTES_OF_HOUR);
    return this.#hour(hour).minutes[minute - hour * MINUTES_OF_HOUR];
  }

  #hour(hour: number): Hour {
    const known = this.#hours.get(hour);
    if (known !== undefined) return known;
    const prices = this.#walk(hour);
    const minutes = Array.from({ length: MINUTES_OF_HOUR }, (_, minute) => this.#stretch(hour, minute, prices));
    const oldest = this.#hours.keys().next();
    if (this.#hours.size >= this.#maxHours && oldest.done !== true) this.#hours.delete(oldest.value);
    const computed = { prices, minutes };
    this.#hours.set(hour, computed);
    return computed;
  }

  #walk(hour: number): Float64Array {
    const numbers = new NormalNumbers(`${this.#name}|walk|${hour}`);
    const walk = new Float64Array(SECONDS_OF_HOUR + 1);
    for (let at = 1; at <= SECONDS_OF_HOUR; at++) walk[at] = (walk[at - 1] ?? 0) + STEP * numbers.next();
    const from = this.#tie(hour);
    const slope = (this.#tie(hour + 1) - from - (walk[SECONDS_OF_HOUR] ?? 0)) / SECONDS_OF_HOUR;
    return walk.map((value, at) => this.#startPrice * Math.exp(from + value + slope * at)).subarray(0, SECONDS_OF_HOUR);
  }

  #tie(hour: number): number {
    return TIE * new NormalNumbers(`${this.#name}|tie|${hour}`).next();
  }

  #stretch(hour: number, minute: number, prices: Float64Array): Stretch {
    const from = minute * SECONDS_OF_MINUTE;
    const own = prices.subarray(from, from + SECONDS_OF_MINUTE);
    let volume = 0;
    for (let at = 0; at < SECONDS_OF_MINUTE; at++) volume += this.volumeAt(hour * SECONDS_OF_HOUR + from + at);
    const open = own[0] ?? this.#startPrice;
    return { open, high: Math.max(...own), low: Math.min(...own), close: own.at(-1) ?? open, volume };
  }
}
