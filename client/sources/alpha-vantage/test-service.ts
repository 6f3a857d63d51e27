import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../../../runtime/log/log.ts";

/** A price service of a test's own. */
export interface TestService {
  readonly url: string;
  /** The parameters of every request so far. */
  readonly requests: URLSearchParams[];
  close(): Promise<void>;
}

/** Listens on a free loopback port and answers as told. */
export async function startTestService(
  answer: (response: ServerResponse, parameters: URLSearchParams, request: IncomingMessage) => void,
): Promise<TestService> {
  const requests: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    requests.push(searchParams);
    answer(response, searchParams, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

/** Keeps everything that was logged. */
export function keepingLog(lines: unknown[]): Log {
  const keep = (fields: object, message: string): void => void lines.push({ ...fields, message });
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}

/** Everything a source gives in one round. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
