import type { Server, ServerCredentials } from "@grpc/grpc-js";
import { once } from "node:events";
import { lookup } from "node:dns/promises";
import type { ServerHttp2Session } from "node:http2";
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import { AppError } from "../../domain/error.ts";
import { systemClock } from "../clock/clock.ts";
import type { Address } from "../config/setting-types.ts";
import type { Log } from "../log/log.ts";
import { closeWhenLost } from "../tls/close-when-lost.ts";
import { http2ServersOf } from "./call-internals.ts";
import { CutConnections } from "./cut-connections.ts";
import { Handshakes } from "./handshakes.ts";
import type { Limits } from "./limits.ts";

type ConnectionLimits = Pick<
  Limits,
  | "connections"
  | "connectionsPerAddress"
  | "handshakes"
  | "handshakesPerAddress"
  | "cutsForgiven"
  | "maxCuts"
  | "cutForgivenMs"
>;
type Injector = ReturnType<Server["createConnectionInjector"]>;
type Ends = Partial<Pick<Socket, "remoteAddress" | "remotePort" | "localAddress" | "localPort">>;

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  isEstablished: boolean;
}

/**
 * Where a gRPC server takes connections: our own sockets, which are counted before anything is spent on them, and handed to
 * grpc-js for TLS. Those in the handshake are counted apart, so that nobody without a certificate crowds out who has one: beyond
 * their limits the oldest is cut. Beyond the limits of the others a new connection is closed at once, and so is one of an address
 * of which too many had to be cut.
 */
export class Listener {
  readonly #injector: Injector;
  readonly #limits: ConnectionLimits;
  readonly #log: Log;
  readonly #servers: TcpServer[] = [];
  readonly #handshakes: Handshakes;
  readonly #cuts: CutConnections;
  #isHandshakeCut = false;
  /** Of all those whose handshake is done. */
  readonly #countOf = new Map<string, number>();
  #established = 0;
  /** All of them, by both their ends: an HTTP/2 session does not show the socket that it began as. */
  readonly #connections = new Map<string, Connection>();
  /** Addresses that were refused since they last had no connection; each is logged once. */
  readonly #refused = new Set<string>();

  private constructor(injector: Injector, limits: ConnectionLimits, log: Log) {
    this.#injector = injector;
    this.#limits = limits;
    this.#handshakes = new Handshakes(limits);
    this.#cuts = new CutConnections(systemClock, limits);
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
    for (const http2 of http2ServersOf(server)) http2.on("session", (session) => listener.#watch(session));
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
    for (const { socket } of this.#connections.values()) socket.destroy();
  }

  async #listen(address: string, port: number): Promise<void> {
    const server = createServer((socket) => this.#take(socket));
    server.listen(port, address);
    await once(server, "listening");
    this.#servers.push(server);
  }

  #take(socket: Socket): void {
    const { remoteAddress: address } = socket;
    if (address !== undefined && this.#cuts.mustWait(address)) {
      socket.destroy(); // it was told in the log when it began
      return;
    }
    if (address === undefined || this.#isFull(address)) {
      this.#refuse(socket, address);
      return;
    }
    const ends = endsOf(socket);
    const connection = { socket, address, isEstablished: false };
    this.#connections.set(ends, connection);
    socket.once("close", () => this.#forget(connection, ends));
    const crowdedOut = this.#handshakes.add(socket, address);
    if (crowdedOut !== undefined) this.#cutHandshake(crowdedOut);
    closeWhenLost(socket);
    this.#injector.injectConnection(socket);
  }

  #isFull(address: string): boolean {
    const count = this.#countOf.get(address) ?? 0;
    return this.#established >= this.#limits.connections || count >= this.#limits.connectionsPerAddress;
  }

  #watch(session: ServerHttp2Session): void {
    const { socket } = session;
    const { remoteAddress = "" } = socket;
    session.on("error", (error: NodeJS.ErrnoException) => {
      const isCut = error instanceof AppError || error.code?.startsWith("ERR_HTTP2_") === true;
      if (isCut) this.#noteCut(remoteAddress); // and not that its line broke
    });
    this.#establish(endsOf(socket));
  }

  /** By HTTP/2 itself, or by us with its words. */
  #noteCut(address: string): void {
    if (!this.#cuts.note(address)) return;
    this.#log.warn({ address }, "too many connections of an address were cut: it has to wait before it may connect");
  }

  /** The client has shown its certificate, and both speak HTTP/2. */
  #establish(ends: string): void {
    const connection = this.#connections.get(ends);
    if (connection === undefined || !this.#handshakes.delete(connection.socket, connection.address)) return;
    const { socket, address } = connection;
    if (this.#isFull(address)) {
      this.#refuse(socket, address); // others were done while it was at it
      return;
    }
    connection.isEstablished = true;
    this.#established += 1;
    this.#countOf.set(address, (this.#countOf.get(address) ?? 0) + 1);
  }

  #cutHandshake(socket: Socket): void {
    const address = socket.remoteAddress;
    socket.destroy();
    if (this.#isHandshakeCut) return;
    this.#isHandshakeCut = true;
    const open = this.#handshakes.size;
    this.#log.warn({ address, open }, "too many connections without a certificate: the oldest are cut");
  }

  /** Without an address it is gone already. */
  #refuse(socket: Socket, address: string | undefined): void {
    socket.destroy();
    if (address === undefined || this.#refused.has(address)) return;
    if (this.#refused.size < this.#limits.connections) this.#refused.add(address);
    this.#log.warn({ address, open: this.#established }, "too many connections: more are refused");
  }

  #forget(connection: Connection, ends: string): void {
    const { socket, address, isEstablished } = connection;
    if (this.#connections.get(ends) === connection) this.#connections.delete(ends);
    this.#handshakes.delete(socket, address);
    if (this.#handshakes.size === 0) this.#isHandshakeCut = false;
    if (!isEstablished) return;
    this.#established -= 1;
    const left = (this.#countOf.get(address) ?? 1) - 1;
    if (left > 0) {
      this.#countOf.set(address, left);
      return;
    }
    this.#countOf.delete(address);
    this.#refused.delete(address);
  }
}

/** What tells one connection from another while both are open. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Ends): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(" ");
}
