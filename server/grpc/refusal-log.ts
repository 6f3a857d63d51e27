import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { MinuteCounts } from "../minute-counts.ts";

/** A call that was not let in, as far as the log tells it. */
export interface RefusedCall {
  readonly method: string;
  /** Who called, by certificate; empty when it names nobody. */
  readonly peer: string;
  /** The network address of the caller, without its port: a flood comes from many. */
  readonly address: string;
  readonly reason: string;
}

/** Tells of calls that were not let in. A flood of them takes a line when it begins and one a minute, so that it cannot fill the disk. */
export class RefusalLog {
  readonly #counts: MinuteCounts<RefusedCall>;

  constructor(clock: Pick<Clock, "sleep">, log: Log) {
    this.#counts = new MinuteCounts<RefusedCall>({
      clock,
      tell: (counted) => {
        for (const { kind, count } of counted) log.warn({ ...kind, count }, "call refused");
      },
      otherKind: ({ reason }) => ({ method: "of several kinds", peer: "", address: "", reason }),
    });
  }

  /** Never waits and never fails. */
  note(call: RefusedCall): void {
    this.#counts.count(call);
  }

  /** Tells what is not told yet. */
  async close(): Promise<void> {
    await this.#counts.close();
  }
}
