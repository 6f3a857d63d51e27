// A server of its own process to be attacked: how much memory it takes, and whether it still answers an honest client.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import { parseTarget } from "../../runtime/tls/parse-target.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { exampleTick } from "../examples.ts";
import type { BellProcess } from "./bell-process.ts";
import type { Attack } from "./flood-attacks.ts";
import { QuoteSender } from "./quote-sender.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";
import { World } from "./world.ts";

/** What the server may take under any abuse, in MB. */
export const MOST_MB = 300;
const SYMBOLS = 1_000;
const ASK_EVERY_MS = 100;
const ANSWER_LIMIT_MS = 30_000;

/** What one attack came to. */
export interface FloodResult {
  readonly name: string;
  /** The server's resident memory: the most since its start, in MB. */
  readonly peakMb: number;
  /** The slowest answer to the honest client while the attack ran, in milliseconds; null: none came within 30 s. */
  readonly slowestMs: number | null;
  /** The same for the first answer after it. */
  readonly afterMs: number | null;
  readonly opened: number;
  readonly cut: number;
}

/** One `bell server` with 1,000 symbols, a fetcher that goes on bringing their prices, and somebody who asks for one of them. */
export class FloodedServer {
  readonly #world: World;
  readonly #server: BellProcess;
  readonly #client: QuoteServiceClient;
  readonly #fetcher: QuoteServiceClient;
  readonly #sender: QuoteSender;
  #round = 0;

  private constructor(world: World, server: BellProcess, client: QuoteServiceClient, fetcher: QuoteServiceClient) {
    this.#world = world;
    this.#server = server;
    this.#client = client;
    this.#fetcher = fetcher;
    this.#sender = new QuoteSender(fetcher);
  }

  static async start(): Promise<FloodedServer> {
    const world = await World.open({ BELL_CLOCK: "data", BELL_LOG_LEVEL: "error" });
    const server = await world.start("server");
    const address = world.known.get("server")?.["grpc"] ?? "";
    const connect = async (role: "cli" | "fetcher") =>
      new QuoteServiceClient(address, channelCredentials(uncheckedFiles(await filesOfRole(role))), channelOptions);
    const flooded = new FloodedServer(world, server, await connect("cli"), await connect("fetcher"));
    await flooded.bringPrices();
    return flooded;
  }

  /** New prices of all symbols. */
  async bringPrices(): Promise<void> {
    this.#round += 1;
    const price = 100 + this.#round / 1_000;
    const quotes = Array.from({ length: SYMBOLS }, (_none, at) =>
      exampleTick(this.#round * 1_000, price, { symbol: `S${at}` }),
    );
    await this.#sender.send(quotes);
  }

  /** Plays an attack while the honest client asks. An address whose connections are cut has to wait; the next attack has another, `from`. */
  async endure(attack: Attack, limitMs: number, from = "127.0.0.2"): Promise<FloodResult> {
    const { host, port } = parseTarget(this.#world.known.get("server")?.["grpc"] ?? "") ?? { host: "", port: 0 };
    const files = attack.certificate ? uncheckedFiles(await filesOfRole("cli")) : null;
    let isOver = false;
    const asking = this.#askUntil(() => isOver);
    const bringing = this.#bringUntil(() => isOver);
    const seen = await attack.run({ host, port, files, from }, limitMs).finally(() => (isOver = true));
    const slowestMs = await asking;
    await bringing;
    const afterMs = await this.#answerMs();
    return { name: attack.name, peakMb: this.#peakMb(), slowestMs, afterMs, ...seen };
  }

  async close(): Promise<void> {
    this.#sender.end();
    this.#client.close();
    this.#fetcher.close();
    await this.#world.close();
  }

  async #askUntil(isOver: () => boolean): Promise<number | null> {
    let slowest: number | null = 0;
    while (!isOver()) {
      const tookMs = await this.#answerMs();
      slowest = slowest === null || tookMs === null ? null : Math.max(slowest, tookMs);
      await delay(ASK_EVERY_MS);
    }
    return slowest;
  }

  async #bringUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.bringPrices();
      await delay(ASK_EVERY_MS);
    }
  }

  /** How long GetQuote takes, in milliseconds; null: not within 30 s. */
  #answerMs(): Promise<number | null> {
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const { path, requestSerialize, responseDeserialize } = QuoteServiceService.getQuote;
      const options = { deadline: Date.now() + ANSWER_LIMIT_MS };
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { symbol: "S1" }, options, (error) =>
        resolve(error === null ? Math.round(performance.now() - startedAt) : null),
      );
    });
  }

  #peakMb(): number {
    const text = readFileSync(`/proc/${this.#server.pid}/status`, "utf8");
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) / 1_024);
  }
}
