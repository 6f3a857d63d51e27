// Keeps a line to Binance open. A new one is opened before the old one ends where that is known ahead: after 23 hours of its 24, and when
// the service says that it is going. As long as both are open only the old one counts; then what the new one has heard meanwhile.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { Refusal } from "../source.ts";
import { Line } from "./line.ts";
import type { StreamMessage, Trade } from "./trade-message.ts";

/** The service ends every line after 24 hours. */
const LIFE_MS = 23 * HOUR_MS;
/** How much earlier it may be, so that not all who began together come back together. */
const LIFE_JITTER_MS = 30 * MINUTE_MS;
/** Both lines are open for at least so long; until then what was traded before the new one opened has come. */
const OVERLAP_MS = 2 * SECOND_MS;
/** No longer than this: then the old one is not what it was. */
const OVERLAP_MS_MAX = 10 * SECOND_MS;
/** A line that held for so long was a good one: the next is opened without waiting. */
const GOOD_MS = MINUTE_MS;
const BACK_OFF_MS = SECOND_MS;
/** With this, at most twelve lines are opened in five minutes; the service allows 300. */
const BACK_OFF_MS_MAX = MINUTE_MS;
/** More than ten seconds of the busiest pairs: a line that says more is not waited for. */
const WAITING_TRADES_MAX = 200_000;

export interface LineKeeperOptions {
  readonly url: string;
  readonly symbols: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1; spreads what would come at once. */
  readonly random: () => number;
  readonly onTrade: (trade: Trade, isSimulated: boolean) => void;
  /** A line is open; these were not listened to before, or nobody knows whether everything was heard. */
  readonly onFresh: (symbols: ReadonlySet<string>) => void;
  readonly onMalformed: (detail: string) => void;
  /** A line has ended, or did not open. */
  readonly onFailed: (refusal: Refusal) => void;
  /** The number of the newest trade that counted. */
  readonly lastIdOf: (symbol: string) => number | null;
}

/** A line that is to take over, and what it has heard so far. */
interface Successor {
  readonly line: Line;
  readonly trades: Trade[];
  /** The number of each symbol's first one. */
  readonly firstIds: Map<string, number>;
}

/** Drives the lines; `tick` must be called every fraction of a second. */
export class LineKeeper {
  readonly #options: LineKeeperOptions;
  #current: Line | null = null;
  #successor: Successor | null = null;
  #isLeaving = false;
  /** Since the last good line. */
  #tries = 0;
  #triedAt = -Infinity;
  #nextOpeningAt = -Infinity;
  #endsAt = Infinity;

  constructor(options: LineKeeperOptions) {
    this.#options = options;
  }

  /** Whether prices come. */
  get isOpen(): boolean {
    return this.#current !== null && this.#current.end === null;
  }

  /** Does what is due. */
  tick(): void {
    this.#current?.check();
    this.#successor?.line.check();
    const now = this.#options.clock.monotonic();
    this.#forgive(now);
    this.#dropEnded(now);
    if (this.#current === null) this.#promote();
    else if (this.#successor !== null && this.#mayTakeOver(now)) this.#takeOver();
    const isWanted = this.#current === null || this.#isLeaving || now >= this.#endsAt;
    if (isWanted && this.#successor === null && now >= this.#nextOpeningAt) this.#open(now);
  }

  /** Ends every line. */
  close(): void {
    this.#current?.close("closed");
    this.#successor?.line.close("closed");
  }

  #open(now: number): void {
    const { url, symbols, clock, random } = this.#options;
    const waitMs = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** this.#tries) * (0.5 + random());
    this.#tries += 1;
    this.#triedAt = now;
    this.#nextOpeningAt = now + waitMs;
    const line = new Line({ url, symbols, clock, onMessage: (message) => this.#take(successor, message) });
    const successor: Successor = { line, trades: [], firstIds: new Map() };
    this.#successor = successor;
  }

  #take({ line, trades, firstIds }: Successor, message: StreamMessage): void {
    const { onTrade, onMalformed } = this.#options;
    if (message.kind === "malformed") onMalformed(message.detail);
    if (message.kind === "shutdown" && line === this.#current) this.#leave();
    if (message.kind !== "trade") return;
    const { trade } = message;
    if (line === this.#current) {
      onTrade(trade, line.isSimulated);
    } else if (trades.push(trade) > WAITING_TRADES_MAX) {
      line.close("the source says more than can be kept");
    } else if (!firstIds.has(trade.symbol)) {
      firstIds.set(trade.symbol, trade.id);
    }
  }

  #leave(): void {
    if (!this.#isLeaving) this.#options.log.info({}, "the source is about to end the line: another is opened");
    this.#isLeaving = true;
  }

  #dropEnded(now: number): void {
    const { random, onFailed } = this.#options;
    for (const line of [this.#current, this.#successor?.line]) {
      if (line == null || line.end === null) continue;
      if (line === this.#current) this.#current = null;
      else this.#successor = null;
      const waitMs = Math.max(line.end.retryAfterMs ?? 0, BACK_OFF_MS * (0.5 + random()));
      this.#nextOpeningAt = Math.max(this.#nextOpeningAt, now + waitMs);
      onFailed(line.end);
    }
  }

  /** What was tried before a line that holds counts no more; what is tried beside it does. */
  #forgive(now: number): void {
    const openedAt = this.#current?.openedAt ?? null;
    if (openedAt === null || this.#tries === 0 || this.#triedAt > openedAt || now - openedAt < GOOD_MS) return;
    this.#tries = 0;
    this.#nextOpeningAt = now;
  }

  /** Nobody was listening: a line that opened is the one. */
  #promote(): void {
    const successor = this.#successor;
    if (successor === null || successor.line.openedAt === null) return;
    this.#hearOn(successor, this.#options.symbols);
  }

  #mayTakeOver(now: number): boolean {
    const openedAt = this.#successor?.line.openedAt ?? null;
    if (openedAt === null) return false;
    return now - openedAt >= OVERLAP_MS_MAX || (now - openedAt >= OVERLAP_MS && this.#unproven().size === 0);
  }

  #takeOver(): void {
    const successor = this.#successor;
    const old = this.#current;
    if (successor === null || old === null) return;
    const unproven = this.#unproven();
    this.#hearOn(successor, unproven);
    old.close("another line has taken over");
    this.#options.log.info({}, "another line has taken over");
  }

  /** The symbols of which the new line has heard something that the old one has not reached. */
  #unproven(): ReadonlySet<string> {
    const firstIds = this.#successor?.firstIds ?? [];
    const { lastIdOf } = this.#options;
    return new Set([...firstIds].filter(([symbol, id]) => (lastIdOf(symbol) ?? -1) < id).map(([symbol]) => symbol));
  }

  #hearOn({ line, trades }: Successor, fresh: ReadonlySet<string>): void {
    const { clock, random, onTrade, onFresh } = this.#options;
    this.#current = line;
    this.#successor = null;
    this.#isLeaving = false;
    this.#endsAt = clock.monotonic() + LIFE_MS - LIFE_JITTER_MS * random();
    if (fresh.size > 0) onFresh(fresh);
    for (const trade of trades) onTrade(trade, line.isSimulated);
  }
}
