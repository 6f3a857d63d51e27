// Looks at the system every minute and tells operators of what begins to be wrong (domain/system-trouble.ts). Notices go the way of every
// mail: at most one an hour of each kind, and nothing is lost while mail does not go.
import { AppError } from "../domain/error.ts";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import { systemTroubles, type SystemSight } from "../domain/system-trouble.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { NotificationStore } from "./notification-store.ts";

const LOOK_EVERY_MS = MINUTE_MS;
/** What lasts is told again after so long. */
const TOLD_AGAIN_AFTER_MS = DAY_MS;

export interface OperatorWatchDeps {
  readonly notifications: Pick<NotificationStore, "tellOperators">;
  /** What there is to see now, but for the clock, which the watch looks at itself. */
  readonly look: () => Promise<Omit<SystemSight, "now" | "clockDriftMs">>;
  /** There may be a mail to send. */
  readonly onTold: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What came of telling a trouble. */
interface Told {
  /** On the monotonic clock. */
  readonly atMono: number;
  readonly lasts: boolean;
}

/**
 * Tells each trouble once when it begins, and once a day while it lasts. What was told is not remembered over a restart: what this server has
 * not told yet goes only to those who were not told of it within a day by the one before.
 */
export class OperatorWatch {
  readonly #deps: OperatorWatchDeps;
  readonly #closing = new AbortController();
  /** What was told within a day, or lasts. */
  readonly #told = new Map<string, Told>();
  #offsetMs: number;
  #running: Promise<void> | null = null;

  constructor(deps: OperatorWatchDeps) {
    this.#deps = deps;
    this.#offsetMs = this.#clockOffset();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Looks once. */
  async look(): Promise<void> {
    const { notifications, clock, onTold } = this.#deps;
    const offsetMs = this.#clockOffset();
    const sight = { ...(await this.#deps.look()), now: clock.now(), clockDriftMs: offsetMs - this.#offsetMs };
    this.#offsetMs = offsetMs;
    const troubles = systemTroubles(sight).map((trouble) => ({ ...trouble, name: `${trouble.kind} ${trouble.key}` }));
    const names = new Set(troubles.map(({ name }) => name));
    const now = clock.monotonic();
    this.#forget(names, now);
    for (const { name, ...trouble } of troubles) {
      const told = this.#told.get(name);
      if (told?.lasts === true && now - told.atMono < TOLD_AGAIN_AFTER_MS) continue;
      const sinceMs = told === undefined ? clock.now() - TOLD_AGAIN_AFTER_MS : clock.now();
      await notifications.tellOperators(trouble, sinceMs);
      this.#told.set(name, { atMono: now, lasts: true });
      onTold();
    }
  }

  /** What does not last any more begins anew the next time; and a day after it was told it is forgotten. */
  #forget(lasting: ReadonlySet<string>, now: number): void {
    for (const [name, told] of this.#told) {
      if (lasting.has(name)) continue;
      if (now - told.atMono >= TOLD_AGAIN_AFTER_MS) this.#told.delete(name);
      else this.#told.set(name, { ...told, lasts: false });
    }
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#deps.clock.sleep(LOOK_EVERY_MS, this.#closing.signal).catch(() => undefined);
      if (this.#closing.signal.aborted) return;
      try {
        await this.look();
      } catch (error) {
        // A store in trouble says so itself, once; what is wrong is told when it takes writes again.
        if (!(error instanceof AppError)) this.#deps.log.error({ err: error }, "operators could not be told");
      }
    }
  }

  #clockOffset(): number {
    const { clock } = this.#deps;
    return clock.now() - clock.monotonic();
  }
}
