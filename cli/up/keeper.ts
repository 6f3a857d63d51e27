import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { EXIT } from "../exit-codes.ts";
import type { Child, Exit } from "./child.ts";
import type { Addresses } from "./plan.ts";

/** The pause before a process that died is started again. */
const FIRST_PAUSE_MS = SECOND_MS;
const LONGEST_PAUSE_MS = 30 * SECOND_MS;
/** Who lived so long is no longer in trouble: the pause is short again. */
const SETTLED_MS = MINUTE_MS;
/** A start that ends so will not go better the next time, whenever it is tried: what is damaged does not heal. */
const ALWAYS_HOPELESS: readonly (number | null)[] = [EXIT.damaged];
/** A first start that ends so will not go better soon: somebody has to mend something. Later ones may: a full disk gets room. */
const HOPELESS: readonly (number | null)[] = [
  ...ALWAYS_HOPELESS,
  EXIT.usage,
  EXIT.permission,
  EXIT.conflict,
  EXIT.limit,
  EXIT.unavailable,
  EXIT.configuration,
];

/** A process that ended in a way that no further start would change. */
export class HopelessStart extends Error {
  readonly processName: string;
  readonly exit: Exit;

  constructor(processName: string, exit: Exit) {
    super(`${processName} could not start`);
    this.processName = processName;
    this.exit = exit;
  }
}

export interface KeeperOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Starts the process anew. */
  readonly start: () => Child;
  readonly onReady: (addresses: Addresses) => void;
  /** A word about what happens to the process. */
  readonly onNews: (text: string) => void;
  /** It has ended and is not started again, whether or not it was ready before. */
  readonly onHopeless?: (hopeless: HopelessStart) => void;
}

/** Keeps one process alive until it is told to stop. */
export class Keeper {
  /** Resolves when the process is ready for the first time; rejects with HopelessStart. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended and will not be started again. */
  readonly ended: Promise<void>;
  readonly #options: KeeperOptions;
  readonly #stopping = new AbortController();
  readonly #firstReady = Promise.withResolvers<undefined>();
  #child: Child | undefined;
  #wasReady = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.ready = this.#firstReady.promise;
    this.ready.catch(() => undefined); // whoever waits for it hears of it; nobody has to
    this.ended = this.#keep();
  }

  /** Asks the process to end and does not start it again. */
  stop(): void {
    this.#stopping.abort();
    this.#child?.signal("SIGTERM");
  }

  /** Ends the process at once. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.signal("SIGKILL");
  }

  async #keep(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#isStopping()) {
      const { exit, livedMs } = await this.#live();
      if (this.#isStopping()) return;
      if ((this.#wasReady ? ALWAYS_HOPELESS : HOPELESS).includes(exit.code)) {
        const hopeless = new HopelessStart(this.#options.name, exit);
        this.#firstReady.reject(hopeless);
        this.#options.onHopeless?.(hopeless);
        return;
      }
      if (livedMs >= SETTLED_MS) pauseMs = FIRST_PAUSE_MS;
      this.#options.onNews(`ended (${exitText(exit)}); starts again in ${pauseMs / SECOND_MS} s`);
      await this.#pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #live(): Promise<{ exit: Exit; livedMs: number }> {
    const { clock, start, onReady } = this.#options;
    const startedAt = clock.monotonic();
    const child = start();
    this.#child = child;
    void child.ready.then((addresses) => {
      this.#wasReady = true;
      onReady(addresses);
      this.#firstReady.resolve(undefined);
    });
    const exit = await child.exited;
    this.#child = undefined;
    return { exit, livedMs: clock.monotonic() - startedAt };
  }

  async #pause(ms: number): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, this.#stopping.signal);
    } catch {
      // stopped meanwhile; the loop's condition sees it
    }
  }
}

function exitText({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? "unknown"}` : signal;
}
