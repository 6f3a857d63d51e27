import { once } from "node:events";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { AlertServiceClient, type WatchTriggersResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { bearer, type TestServer } from "../support/test-server.ts";

/** A watch of somebody's triggers that is open all the time. */
export class TriggerEar {
  /** The ids of the alerts that it was told of, one for each trigger. */
  readonly heard: string[] = [];
  readonly #call: ClientReadableStream<WatchTriggersResponse>;

  private constructor(call: ClientReadableStream<WatchTriggersResponse>) {
    this.#call = call;
    call.on("error", () => undefined); // it is cancelled in the end
    call.on("data", ({ trigger }: WatchTriggersResponse) => this.heard.push(trigger?.alertId ?? ""));
  }

  /** Resolves when the server watches. */
  static async open(server: TestServer, token: string): Promise<TriggerEar> {
    const call = (await server.connect(AlertServiceClient, "cli")).watchTriggers({ symbols: [] }, bearer(token));
    const ear = new TriggerEar(call);
    await once(call, "metadata");
    return ear;
  }

  /** Resolves with the next trigger. */
  async next(): Promise<void> {
    await once(this.#call, "data");
  }

  close(): void {
    this.#call.cancel();
  }
}
