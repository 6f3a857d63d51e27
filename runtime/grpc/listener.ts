import type { Server, ServerCredentials } from "@grpc/grpc-js";
import { once } from "node:events";
import { lookup } from "node:dns/promises";
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import type { Address } from "../config/setting-types.ts";
import type { Log } from "../log/log.ts";
import type { Limits } from "./limits.ts";

type ConnectionLimits = Pick<Limits, "connections" | "connectionsPerAddress">;
type Injector = ReturnType<Server["createConnectionInjector"]>;

/**
 * Where a gRPC server takes connections: our own sockets, which are counted before anything is spent on them, and handed to
 * grpc-js for TLS. Beyond the limits a connection is closed at once.
 */
export class Listener {
  readonly #injector: Injector;
  readonly #limits: ConnectionLimits;
  readonly #log: Log;
  readonly #servers: TcpServer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #countOf = new Map<string, number>();
  /** Addresses that were refused since they last had no connection; each is logged once. */
  readonly #refused = new Set<string>();

  private constructor(injector: Injector, limits: ConnectionLimits, log: Log) {
    this.#injector = injector;
    this.#limits = limits;
    this.#log = log;
  }

  /** Listens on every address that the host has. Rejects with the system's error when one is not to be had. */
  static async open(
    server: Server,
    credentials: ServerCredentials,
    { host, port }: Address,
    limits: ConnectionLimits,
    log: Log,
  ): Promise<Listener> {
    const listener = new Listener(server.createConnectionInjector(credentials), limits, log);
    try {
      for (const { address } of await lookup(host, { all: true }))
        await listener.#listen(address, listener.port || port);
    } catch (error) {
      await listener.stop();
      throw error;
    }
    return listener;
  }

  /** The port, also if any was asked for. */
  get port(): number {
    return (this.#servers[0]?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Takes no more connections; resolves when those that there are have ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(address: string, port: number): Promise<void> {
    const server = createServer((socket) => this.#take(socket));
    server.listen(port, address);
    await once(server, "listening");
    this.#servers.push(server);
  }

  #take(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const count = this.#countOf.get(address) ?? 0;
    if (this.#sockets.size >= this.#limits.connections || count >= this.#limits.connectionsPerAddress) {
      this.#refuse(socket, address);
      return;
    }
    this.#sockets.add(socket);
    this.#countOf.set(address, count + 1);
    socket.once("close", () => this.#forget(socket, address));
    this.#injector.injectConnection(socket);
  }

  #refuse(socket: Socket, address: string): void {
    socket.destroy();
    if (this.#refused.has(address)) return;
    if (this.#refused.size < this.#limits.connections) this.#refused.add(address);
    this.#log.warn({ address, open: this.#sockets.size }, "too many connections: more are refused");
  }

  #forget(socket: Socket, address: string): void {
    this.#sockets.delete(socket);
    const left = (this.#countOf.get(address) ?? 1) - 1;
    if (left > 0) {
      this.#countOf.set(address, left);
      return;
    }
    this.#countOf.delete(address);
    this.#refused.delete(address);
  }
}
