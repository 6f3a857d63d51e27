// From the moment in which the fetcher has parsed an answer to the mail server's 250, at 1, 10 and 100 ticks a second, each of
// which fires one alert of another user, so that no cooldown holds a mail back.
import { join } from "node:path";
import { openSpool } from "../client/spool/open-spool.ts";
import type { QuoteSink } from "../client/quote-sink.ts";
import { SECOND_MS } from "../domain/time.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { DemoWorld } from "../scripts/demo/demo-world.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { addressOf, fillStore } from "./filled-store.ts";
import { MailSink } from "./mail-sink.ts";
import { plainTick } from "./plain-tick.ts";
import { SendingClient } from "./sending-client.ts";

const NAME = "latency.price-to-smtp";
/** What the product wants to stay below. */
const GOAL_MS = 100;
const MAIL_LIMIT_MS = 10 * SECOND_MS;
const SYMBOL = "AAPL";
const FIRST_PRICE = 100;

interface Sweep {
  /** Ticks a second. */
  readonly rate: number;
  readonly samples: number;
  /** So many mails before them do not count: processes that have just started run slowly at first. */
  readonly warmUp: number;
  /** Which shares of the samples are told, and under which name. */
  readonly figures: Readonly<Record<string, number>>;
}

const SWEEPS: readonly Sweep[] = [
  { rate: 1, samples: 100, warmUp: 50, figures: { [`${NAME}.p50-at-1`]: 0.5, [`${NAME}.p99-at-1`]: 0.99 } },
  { rate: 10, samples: 1_000, warmUp: 50, figures: { [`${NAME}.p50`]: 0.5, [`${NAME}.p99`]: 0.99 } },
  { rate: 100, samples: 3_000, warmUp: 1_500, figures: { [`${NAME}.p50-at-100`]: 0.5, [`${NAME}.p99-at-100`]: 0.99 } },
];

/** A bench of its own for each rate; `--samples` counts the mails. */
export const latenciesPriceToSmtp: readonly Bench[] = SWEEPS.map((sweep) => ({
  names: Object.keys(sweep.figures),
  run: async ({ samples, signal }) => resultsOf(sweep, await measure(sweep, samples ?? sweep.samples, signal)),
}));

function resultsOf({ rate, warmUp, figures }: Sweep, latencies: readonly number[]): BenchResult[] {
  return Object.entries(figures).map(([name, share]) => {
    const value = quantile(latencies, share);
    return {
      name,
      value,
      unit: "ms",
      baseline: GOAL_MS,
      ratio: value / GOAL_MS,
      baselineMeaning: `the goal of ${GOAL_MS} ms; ${latencies.length} samples, ${rate} a second, after ${warmUp} that do not count.`,
      limit:
        rate > 10
          ? "four durable commits for each mail (of the spool, of the quote, of the hand-out and of its outcome), which on a disk that is busy with something else take a hundred mails a second to the end of what one server writes."
          : "three durable commits before the mail (of the spool, of the quote and of the hand-out) and the hops between the processes, which share the machine's cores.",
    };
  });
}

/** Milliseconds, one for each sample. */
async function measure({ rate, warmUp }: Sweep, samples: number, signal: AbortSignal): Promise<number[]> {
  const arrivals = new Arrivals();
  const sink = new MailSink(({ to, takenAt }) => to.forEach((recipient) => arrivals.tell(recipient, takenAt)));
  const settings = { BELL_SMTP: await sink.open() };
  const world = await DemoWorld.open({
    environment: process.env,
    settings,
    keepFolder: null,
    signal,
    print: () => undefined,
  });
  try {
    await world.bell(["certs"]);
    const userIds = Array.from({ length: warmUp + samples }, (_, at) => `user-${at + 1}`);
    const alerts = userIds.map((userId, at) => ({ userId, symbol: SYMBOL, level: levelOf(at) }));
    await fillStore(world.dataFolder, userIds, alerts);
    await world.start("server");
    await world.start("notifier");
    const file = join(world.dataFolder, "bench-spool.db");
    const quotesMax = userIds.length + 1;
    const { spool, close } = openSpool({ file, quotesMax, clock: systemClock, log: createLog("bench", "warn") });
    const client = new SendingClient(world.address("server", "grpc"), world.certsFolder, spool);
    try {
      await spool.put([plainTick(SYMBOL, FIRST_PRICE)], world.signal);
      await client.acknowledged(world.signal);
      const latencies = await fireAll(userIds, { sink: spool, everyMs: SECOND_MS / rate }, arrivals, world.signal);
      return latencies.slice(warmUp);
    } finally {
      await client.close();
      close();
    }
  } finally {
    await world.close();
    await sink.close();
  }
}

/** A tick for each user, on time whatever became of the last one's mail. */
async function fireAll(
  userIds: readonly string[],
  { sink, everyMs }: { readonly sink: QuoteSink; readonly everyMs: number },
  arrivals: Arrivals,
  signal: AbortSignal,
): Promise<number[]> {
  const mails: Promise<number>[] = [];
  const beganAt = performance.now();
  for (const [at, userId] of userIds.entries()) {
    await systemClock.sleep(Math.max(0, beganAt + at * everyMs - performance.now()), signal);
    const putAt = performance.now();
    const arrival = arrivals.next(addressOf(userId));
    mails.push(arrival.then((takenAt) => takenAt - putAt));
    await sink.put([plainTick(SYMBOL, levelOf(at))], signal);
  }
  const waited = new AbortController();
  const late = systemClock.sleep(MAIL_LIMIT_MS, AbortSignal.any([signal, waited.signal])).then(() => {
    throw new Error(`${arrivals.missing} of ${userIds.length} mails did not come`);
  });
  return Promise.race([Promise.all(mails), late]).finally(() => {
    late.catch(() => undefined); // nobody waits for it any more
    waited.abort();
  });
}

/** Who waits for which mail. */
class Arrivals {
  readonly #waiting = new Map<string, (takenAt: number) => void>();

  /** When the next mail to the address was taken. */
  next(address: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(address, resolve));
  }

  tell(address: string, takenAt: number): void {
    this.#waiting.get(address)?.(takenAt);
    this.#waiting.delete(address);
  }

  get missing(): number {
    return this.#waiting.size;
  }
}

/** Each user's level is a dollar above the last one's. */
function levelOf(at: number): number {
  return FIRST_PRICE + 1 + at;
}
