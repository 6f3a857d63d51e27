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

/**
 * Tells each trouble once when it begins, and once a day while it lasts. What was told is not remembered over a restart; the store then drops
 * what it was told in the same words within a day.
 */
export class OperatorWatch {
  readonly #deps: OperatorWatchDeps;
  readonly #closing = new AbortController();
  /** When each trouble that lasts was told, on the monotonic clock. */
  readonly #told = new Map<string, number>();
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
    for (const name of this.#told.keys()) if (!names.has(name)) this.#told.delete(name);
    for (const { name, kind, detail } of troubles) {
      const toldAt = this.#told.get(name);
      if (toldAt !== undefined && clock.monotonic() - toldAt < TOLD_AGAIN_AFTER_MS) continue;
      await notifications.tellOperators(kind, detail);
      this.#told.set(name, clock.monotonic());
      onTold();
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
