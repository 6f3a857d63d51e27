// Whether a notifier holds on to anything of the mails it sent: its heap after a collection, once it has warmed up, and again
// after ten times as many mails.
import { join } from "node:path";
import type { FakeDeliveryServer } from "../notifier/testing/fake-delivery-server.ts";
import type { Delivery } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { orAborted } from "../scripts/demo/demo-world.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { startDeliveryStandIn } from "./delivery-stand-in.ts";
import { DueMails } from "./due-mails.ts";
import { MailSink } from "./mail-sink.ts";
import { takeDeliveries } from "./real-deliveries.ts";

const NAME = "mail.heap";
const MAILS = 100_000;
/** The first look is taken after this share of them. */
const FIRST_SHARE = 0.1;
/** Real deliveries, which are handed out again and again under other names. */
const DELIVERIES = 1_000;
const GOAL_MB = 5;
const BYTES_PER_MB = 1e6;
const HEAP_TELLER = join(import.meta.dirname, "heap-teller.ts");

/** `--samples` counts the mails. */
export const mailHeap: Bench = {
  names: [NAME],
  run: async ({ samples, signal }) => {
    const sink = new MailSink(() => undefined);
    try {
      return [await measure(await sink.open(), samples ?? MAILS, signal)];
    } finally {
      await sink.close();
    }
  },
};

async function measure(smtp: string, mails: number, signal: AbortSignal): Promise<BenchResult> {
  const due = await DueMails.open({ smtp, rounds: 1, mails: DELIVERIES, signal });
  try {
    await due.fire();
    const deliveries = await takeDeliveries(due.server, due.certsFolder, DELIVERIES);
    const server = await startDeliveryStandIn(due.certsFolder);
    const nodeWords = ["--expose-gc", "--import", HEAP_TELLER];
    const notifier = await due.startNotifier(`localhost:${server.port}`, nodeWords);
    try {
      const heapAfter = async (count: number): Promise<number> => {
        await handOut(server, deliveries, count, due.signal);
        return Number(await notifier.ask("heap"));
      };
      const firstMails = Math.round(mails * FIRST_SHARE);
      return resultOf({ first: await heapAfter(firstMails), last: await heapAfter(mails), firstMails, mails });
    } finally {
      await notifier.stop();
      server.stop();
    }
  } finally {
    await due.close();
  }
}

/** Hands out until the server has had so many outcomes altogether. */
async function handOut(
  server: FakeDeliveryServer,
  deliveries: readonly Delivery[],
  count: number,
  signal: AbortSignal,
): Promise<void> {
  for (let at = server.outcomes.length; at < count; at++) {
    const delivery = deliveries[at % deliveries.length];
    if (delivery !== undefined) server.hand({ ...delivery, notificationId: `${delivery.notificationId}-${at}` });
  }
  await orAborted(
    server.until(() => server.outcomes.length === count),
    signal,
  );
}

interface Heaps {
  /** Bytes. */
  readonly first: number;
  readonly last: number;
  readonly firstMails: number;
  readonly mails: number;
}

function resultOf({ first, last, firstMails, mails }: Heaps): BenchResult {
  const value = (last - first) / BYTES_PER_MB;
  return {
    name: NAME,
    value,
    unit: "MB",
    baseline: GOAL_MB,
    ratio: value / GOAL_MB,
    baselineMeaning: `the goal: within ${GOAL_MB} MB of what it was; heap and buffers of the notifier's process after a collection, ${(first / BYTES_PER_MB).toFixed(1)} MB after ${firstMails} mails, beside after ${mails}.`,
    limit: "nothing is kept of a mail once the server has its outcome.",
  };
}
