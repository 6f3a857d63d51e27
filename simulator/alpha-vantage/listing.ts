import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { joinBars, type Bar } from "./bar.ts";
import type { PricePath, Stretch } from "./price-path.ts";

interface SetPrice {
  readonly atMs: TimeMs;
  readonly price: number;
  /** What the undisturbed path is multiplied by from the next second on. */
  readonly factor: number;
}

/** One symbol of the random market: its path, moved wherever somebody set a price. */
export class Listing {
  readonly #path: PricePath;
  /** Oldest first. */
  readonly #setPrices: SetPrice[] = [];

  constructor(path: PricePath) {
    this.#path = path;
  }

  /** From `atMs` on the symbol costs `price`, and walks on from there. */
  setPrice(price: number, atMs: TimeMs): void {
    this.#setPrices.push({ atMs, price, factor: price / this.#path.priceAt(secondOf(atMs)) });
  }

  /** The bar of so many whole minutes, as it stands at `asOfMs`, which is not before its start. */
  bar(startMs: TimeMs, intervalMs: number, asOfMs: TimeMs): Bar {
    const endMs = Math.min(startMs + intervalMs - 1, asOfMs);
    const rest: Bar[] = [];
    for (let at = startMs + MINUTE_MS; at <= endMs; at += MINUTE_MS) rest.push(this.#minute(at, asOfMs));
    return joinBars(startMs, [this.#minute(startMs, asOfMs), ...rest]);
  }

  #minute(startMs: TimeMs, asOfMs: TimeMs): Bar {
    const factor = this.#setPrices.findLast((one) => one.atMs < startMs)?.factor ?? 1;
    const until = Math.min(startMs + MINUTE_MS - 1, asOfMs);
    const during = this.#setPrices.filter((one) => one.atMs >= startMs && one.atMs <= until);
    const isWhole = during.length === 0 && secondOf(until) === secondOf(startMs + MINUTE_MS - 1);
    // Rounding never swaps two prices, so a whole minute need not be walked through again.
    const known = isWhole ? this.#path.minuteAt(startMs / MINUTE_MS) : undefined;
    return barOf(startMs, known === undefined ? this.#walked(startMs, until, during, factor) : moved(known, factor));
  }

  #walked(startMs: TimeMs, until: TimeMs, set: readonly SetPrice[], factorBefore: number): Stretch {
    let factor = factorBefore;
    const prices: number[] = [];
    let volume = 0;
    for (let second = secondOf(startMs); second <= secondOf(until); second++) {
      prices.push(cents(this.#path.priceAt(second) * factor));
      volume += this.#path.volumeAt(second);
      for (const one of set) {
        if (secondOf(one.atMs) !== second) continue;
        prices.push(one.price);
        factor = one.factor;
      }
    }
    const open = prices[0] ?? NaN;
    return { open, high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1) ?? open, volume };
  }
}

function barOf(startMs: TimeMs, stretch: Stretch): Bar {
  return {
    startMs,
    open: stretch.open.toFixed(4),
    high: stretch.high.toFixed(4),
    low: stretch.low.toFixed(4),
    close: stretch.close.toFixed(4),
    volume: String(stretch.volume),
  };
}

function moved(stretch: Stretch, factor: number): Stretch {
  return {
    open: cents(stretch.open * factor),
    high: cents(stretch.high * factor),
    low: cents(stretch.low * factor),
    close: cents(stretch.close * factor),
    volume: stretch.volume,
  };
}

function secondOf(atMs: TimeMs): number {
  return Math.floor(atMs / SECOND_MS);
}

/** Prices move in cents; those below ten dollars in hundredths of a cent, or small ones would stand still. */
function cents(price: number): number {
  return price >= 10 ? Math.round(price * 100) / 100 : Math.max(Math.round(price * 10_000), 1) / 10_000;
}
