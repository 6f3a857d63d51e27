// The market of the kill trials: prices that move by the clock, whoever is alive, so that alerts fire at a known rate.
import { systemClock } from "../../runtime/clock/clock.ts";

/** An alert that is there before the first price: above a level. */
export interface TrialAlert {
  readonly userId: string;
  readonly symbol: string;
  readonly level: number;
  readonly repeat: "once" | "every";
}

/** Each of their steps up is a trigger for a user who never had a mail, so that neither a cooldown nor a ceiling holds it back. */
const STAIRS = 36;
const STEPS_A_SECOND = 14;
/** Each of their rises is a trigger for the same few users again, whose cooldown holds all but the first back; so slow that even late prices are none of the runaway guard's. */
const WAVES = 4;
const WAVE_USERS = 4;
const WAVE_HALF_MS = 7_500;
const FIRST_CENTS = 10_000;
const [LOW, LEVEL, HIGH] = [190, 200, 201];
/** More than a kill takes, recovery and all. */
const STEPS_A_KILL = 60;

/** Prices by the time since it began; the same for whoever asks at the same moment. */
export class KillMarket {
  readonly stairs: readonly string[] = named("ST", STAIRS);
  readonly waves: readonly string[] = named("WV", WAVES);
  readonly symbols: readonly string[];
  readonly alerts: readonly TrialAlert[];
  /** Symbols that nobody has an alert on: they only make the load heavier. */
  readonly #most: number;
  #beganMs: number | null = null;

  /** Has alerts enough for so many kills. `fillers` more symbols have prices. */
  constructor(kills: number, fillers: number) {
    this.symbols = [...this.stairs, ...this.waves, ...named("FL", fillers)];
    const users = Math.ceil((kills * STEPS_A_KILL) / STAIRS) + 5;
    this.#most = users * STAIRS;
    this.alerts = [
      ...this.stairs.flatMap((symbol) =>
        Array.from({ length: users }, (_, at) => {
          const level = priceAfter(at + 1);
          return { userId: `user-${symbol}-${at + 1}`, symbol, level, repeat: "once" as const };
        }),
      ),
      ...this.waves.flatMap((symbol) =>
        named("wave-user-", WAVE_USERS).map((userId) => ({ userId, symbol, level: LEVEL, repeat: "every" as const })),
      ),
    ];
  }

  get userIds(): readonly string[] {
    return [...new Set(this.alerts.map(({ userId }) => userId))];
  }

  /** Whether every alert of the stairs has been passed: then the load is over, and the trial too long for its alerts. */
  get isExhausted(): boolean {
    return this.#steps() >= this.#most;
  }

  /** Prices begin to move now. */
  begin(): void {
    this.#beganMs = systemClock.monotonic();
  }

  /** A whole number of cents. */
  priceOf(symbol: string): number {
    const place = Number(symbol.slice(2));
    if (symbol.startsWith("ST")) return priceAfter(Math.floor((this.#steps() + STAIRS - 1 - place) / STAIRS));
    if (symbol.startsWith("FL")) return priceAfter(Math.floor(this.#elapsedMs() / 10) % 500);
    const half = Math.floor((this.#elapsedMs() + (place * WAVE_HALF_MS) / WAVES) / WAVE_HALF_MS);
    return half % 2 === 1 ? HIGH : LOW;
  }

  #steps(): number {
    return Math.min(this.#most, Math.floor((this.#elapsedMs() / 1_000) * STEPS_A_SECOND));
  }

  #elapsedMs(): number {
    return this.#beganMs === null ? 0 : systemClock.monotonic() - this.#beganMs;
  }
}

function priceAfter(steps: number): number {
  return (FIRST_CENTS + steps) / 100;
}

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}
