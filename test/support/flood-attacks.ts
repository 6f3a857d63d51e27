// Every way of abusing the server that a client can find by itself. Each runs for a while and says how it ended.
import { randomBytes } from "node:crypto";
import { setImmediate as breathe, setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { LogInRequest, UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { QuoteServiceService, WatchQuotesRequest } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import {
  callHeaders,
  END_HEADERS,
  FloodConnection,
  frame,
  FRAME,
  headerBlock,
  messageFrames,
  openTcp,
  type Target,
} from "./flood-connection.ts";

/** An attack: `limitMs` is how long it goes on; resolves with what the attacker saw. */
export interface Attack {
  readonly name: string;
  /** Whether the server is expected to end the attacker's connections, rather than only to refuse the calls on them. */
  readonly isCut: boolean;
  /** Whether the attacker has a certificate. */
  readonly certificate: boolean;
  run(target: Target, limitMs: number): Promise<Seen>;
}

/** What an attack saw: connections it opened, and how many of them the server had ended by the attack's end. */
export interface Seen {
  readonly opened: number;
  readonly cut: number;
}

type Wave = (connection: FloodConnection) => Buffer;

const GET_QUOTE = QuoteServiceService.getQuote.path;
const WATCH = QuoteServiceService.watchQuotes.path;
const LOG_IN = UserServiceService.logIn.path;
/** When time is over the server is given so long to cut; the attack goes on slowly, for a busy machine may not have sent enough. */
const CUT_WITHIN_MS = 30_000;
const SLOWLY_MS = 50;

/** Sends wave after wave on one connection until time, and slowly until patience, is over or it is cut. */
export async function onOneConnection(
  target: Target,
  limitMs: number,
  wave: Wave,
  { patienceMs = 0, settings }: { readonly patienceMs?: number; readonly settings?: Buffer | undefined } = {},
): Promise<Seen> {
  const connection = await FloodConnection.open(target, settings);
  const end = performance.now() + limitMs;
  while (!connection.isCut && performance.now() < end) {
    await connection.send(wave(connection));
    await breathe();
  }
  const patience = performance.now() + patienceMs;
  while (!connection.isCut && performance.now() < patience) {
    await connection.send(wave(connection));
    await delay(SLOWLY_MS);
  }
  const seen = { opened: 1, cut: connection.isCut ? 1 : 0 };
  connection.end();
  return seen;
}

function many(count: number, make: () => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, make));
}

/** The same on as many connections as the server takes, new ones for those that it cuts. */
export async function onManyConnections(
  target: Target,
  limitMs: number,
  count: number,
  begin: (connection: FloodConnection) => Promise<void> | void,
  isCutHoped = false,
): Promise<Seen> {
  const open: FloodConnection[] = [];
  let cut = 0;
  const end = performance.now() + limitMs;
  const isHoping = (): boolean => isCutHoped && cut === 0 && !open.some(({ isCut }) => isCut);
  const keepOne = async (): Promise<void> => {
    while (performance.now() < end || (isHoping() && performance.now() < end + CUT_WITHIN_MS)) {
      const connection = await FloodConnection.open(target).catch(() => null);
      if (connection === null) {
        cut += 1;
        await delay(50);
        continue;
      }
      open.push(connection);
      await begin(connection);
      while (!connection.isCut && performance.now() < end) await delay(20);
    }
  };
  await Promise.all(Array.from({ length: count }, keepOne));
  cut += open.filter(({ isCut }) => isCut).length;
  for (const connection of open) connection.end();
  return { opened: open.length + cut, cut };
}

async function onTcp(
  target: Target,
  limitMs: number,
  count: number,
  begin: (socket: ReturnType<typeof openTcp>) => void,
) {
  const end = performance.now() + limitMs;
  let cut = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = openTcp(target);
    socket.on("close", () => (cut += 1)).on("connect", () => begin(socket));
    return socket;
  });
  while (performance.now() < end || (cut === 0 && performance.now() < end + CUT_WITHIN_MS)) await delay(20);
  const seen = { opened: count, cut };
  for (const socket of sockets) socket.destroy();
  return seen;
}

const settings = (pairs: readonly (readonly [id: number, value: number])[]): Buffer =>
  Buffer.concat(
    pairs.map(([id, value]) => {
      const pair = Buffer.alloc(6);
      pair.writeUInt16BE(id, 0);
      pair.writeUInt32BE(value, 2);
      return pair;
    }),
  );
const NO_WINDOW = settings([[4, 0]]);

const watchAll = Buffer.from(WatchQuotesRequest.encode({ symbols: [] }).finish());
const logIn = (): Buffer =>
  Buffer.from(
    LogInRequest.encode({ email: `${randomBytes(6).toString("hex")}@example.com`, password: "wrong words" }).finish(),
  );
const bomb = gzipSync(Buffer.alloc(100_000_000));

function attack(name: string, isCut: boolean, run: Attack["run"], certificate = true): Attack {
  return { name, isCut, certificate, run };
}

/** Opens calls and says nothing on them. */
export function openStreams(connection: FloodConnection): Buffer {
  return many(200, () => callHeaders(GET_QUOTE, connection.nextStream()));
}

export function rapidReset(connection: FloodConnection): Buffer {
  return many(200, () => {
    const stream = connection.nextStream();
    return Buffer.concat([callHeaders(GET_QUOTE, stream), frame(FRAME.reset, 0, stream, Buffer.of(0, 0, 0, 8))]);
  });
}

