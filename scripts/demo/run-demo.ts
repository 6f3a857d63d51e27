import { EXIT } from "../../cli/exit-codes.ts";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { UsageError } from "../../cli/usage-error.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { DemoWorld } from "./demo-world.ts";
import { playPriceToInbox } from "./price-to-inbox.ts";
import { readArguments, type DemoArguments } from "./read-arguments.ts";
import { planReplay, playReplay } from "./replay.ts";

/** The mail comes within seconds; after so long it will not. */
const LIMIT_MS = 60 * SECOND_MS;

/** What is to be played, with what it needs. */
interface Play {
  readonly limitMs: number;
  readonly settings: Environment;
  run(world: DemoWorld): Promise<string>;
}

/** Runs the demo that the words ask for; the exit code: 0 only if what it shows really happened. Never throws. */
export async function runDemo(words: readonly string[], environment: Environment): Promise<number> {
  try {
    const { keepFolder, barsFolder } = readArguments(words);
    const summary = await playInWorld(await planPlay({ keepFolder, barsFolder }), keepFolder, environment);
    print(summary);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`demo: ${error.message}\nusage: ${error.hint}`);
      return EXIT.usage;
    }
    complain(`demo failed: ${textOf(error)}`);
    return EXIT.unexpected;
  }
}

async function planPlay({ barsFolder }: DemoArguments): Promise<Play> {
  if (barsFolder === null) return { limitMs: LIMIT_MS, settings: {}, run: playPriceToInbox };
  const replay = await planReplay(barsFolder);
  const { settings, playMs } = replay;
  return { limitMs: LIMIT_MS + playMs, settings, run: (world) => playReplay(world, replay) };
}

async function playInWorld(play: Play, keepFolder: string | null, environment: Environment): Promise<string> {
  const end = endSignal(play.limitMs);
  const { settings } = play;
  const world = await DemoWorld.open({ environment, settings, keepFolder, signal: end.signal, print });
  try {
    return await play.run(world);
  } catch (error) {
    for (const line of world.lastLines) complain(line);
    throw world.signal.aborted ? world.signal.reason : error;
  } finally {
    await world.close();
    end.forget();
  }
}

/** Aborts when the time is over, and when somebody wants the demo to end. */
function endSignal(limitMs: number) {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new Error("interrupted"));
  const late = (): void => controller.abort(new Error(`not done within ${limitMs / SECOND_MS} s`));
  const timer = setTimeout(late, limitMs);
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  const forget = (): void => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, interrupt);
  };
  return { signal: controller.signal, forget };
}

function textOf(error: unknown): string {
  if (error instanceof AppError && error.hint !== "") return `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
