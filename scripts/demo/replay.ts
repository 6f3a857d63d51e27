// Recorded bars through the same processes: alerts first, then every bar, in the bars' own time.
import { SECOND_MS } from "../../domain/time.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import type { RecordedBars } from "../../simulator/alpha-vantage/bars-file.ts";
import { loadBarsFolder } from "../../simulator/alpha-vantage/bars-folder.ts";
import { createAlerts, replayAlerts } from "./create-alerts.ts";
import type { DemoWorld } from "./demo-world.ts";
import { MailboxPage } from "./mailbox-page.ts";
import { personOf, signUp } from "./sign-up.ts";
import { StoredResults } from "./stored-results.ts";

const LOOK_EVERY_MS = 200;
/** A round a second moves the simulator by 50 bar ends; a busy machine may need twice as long. */
const MS_PER_BAR_END = (2 * SECOND_MS) / 50;

/** A folder of bars, and what replaying it takes. */
export interface Replay {
  readonly bars: ReadonlyMap<string, RecordedBars>;
  readonly settings: Environment;
  /** The longest that the bars alone may take. */
  readonly playMs: number;
}

/** Reads the folder. Throws AppError CONFIG_INVALID when it holds no bars, or bad ones. */
export async function planReplay(folder: string): Promise<Replay> {
  const bars = await loadBarsFolder(folder);
  const ends = new Set([...bars.values()].flatMap((recorded) => recorded.bars.map((bar) => bar.startMs)));
  const settings = {
    BELL_CLOCK: "data",
    BELL_SIMULATOR_BARS_DIR: folder,
    BELL_SIMULATOR_PLAN: "unlimited",
    BELL_SYMBOLS: [...bars.keys()].join(" "),
    BELL_SCHEDULE: "* * * * * *",
  };
  return { bars, settings, playMs: ends.size * MS_PER_BAR_END };
}

/** Plays it; the line that sums it up. Throws when a bar is missing in the end. */
export async function playReplay(world: DemoWorld, { bars }: Replay): Promise<string> {
  world.print("$ ./bell certs");
  await world.bell(["certs"]);
  world.print("$ ./bell up");
  for (const name of ["mailbox", "simulator", "server", "notifier"] as const) await world.start(name);
  const mailbox = new MailboxPage(world.address("mailbox", "page"), world.signal);
  for (const [place, alerts] of replayAlerts(bars).entries()) {
    await signUp(world, mailbox, personOf(place));
    await createAlerts(world, alerts);
    world.print(`${alerts.length} alerts made`);
  }
  const earlier = await mailbox.count();
  world.print("the bars begin");
  const startedAt = systemClock.monotonic();
  await world.start("fetcher");
  const results = new StoredResults(world.dataFolder);
  try {
    await waitForBars(world, bars, results);
    const seconds = (systemClock.monotonic() - startedAt) / SECOND_MS;
    const fired = results.triggerCount();
    const mails = await waitForMails(mailbox, results.symbolsFired() + earlier);
    for (const [symbol, count] of results.barCounts()) world.print(`${symbol.padEnd(6)} ${count} bars stored`);
    return `demo: ${total(bars)} bars in ${seconds.toFixed(1)} s, ${fired} alerts fired, ${mails - earlier} e-mails`;
  } finally {
    results.close();
  }
}

async function waitForBars(world: DemoWorld, bars: Replay["bars"], results: StoredResults): Promise<void> {
  const isStored = (): boolean => {
    const counts = results.barCounts();
    return [...bars].every(([symbol, recorded]) => counts.get(symbol) === recorded.bars.length);
  };
  while (!isStored()) await systemClock.sleep(LOOK_EVERY_MS, world.signal);
}

/** One mail for each symbol that fired: the hour's cooldown lets no second one out. */
async function waitForMails(mailbox: MailboxPage, expected: number): Promise<number> {
  await mailbox.waitForMail(expected);
  return mailbox.count();
}

function total(bars: Replay["bars"]): number {
  return [...bars.values()].reduce((sum, recorded) => sum + recorded.bars.length, 0);
}
