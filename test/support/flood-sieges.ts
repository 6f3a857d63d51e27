// Floods that go on: whoever is cut comes back at once, for as long as the siege lasts. They run in a process of their own.
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { LogInRequest, UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { exampleTick } from "../examples.ts";
import { onManyConnections, onOneConnection, openStreams, rapidReset, watchWithoutReading } from "./flood-attacks.ts";
import { callHeaders, frame, FRAME, messageFrames, type FloodConnection, type Target } from "./flood-connection.ts";
import { QuoteSender } from "./quote-sender.ts";

/** Whom a siege is for. */
interface SiegeTarget {
  readonly cli: Target;
  readonly fetcher: Target;
  /** Somebody who has an account. */
  readonly email: string;
}

/** What a siege saw: connections it opened, how many of them the server ended, and what it asked. */
export interface SiegeSeen {
  readonly opened: number;
  readonly cut: number;
  readonly asked: number;
}

type Siege = (target: SiegeTarget, limitMs: number) => Promise<SiegeSeen>;

/** So many of each kind besiege at a time. */
const BESIEGERS = 4;
/** The usual load: a fetcher that brings a price of so many symbols so often, and one who asks as often. */
export const USUAL = { symbols: 10, everyMs: 50 } as const;
/** Nine more of each make ten times the usual load. */
const OTHERS = 9;
const LOG_INS_AT_A_TIME = 20;
const LOG_IN_CONNECTIONS = 10;
const LOG_INS_FROM = "127.0.0.1";

/** By name. */
export const SIEGES: Readonly<Record<string, Siege>> = {
  streams: ({ cli }, limitMs) => againAndAgain(cli, limitMs, openStreams),
  reset: ({ cli }, limitMs) => againAndAgain(cli, limitMs, rapidReset),
  "slow-reader": async ({ cli }, limitMs) => {
    const seen = await onManyConnections(cli, limitMs, 50, (connection) => watchWithoutReading(connection, 10));
    return { ...seen, asked: seen.opened * 10 };
  },
  load: tenfold,
  login: logIns,
};

/** Waves on a few connections, each opened anew when it was cut. */
async function againAndAgain(
  target: Target,
  limitMs: number,
  wave: (connection: FloodConnection) => Buffer,
): Promise<SiegeSeen> {
  const end = performance.now() + limitMs;
  let [opened, cut] = [0, 0];
  const besiege = async (): Promise<void> => {
    while (performance.now() < end) {
      const seen = await onOneConnection(target, end - performance.now(), wave).catch(() => ({ opened: 1, cut: 1 }));
      opened += seen.opened;
      cut += seen.cut;
    }
  };
  await Promise.all(Array.from({ length: BESIEGERS }, besiege));
  return { opened, cut, asked: opened };
}

/** Nine more fetchers, each with ten symbols of its own, and nine more who ask. */
async function tenfold({ fetcher, cli }: SiegeTarget, limitMs: number): Promise<SiegeSeen> {
  const end = performance.now() + limitMs;
  let asked = 0;
  const bring = async (at: number): Promise<void> => {
    const client = clientOf(fetcher);
    const sender = new QuoteSender(client);
    for (let round = 0; performance.now() < end; round += 1, asked += 1) {
      await sender.send(ticks(`L${at}X`, round));
      await delay(USUAL.everyMs);
    }
    sender.end();
    client.close();
  };
  const ask = async (): Promise<void> => {
    const client = clientOf(cli);
    for (; performance.now() < end; asked += 1) {
      await new Promise((resolve) => client.getQuote({ symbol: "USUAL1" }, resolve));
      await delay(USUAL.everyMs);
    }
    client.close();
  };
  const others = Array.from({ length: OTHERS }, (_none, at) => at);
  await Promise.all(others.flatMap((at) => [bring(at), ask()]));
  return { opened: 2 * OTHERS, cut: 0, asked };
}

/** On a connection of its own. */
function clientOf({ host, port, files }: Target): QuoteServiceClient {
  if (files === null) throw new Error("this one needs a certificate");
  const own = { ...channelOptions, "grpc.use_local_subchannel_pool": 1 };
  return new QuoteServiceClient(`${host}:${port}`, channelCredentials(files), own);
}

/** A price of each of ten symbols whose names begin so. */
export function ticks(beginning: string, round: number) {
  return Array.from({ length: USUAL.symbols }, (_none, at) =>
    exampleTick(round * USUAL.everyMs, 100 + (round % 1_000) / 1_000, { symbol: `${beginning}${at}` }),
  );
}

/** Wrong passwords for an address that there is, and for others, as fast as they are taken. */
async function logIns({ cli, email }: SiegeTarget, limitMs: number): Promise<SiegeSeen> {
  const target = { ...cli, from: LOG_INS_FROM };
  let asked = 0;
  const end = performance.now() + limitMs;
  const begin = async (connection: FloodConnection): Promise<void> => {
    while (!connection.isCut && performance.now() < end) {
      await connection.send(Buffer.concat(Array.from({ length: LOG_INS_AT_A_TIME }, () => logIn(connection, email))));
      await connection.send(frame(FRAME.windowUpdate, 0, 0, Buffer.of(0, 1, 0, 0)));
      asked += LOG_INS_AT_A_TIME;
      await delay(20);
    }
  };
  const seen = await onManyConnections(target, limitMs, LOG_IN_CONNECTIONS, begin);
  return { ...seen, asked };
}

function logIn(connection: FloodConnection, known: string): Buffer {
  const stream = connection.nextStream();
  const email = stream % 4 === 1 ? known : `${randomBytes(6).toString("hex")}@example.com`;
  const bytes = Buffer.from(LogInRequest.encode({ email, password: "wrong words" }).finish());
  return Buffer.concat([callHeaders(UserServiceService.logIn.path, stream), messageFrames(stream, bytes)]);
}
