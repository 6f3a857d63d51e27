// A server under a siege: how long an acknowledgement takes while it lasts, beside how long it takes before and after, how much memory
// the server takes, and whether a user still gets in.
import Database from "better-sqlite3";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../../bench/bench.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import {
  LogInRequest,
  RegisterUserRequest,
  UserServiceService as users,
  VerifyUserRequest,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { parseTarget } from "../../runtime/tls/parse-target.ts";
import { exampleTick } from "../examples.ts";
import type { BellProcess } from "./bell-process.ts";
import type { Orders } from "./flood-attacker.ts";
import { ticks, USUAL, type SiegeSeen } from "./flood-sieges.ts";
import { QuoteSender } from "./quote-sender.ts";
import { framed, rawCall, rawSession } from "./raw-call.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";
import { PASSWORD, World } from "./world.ts";

/** Of all of which a watcher that never reads is owed the newest. */
const SYMBOLS_TOLD = 1_000;
const EMAIL = "owner@example.com";
/** Where the user is; besiegers who log in come from another address. */
const USER_FROM = "127.0.0.2";
/** A network may try 20 passwords a minute. */
const LOG_IN_EVERY_MS = 3_200;
const ATTACKER = join(import.meta.dirname, "flood-attacker.ts");

/** For how long the server is measured without a siege, before and after it, and with one. */
export interface SiegeTimes {
  readonly idleMs: number;
  readonly siegeMs: number;
}

/** What one siege came to. */
export interface SiegeFigures extends SiegeSeen {
  /** The server's resident memory: the most since its start, in MB. */
  readonly peakMb: number;
  /** Of batch to acknowledgement, in milliseconds: 99 of 100 took no longer, without the siege and with it. */
  readonly idleP99Ms: number;
  readonly siegeP99Ms: number;
  /** The slowest log-in of the user while it lasted, in milliseconds; Infinity: one was refused. */
  readonly logInMs: number;
  readonly logIns: number;
}

/** One `bell server` with its usual load, and a user who is elsewhere than its besiegers. */
export class BesiegedServer {
  readonly #world: World;
  readonly #server: BellProcess;
  readonly #client: QuoteServiceClient;
  readonly #sender: QuoteSender;
  #session: ClientHttp2Session | undefined;
  #attacker: ChildProcess | undefined;
  #round = 0;

  private constructor(world: World, server: BellProcess, client: QuoteServiceClient) {
    this.#world = world;
    this.#server = server;
    this.#client = client;
    this.#sender = new QuoteSender(client);
  }

  static async start(): Promise<BesiegedServer> {
    const world = await World.open({ BELL_CLOCK: "data", BELL_LOG_LEVEL: "error" });
    const server = await world.start("server");
    const credentials = channelCredentials(uncheckedFiles(await filesOfRole("fetcher")));
    const client = new QuoteServiceClient(world.known.get("server")?.["grpc"] ?? "", credentials, channelOptions);
    const besieged = new BesiegedServer(world, server, client);
    const told = Array.from({ length: SYMBOLS_TOLD }, (_none, at) => exampleTick(0, 100, { symbol: `S${at}` }));
    await besieged.#sender.send(told);
    await besieged.#signUp();
    return besieged;
  }

  /** Plays a siege by its name. */
  async endure(siege: string, { idleMs, siegeMs }: SiegeTimes): Promise<SiegeFigures> {
    const idle = await this.#bring(idleMs);
    this.#attacker = fork(ATTACKER, [JSON.stringify(await this.#orders(siege, siegeMs))]);
    await once(this.#attacker, "message");
    const ended = once(this.#attacker, "message");
    const [besieged, logIns] = await Promise.all([
      this.#bring(siegeMs),
      siege === "login" ? this.#logInFor(siegeMs) : [],
    ]);
    const [seen] = (await ended) as [SiegeSeen];
    idle.push(...(await this.#bring(idleMs)));
    const p99 = (times: readonly number[]): number => Math.round(quantile(times, 0.99) * 10) / 10;
    const figures = { idleP99Ms: p99(idle), siegeP99Ms: p99(besieged), peakMb: this.#peakMb() };
    return { ...seen, ...figures, logInMs: Math.round(Math.max(0, ...logIns)), logIns: logIns.length };
  }

  async close(): Promise<void> {
    this.#attacker?.kill("SIGKILL");
    this.#session?.destroy();
    this.#sender.end();
    this.#client.close();
    await this.#world.close();
  }

  /** The usual load for so long: how long each batch took to be acknowledged. */
  async #bring(limitMs: number): Promise<number[]> {
    const end = performance.now() + limitMs;
    const times: number[] = [];
    while (performance.now() < end) {
      this.#round += 1;
      const startedAt = performance.now();
      await this.#sender.send(ticks("USUAL", this.#round));
      const tookMs = performance.now() - startedAt;
      times.push(tookMs);
      await delay(Math.max(0, USUAL.everyMs - tookMs));
    }
    return times;
  }

  /** How long each log-in took, as often as the user may. */
  async #logInFor(limitMs: number): Promise<number[]> {
    const end = performance.now() + limitMs;
    const times: number[] = [];
    do {
      const startedAt = performance.now();
      const status = await this.#ask(
        users.logIn.path,
        LogInRequest.encode({ email: EMAIL, password: PASSWORD }).finish(),
      );
      times.push(status === 0 ? performance.now() - startedAt : Infinity);
      await delay(LOG_IN_EVERY_MS);
    } while (performance.now() < end);
    return times;
  }

  async #signUp(): Promise<void> {
    const wish = RegisterUserRequest.encode({ email: EMAIL, password: PASSWORD, timeZone: "" }).finish();
    await this.#ask(users.registerUser.path, wish);
    await this.#ask(users.verifyUser.path, VerifyUserRequest.encode({ code: this.#mailedCode() }).finish());
  }

  /** gRPC's status of a call of the user, on a connection of its own as the command line has it. */
  async #ask(path: string, bytes: Uint8Array): Promise<number | undefined> {
    this.#session = await rawSession(this.#world.known.get("server")?.["grpc"] ?? "", "cli", USER_FROM);
    const { grpc } = await rawCall(this.#session, { path, body: framed(bytes) });
    this.#session.destroy();
    return grpc;
  }

  #mailedCode(): string {
    const db = new Database(join(this.#world.dataFolder, "tickerbell.db"), { readonly: true });
    try {
      return String(db.prepare("SELECT code FROM notifications WHERE code IS NOT NULL").pluck().get());
    } finally {
      db.close();
    }
  }

  async #orders(siege: string, limitMs: number): Promise<Orders> {
    const { host, port } = parseTarget(this.#world.known.get("server")?.["grpc"] ?? "") ?? { host: "", port: 0 };
    const [cli, fetcher] = [await filesOfRole("cli"), await filesOfRole("fetcher")];
    return { siege, host, port, cli, fetcher, email: EMAIL, limitMs };
  }

  #peakMb(): number {
    const text = readFileSync(`/proc/${this.#server.pid}/status`, "utf8");
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) / 1_024);
  }
}
