// How many mails a second go out when many are due, beside the mail library alone that hands the same bytes to the same mail
// server: once from the server's store (server, notifier), once from a stand-in that has deliveries ready (notifier alone).
import { join } from "node:path";
import { readSettings } from "../runtime/config/read-settings.ts";
import type { Delivery } from "../proto/gen/tickerbell/v1/notification_service.ts";
import type { BareTask } from "./bare-mailer.ts";
import { quantile, type Bench, type BenchResult } from "./bench.ts";
import { startDeliveryStandIn } from "./delivery-stand-in.ts";
import { DueMails } from "./due-mails.ts";
import { ForkedProcess } from "./forked-process.ts";
import { takeDeliveries } from "./real-deliveries.ts";
import type { SinkQuestion, Taking } from "./sink-process.ts";

const NAME = "mail.rate";
const PAIRS = 7;
const MAILS = 3_000;
/** Processes that have just started run slowly at first. */
const WARM_UP = 1_000;
const SERVER_LIMIT =
  "the disk: what begins and what ends is each on it before anybody goes on, and with few places at the notifier little shares a commit; the library waits for no disk. Then the notifier's one thread.";
const NOTIFIER_LIMIT =
  "the notifier's one thread: for each mail it composes, asks whether the session still stands, and hears and answers the server; the library is given bytes that are ready.";
const SINK = join(import.meta.dirname, "sink-process.ts");
const BARE_MAILER = join(import.meta.dirname, "bare-mailer.ts");

/** `--samples` counts the pairs of runs. */
export const mailRate: Bench = {
  names: [NAME, `${NAME}.notifier`],
  run: async ({ samples, signal }) => {
    const { process: sink, addresses } = await ForkedProcess.start(SINK, { environment: process.env, signal });
    try {
      return await measure(sink, { smtp: addresses["smtp"] ?? "", pairs: samples ?? PAIRS, signal });
    } finally {
      await sink.stop();
    }
  },
};

interface Wanted {
  readonly smtp: string;
  readonly pairs: number;
  readonly signal: AbortSignal;
}

/** What one of ours came to, and the library with the same bytes right after it. */
interface Pair {
  readonly ours: Taking;
  readonly bare: Taking;
}

async function measure(sink: ForkedProcess, { smtp, pairs, signal }: Wanted): Promise<BenchResult[]> {
  const due = await DueMails.open({ smtp, rounds: pairs + 1, mails: MAILS, signal });
  try {
    const comparison = new Comparison(sink, due, smtp);
    await due.fire();
    const deliveries = await takeDeliveries(due.server, due.certsFolder, MAILS);
    const [whole, alone]: [Pair[], Pair[]] = [[], []];
    for (let pair = 0; pair < pairs; pair++) {
      await due.fire();
      whole.push(await comparison.ofServer());
      alone.push(await comparison.ofNotifier(deliveries));
    }
    return [
      resultOf(
        NAME,
        whole,
        `a server with ${MAILS} due mails in its store, each to another user, and a notifier`,
        SERVER_LIMIT,
      ),
      resultOf(
        `${NAME}.notifier`,
        alone,
        "the notifier alone, beside a stand-in for the server that has the deliveries ready",
        NOTIFIER_LIMIT,
      ),
    ];
  } finally {
    await due.close();
  }
}

class Comparison {
  readonly #sink: ForkedProcess;
  readonly #due: DueMails;
  readonly #smtp: string;
  readonly #file: string;

  constructor(sink: ForkedProcess, due: DueMails, smtp: string) {
    this.#sink = sink;
    this.#due = due;
    this.#smtp = smtp;
    this.#file = join(due.folder, "bench-mails");
  }

  /** The server's due mails. */
  async ofServer(): Promise<Pair> {
    return this.#besideBare(this.#due.server);
  }

  /** The same, from a stand-in for the server. */
  async ofNotifier(deliveries: readonly Delivery[]): Promise<Pair> {
    const server = await startDeliveryStandIn(this.#due.certsFolder);
    try {
      for (const delivery of deliveries) server.hand(delivery);
      return await this.#besideBare(`localhost:${server.port}`);
    } finally {
      server.stop();
    }
  }

  async #besideBare(server: string): Promise<Pair> {
    const ours = await this.#takenFrom(() => this.#due.startNotifier(server));
    const written: SinkQuestion = { kind: "write", file: this.#file };
    await this.#sink.ask(written);
    const bare = await this.#takenFrom(() => this.#startBare());
    if (ours.digest !== bare.digest) throw new Error("the library did not send the bytes that the notifier had sent");
    return { ours, bare };
  }

  async #startBare(): Promise<ForkedProcess> {
    const { BELL_NOTIFIER_PLACES: connections } = readSettings({}, ["BELL_NOTIFIER_PLACES"]);
    const task: BareTask = { file: this.#file, smtpPort: Number(this.#smtp.split(":")[1]), connections };
    const { process: bare } = await ForkedProcess.start(BARE_MAILER, {
      environment: process.env,
      signal: this.#due.signal,
    });
    await bare.ask(task);
    return bare;
  }

  async #takenFrom(start: () => Promise<ForkedProcess>): Promise<Taking> {
    const question: SinkQuestion = { kind: "take", mails: MAILS, warmUp: WARM_UP };
    const taking = this.#sink.ask(question) as Promise<Taking>;
    taking.catch(() => undefined); // whoever does not start tells why
    const sender = await start();
    try {
      return await taking;
    } finally {
      await sender.stop();
    }
  }
}

function resultOf(name: string, pairs: readonly Pair[], ours: string, limit: string): BenchResult {
  const median = (of: (pair: Pair) => number): number => quantile(pairs.map(of), 0.5);
  const kilobytes = (median((pair) => pair.ours.bytesPerMail) / 1_000).toFixed(1);
  const ratios = pairs.map((pair) => pair.ours.mailsPerSecond / pair.bare.mailsPerSecond);
  return {
    name,
    value: median((pair) => pair.ours.mailsPerSecond),
    unit: "mails/s",
    baseline: median((pair) => pair.bare.mailsPerSecond),
    ratio: quantile(ratios, 0.5),
    baselineMeaning: `nodemailer's pool, with as many connections as the notifier has places, handing the same mails (${kilobytes} kB each) to the same sink right after ours. Ours: ${ours}. ${pairs.length} pairs of runs of ${MAILS} mails, the first ${WARM_UP} of which do not count; medians, the ratio that of the pairs.`,
    limit,
  };
}
