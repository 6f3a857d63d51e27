import { withCall } from "../../cli/call.ts";
import { openSecureClient } from "../../cli/secure-client.ts";
import { openProcessTerminal } from "../../cli/process-terminal.ts";
import { Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { ALERTS_PER_USER } from "../../server/alert-limit.ts";
import type { RecordedBars } from "../../simulator/alpha-vantage/bars-file.ts";
import type { DemoWorld } from "./demo-world.ts";

/** Levels stand evenly from the lowest low to the highest high, both included. */
const LEVELS = 21;
const DECIMALS = 4;
const KINDS = ["above", "below", "crosses"] as const;
/** So many calls are under way at a time. */
const CALLS_MAX = 32;

/** An alert as a person types it, and how often it fires. */
interface WantedAlert {
  readonly text: string;
  readonly repeat: Repeat;
}

/**
 * For each symbol above, below and crosses at 21 levels over its whole range, once and every: a list for each person who is needed, as
 * one alone may not have so many. A symbol's alerts are one person's, so that it is mailed once.
 */
export function replayAlerts(bars: ReadonlyMap<string, RecordedBars>): WantedAlert[][] {
  const people: WantedAlert[][] = [];
  for (const [symbol, recorded] of bars) {
    const wanted = alertsOn(symbol, recorded);
    const last = people.at(-1);
    if (last === undefined || last.length + wanted.length > ALERTS_PER_USER) people.push(wanted);
    else last.push(...wanted);
  }
  return people;
}

/** Makes them through the API, as the user who is logged in. Throws AppError for the first that is refused. */
export async function createAlerts(world: DemoWorld, alerts: readonly WantedAlert[]): Promise<void> {
  const { environment, signal } = world;
  const context = {
    environment,
    terminal: openProcessTerminal(),
    clock: systemClock,
    timeZone: "UTC",
    newId: () => crypto.randomUUID(),
    interruption: () => signal,
    openClient: openSecureClient,
  };
  await withCall(context, {}, async ({ api }) => {
    const waiting = alerts.values();
    const work = async (): Promise<void> => {
      for (const { text, repeat } of waiting) {
        await api.unary(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text, alert: { repeat } }));
      }
    };
    await Promise.all(Array.from({ length: CALLS_MAX }, work));
  });
}

function alertsOn(symbol: string, recorded: RecordedBars): WantedAlert[] {
  return KINDS.flatMap((kind) =>
    levelsOf(recorded).flatMap((level) =>
      [Repeat.ONCE, Repeat.EVERY].map((repeat) => ({ text: `${symbol} ${kind} ${level}`, repeat })),
    ),
  );
}

function levelsOf({ bars }: RecordedBars): number[] {
  const low = Math.min(...bars.map((bar) => Number(bar.low)));
  const high = Math.max(...bars.map((bar) => Number(bar.high)));
  return Array.from({ length: LEVELS }, (_, place) =>
    Number((low + ((high - low) * place) / (LEVELS - 1)).toFixed(DECIMALS)),
  );
}
