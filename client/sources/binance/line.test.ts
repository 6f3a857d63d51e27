import { expect } from "chai";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { HOUR_MS, SECOND_MS } from "../../../domain/time.ts";
import { until } from "../../testing/until.ts";
import type { Refusal } from "../source.ts";
import { Line } from "./line.ts";

describe("Line", () => {
  /** What a line ends with whose service answers so instead of opening it. */
  async function endOf(answer: string): Promise<Refusal | null> {
    const service = createServer();
    service.on("upgrade", (_request, socket) => socket.end(`HTTP/1.1 ${answer}\r\nContent-Length: 0\r\n\r\n`));
    service.listen(0, "127.0.0.1");
    await once(service, "listening");
    const url = `ws://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const clock = new FakeClock(Date.parse("2026-05-12T09:41:17Z"));
    const line = new Line({ url, symbols: new Set(["BTCUSDT"]), clock, onMessage: () => undefined });
    await until(() => line.end !== null);
    service.closeAllConnections();
    service.close();
    await once(service, "close");
    return line.end;
  }

  it("waits as long as the service asks to, in seconds or until a time by the service's own clock", async () => {
    const waits = async (headers: string): Promise<unknown> => (await endOf(`429 No\r\n${headers}`))?.retryAfterMs;
    expect(await waits("Retry-After: 120")).to.equal(120 * SECOND_MS);
    const date = "Date: Tue, 12 May 2026 08:00:00 GMT";
    expect(await waits(`${date}\r\nRetry-After: Tue, 12 May 2026 09:00:00 GMT`)).to.equal(HOUR_MS);
    expect(await waits("Retry-After: soon")).to.equal(null);
  });

  it("names a service that does not serve this part of the world", async () => {
    const { class: refusal, message } = (await endOf("451 Unavailable For Legal Reasons")) ?? {};
    expect(refusal).to.equal("not_entitled");
    expect(message).to.include("HTTP 451").and.include("this part of the world");
    expect(await endOf("503 Unavailable")).to.include({ class: "outage" });
  });
});