/** A call whose headers are far larger than any honest one's. */
function headerBomb(connection: FloodConnection): Buffer {
  const large = Object.fromEntries(Array.from({ length: 8 }, (_none, at) => [`x-${at}`, "a".repeat(8_000)]));
  const block = headerBlock({ ":method": "POST", ":scheme": "https", ":path": GET_QUOTE, ...large });
  const stream = connection.nextStream();
  const frames = [frame(FRAME.headers, 0, stream, block.subarray(0, 16_384))];
  for (let at = 16_384; at < block.length; at += 16_384) {
    const flags = at + 16_384 >= block.length ? END_HEADERS : 0;
    frames.push(frame(FRAME.continuation, flags, stream, block.subarray(at, at + 16_384)));
  }
  return Buffer.concat(frames);
}

/** Headers that never end. */
function continuations(connection: FloodConnection): Buffer {
  const one = () => frame(FRAME.continuation, 0, 1, headerBlock({ "x-more": "a".repeat(8_000) }));
  const isFirst = connection.nextStream() === 1;
  const start = isFirst ? frame(FRAME.headers, 0, 1, headerBlock({ ":method": "POST" })) : Buffer.alloc(0);
  return Buffer.concat([start, many(8, one)]);
}

/** Calls that begin a message of the largest size and never finish it. */
function halfMessages(connection: FloodConnection): void {
  for (let call = 0; call < 100; call += 1) {
    const stream = connection.nextStream();
    const begun = messageFrames(stream, Buffer.alloc(250_000), { end: 0 }).subarray(0, -5_000);
    void connection.send(Buffer.concat([callHeaders(GET_QUOTE, stream), begun]));
  }
  void connection.send(frame(FRAME.windowUpdate, 0, 0, Buffer.of(0x0f, 0, 0, 0)));
}

/** Asks for all quotes and never reads: its windows stay as they are, and its socket is not read either. */
export async function watchWithoutReading(connection: FloodConnection, calls: number): Promise<void> {
  connection.socket.pause();
  for (let call = 0; call < calls; call += 1) {
    const stream = connection.nextStream();
    await connection.send(Buffer.concat([callHeaders(WATCH, stream), messageFrames(stream, watchAll)]));
  }
}

function call(path: string, bytes: () => Buffer, more: Readonly<Record<string, string>> = {}, compressed = 0): Wave {
  return (connection) =>
    many(50, () => {
      const stream = connection.nextStream();
      return Buffer.concat([callHeaders(path, stream, more), messageFrames(stream, bytes(), { compressed })]);
    });
}

const oneConnection =
  (wave: Wave, settings?: Buffer): Attack["run"] =>
  (target, limitMs) =>
    onOneConnection(target, limitMs, wave, { settings });

const oneThatIsCut =
  (wave: Wave): Attack["run"] =>
  (target, limitMs) =>
    onOneConnection(target, limitMs, wave, { patienceMs: CUT_WITHIN_MS });

/** In the order in which they are played. */
export const ATTACKS: readonly Attack[] = [
  attack("open streams", true, oneThatIsCut(openStreams)),
  attack("rapid reset", true, oneThatIsCut(rapidReset)),
  attack(
    "pings",
    true,
    oneThatIsCut(() => many(500, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)))),
  ),
  attack(
    "SETTINGS",
    true,
    oneThatIsCut(() => many(500, () => frame(FRAME.settings, 0, 0, settings([[3, 100]])))),
  ),
  attack("CONTINUATION", true, oneThatIsCut(continuations)),
  attack("header bombs", true, oneThatIsCut(headerBomb)),
  attack(
    "garbage frames",
    true,
    oneThatIsCut(() => randomBytes(16_384)),
  ),
  attack("gzip bombs", false, oneConnection(call(GET_QUOTE, () => bomb, { "grpc-encoding": "gzip" }, 1))),
  attack("giant messages", false, oneConnection(call(GET_QUOTE, () => Buffer.alloc(300_000)))),
  attack("half messages", false, (target, limitMs) => onManyConnections(target, limitMs, 10, halfMessages)),
  attack("1 watcher that never reads", false, (target, limitMs) =>
    onManyConnections(target, limitMs, 1, (connection) => watchWithoutReading(connection, 1)),
  ),
  attack("500 watchers that never read", false, (target, limitMs) =>
    onManyConnections(target, limitMs, 50, (connection) => watchWithoutReading(connection, 10)),
  ),
  attack(
    "watchers without a window",
    false,
    oneConnection(
      call(WATCH, () => watchAll),
      NO_WINDOW,
    ),
  ),
  attack("log-ins", false, oneConnection(call(LOG_IN, logIn))),
  attack(
    "2,000 idle TCP connections",
    true,
    (target, limitMs) => onTcp(target, limitMs, 2_000, () => undefined),
    false,
  ),
  attack(
    "half-open handshakes",
    true,
    (target, limitMs) =>
      onTcp(target, limitMs, 2_000, (socket) => socket.write(Buffer.of(22, 3, 1, 2, 0, 1, 0, 1, 252))),
    false,
  ),
  attack(
    "garbage TLS",
    true,
    (target, limitMs) => onTcp(target, limitMs, 500, (socket) => socket.write(randomBytes(2_000))),
    false,
  ),
  attack(
    "handshakes without a certificate",
    true,
    (target, limitMs) => onManyConnections(target, limitMs, 20, () => undefined, true),
    false,
  ),
];
