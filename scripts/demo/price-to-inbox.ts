// The first minute of a new user, without the user: certificates, processes, an account, an alert, a price that moves, a mail.
import { z } from "zod";
import { EXIT } from "../../cli/exit-codes.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { BellFailure, type DemoWorld } from "./demo-world.ts";
import { MailboxPage } from "./mailbox-page.ts";
import { signUp } from "./sign-up.ts";

const SYMBOL = "AAPL";
const LOOK_EVERY_MS = 100;
const quoteSchema = z.object({ close: z.number() });
const alertSchema = z.object({ sentence: z.string(), state: z.string(), awaitsBaseline: z.boolean() });

/** Plays it; the line that sums it up. Throws when the mail does not arrive, or says something else. */
export async function playPriceToInbox(world: DemoWorld): Promise<string> {
  world.print("$ ./bell certs");
  await world.bell(["certs"]);
  world.print("$ ./bell up");
  for (const name of ["mailbox", "simulator", "server", "notifier", "fetcher"] as const) await world.start(name);
  const mailbox = new MailboxPage(world.address("mailbox", "page"), world.signal);
  await signUp(world, mailbox);
  const earlier = await mailbox.count();
  const level = Math.ceil((await firstPrice(world)) * 1.02);
  const sentence = await createAlert(world, level);
  const setTimeMs = systemClock.now();
  await movePrice(world, level + 1);
  const mail = await mailbox.waitForMail(earlier + 1);
  for (const line of ["", `To:      ${mail.to}`, `Subject: ${mail.subject}`, "", mail.text]) world.print(line);
  if (!mail.text.includes(sentence)) throw new Error(`a mail came, but it does not say "${sentence}"`);
  const count = (await mailbox.count()) - earlier;
  const seconds = ((mail.receivedTimeMs - setTimeMs) / 1_000).toFixed(2);
  return `demo: ${count} e-mail${count === 1 ? "" : "s"}, ${seconds} s from price to inbox`;
}

/** What the alert starts from: the server has a price once the fetcher has been round. */
async function firstPrice(world: DemoWorld): Promise<number> {
  const words = ["quotes", "get", SYMBOL];
  world.print(`$ ./bell ${words.join(" ")}`);
  for (;;) {
    try {
      return quoteSchema.parse(JSON.parse(await world.bell([...words, "--json"]))).close;
    } catch (error) {
      if (!(error instanceof BellFailure) || error.exitCode !== EXIT.notFound) throw error;
      await systemClock.sleep(LOOK_EVERY_MS, world.signal);
    }
  }
}

async function createAlert(world: DemoWorld, level: number): Promise<string> {
  const words = ["alerts", "create", SYMBOL, "above", String(level)];
  world.print(`$ ./bell ${words.join(" ")}`);
  const alert = alertSchema.parse(JSON.parse(await world.bell([...words, "--json"])));
  if (alert.state !== "ARMED" || alert.awaitsBaseline) throw new Error(`the alert is not armed but ${alert.state}`);
  return alert.sentence;
}

/** What `bell simulator set` asks for, from this process: the start of another one would blur the moment. */
async function movePrice(world: DemoWorld, price: number): Promise<void> {
  world.print(`$ ./bell simulator set ${SYMBOL} ${price}`);
  const response = await fetch(`http://${world.address("simulator", "http")}/control/price`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ symbol: SYMBOL, price: String(price) }),
    signal: world.signal,
  });
  if (!response.ok) throw new Error(`the simulator did not take the price: ${await response.text()}`);
}
