import type { Environment } from "../config/read-settings.ts";

/** A started process: where it can be reached, and how it ends. */
export interface Handle {
  /** By name, as `host:port` or an address to open: `{ grpc: "127.0.0.1:50051" }`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Ends it in good order: what is under way is finished or handed back. Calling it again waits for the same end. */
  close(): Promise<void>;
  /** Resolves, with the error to end with, when the process must not go on; never, when all is well. */
  readonly failed?: Promise<Error>;
}

/** What every room's `main.ts` exports as `startProcess`: reads the environment, starts, and resolves once it serves. */
export type StartProcess = (environment: Environment) => Promise<Handle>;
