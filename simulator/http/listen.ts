import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

/** How long requests under way may take to end once a server closes, in milliseconds. */
const CLOSE_GRACE_MS = 1_000;
/** How long a client may take to send its request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface HttpPlace {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** Who listens, and the setting that says where: for whoever must mend it. */
export interface Listener {
  readonly name: string;
  readonly setting: string;
}

/** A server that listens; `address` is HOST:PORT, `url` has no slash at its end. */
export interface ListeningHttp {
  readonly address: string;
  readonly url: string;
  close(): Promise<void>;
}

/** Takes a connection that asks for another protocol. Whoever takes it ends it, too. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Starts an HTTP server; throws FAILED_PRECONDITION when the place is taken or cannot be listened on. */
export async function listenHttp(
  handler: RequestListener,
  place: HttpPlace,
  listener: Listener,
  clock: Clock,
  onUpgrade?: UpgradeListener,
): Promise<ListeningHttp> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handler);
  if (onUpgrade !== undefined) server.on("upgrade", onUpgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(listenError(listener, place, cause)));
    server.listen(place.port, place.host, resolve);
  });
  const address = addressText(server.address() as AddressInfo);
  return { address, url: `http://${address}`, close: () => closeHttp(server, clock) };
}

/** HOST:PORT, with brackets round an IPv6 host. */
export function addressText(address: AddressInfo): string {
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}

/** What to tell when a port cannot be had; `cause` is Node's error. */
export function listenError({ name, setting }: Listener, place: HttpPlace, cause: unknown): AppError {
  const taken = (cause as NodeJS.ErrnoException).code === "EADDRINUSE";
  const what = taken ? "is taken by another process" : `cannot be listened on: ${(cause as Error).message}`;
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `${name}: ${place.host} port ${place.port} ${what}`, {
    hint: taken ? takenHint(setting, place.host) : `set ${setting} to a place that this machine has`,
    cause,
  });
}

function takenHint(setting: string, host: string): string {
  const free = `${setting}=${host.includes(":") ? `[${host}]` : host}:0`;
  return `if another ./bell up runs here, use that one, or end it with Ctrl-C in its terminal; ${free} takes a free port instead`;
}

async function closeHttp(server: Server, clock: Clock): Promise<void> {
  const ended = new AbortController();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const grace = clock.sleep(CLOSE_GRACE_MS, ended.signal).then(
    () => server.closeAllConnections(),
    () => undefined, // everything ended in time
  );
  await closed;
  ended.abort(new Error("closed"));
  await grace;
}
