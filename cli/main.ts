import "./check-node.ts";
import { randomUUID } from "node:crypto";
import { enableCompileCache } from "node:module";

enableCompileCache(); // before the rest is loaded: it halves the time of `bell --help`
const { runBell } = await import("./run-bell.ts");
const { openProcessTerminal } = await import("./process-terminal.ts");
const { systemClock } = await import("../runtime/clock/clock.ts");
const { openSecureClient } = await import("./secure-client.ts");

process.exitCode = await runBell(process.argv.slice(2), {
  environment: process.env,
  terminal: openProcessTerminal(),
  clock: systemClock,
  newId: randomUUID,
  interruption: firstInterrupt,
  openClient: openSecureClient,
});

/** From here on Ctrl-C cancels what is under way; commands that end by signals in their own way never ask for this. */
function firstInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}
