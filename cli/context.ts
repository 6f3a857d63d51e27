import type { Clock } from "../runtime/clock/clock.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import type { OpenClient } from "./client.ts";
import type { Terminal } from "./terminal.ts";

/** What a command may use of the world outside; tests hand in their own. */
export interface Context {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** The IANA name of the zone that this machine is set to. */
  readonly timeZone: string;
  /** A fresh UUID. */
  readonly newId: () => string;
  /** A signal that aborts when the person presses Ctrl-C; asking for it is what begins to listen. */
  readonly interruption: () => AbortSignal;
  /** How the server is reached: over mutual TLS, except in tests. */
  readonly openClient: OpenClient;
}
