import "./check-node.ts";
import { randomUUID } from "node:crypto";
import { enableCompileCache } from "node:module";

enableCompileCache(); // before the rest is loaded: it halves the time of `bell --help`
const { runBell } = await import("./run-bell.ts");
const { openProcessTerminal } = await import("./process-terminal.ts");
const { systemClock } = await import("../runtime/clock/clock.ts");

/** Whatever a failed start left open may not hold up the end for longer. */
const LINGER_LIMIT_MS = 200;
/** Whatever does not heed Ctrl-C, such as reading from a person who types nothing, is ended after so long. */
const HEED_LIMIT_MS = 500;
const INTERRUPTED = 130;

process.exitCode = await runBell(process.argv.slice(2), {
  environment: process.env,
  terminal: openProcessTerminal(),
  clock: systemClock,
  timeZone: machineTimeZone(),
  newId: randomUUID,
  interruption: firstInterrupt,
  openClient: async (config, now) => (await import("./secure-client.ts")).openSecureClient(config, now),
});
if (process.connected) process.disconnect(); // a channel to `bell up` would keep this process alive
setTimeout(() => process.exit(), LINGER_LIMIT_MS).unref();

/** The system's zone; UTC when it says none that anybody knows. */
function machineTimeZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone === "Etc/Unknown" ? "UTC" : timeZone;
}

/** From here on Ctrl-C cancels what is under way; commands that end by signals in their own way never ask for this. */
function firstInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort();
    setTimeout(() => process.exit(INTERRUPTED), HEED_LIMIT_MS).unref();
  });
  return controller.signal;
}
