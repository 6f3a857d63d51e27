// Inputs that nobody thought of, from a seed: damaged bytes of every call and quotes of any values to a real server over mutual TLS,
// and any text to everything that reads one. Whatever they are, they are answered or refused in good order, and what is refused
// is not stored.
import Database from "better-sqlite3";
import fc from "fast-check";
import { AppError } from "../../domain/error.ts";
import { parseCondition, parseRule } from "../../domain/language/condition-language.ts";
import { errorFromStatus, statusFromError } from "../../proto/convert/error.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Quote, SessionClass } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { COMMON_PASSWORDS } from "../../domain/common-passwords.ts";
import { parseEmailAddress } from "../../domain/email-address.ts";
import { alertFromRequest } from "../../server/grpc/alert-request.ts";
import { parseFilter } from "../../server/grpc/filter.ts";
import { idFrom } from "../../server/grpc/id.ts";
import { positionFromToken } from "../../server/grpc/paging.ts";
import { checkPassword } from "../../domain/password.ts";
import { parseTimeZone } from "../../domain/time-zone.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { makeOperator } from "../access/bearers.ts";
import { exampleTick } from "../examples.ts";
import type { SignedUp } from "../support/test-server.ts";
import { expectWellFormed } from "./expect-refusal.ts";
import { anyDamage, anyNumber, anyText, soundRequests, type SoundRequest } from "./generated-inputs.ts";
import { storedOfUsers } from "./stored-rows.ts";
import { soundOfPeople } from "./generated-people.ts";
import { UnaryWorld } from "./unary-world.ts";

/** Of every so many inputs one is a call over the wire; as many again are quotes on a stream. */
const WIRE_SHARE = 8;
/** Callers take turns, because one of them may not call as often as this does. */
const CALLERS = 6;
const QUOTES_A_BATCH = 50;
/** Trailers beyond that break connections. */
const MOST_TRAILER_BYTES = 32_768;

export interface Play {
  readonly count: number;
  readonly seed: number;
  /** Told of each violation in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** What came of it all; `stored` counts calls that were taken, and quotes. */
export interface Played {
  readonly refused: number;
  readonly stored: number;
}

/** Plays `count` inputs; the same seed gives the same inputs. */
export async function playGenerated({ count, seed, onViolation }: Play): Promise<Played> {
  const world = await UnaryWorld.open();
  try {
    const calls = await playCalls(world, Math.floor(count / WIRE_SHARE), seed, onViolation);
    const quotes = await playQuotes(world, Math.floor(count / WIRE_SHARE), seed, onViolation);
    const texts = playTexts(count - 2 * Math.floor(count / WIRE_SHARE), seed, onViolation);
    for (const line of world.server.log.filter((one) => one.includes("defect")))
      onViolation(`the server logged ${line}`);
    await world.ask(AlertServiceService.getAlert, { id: world.alert.id }, { token: world.ann.token }); // it serves on
    return { refused: calls.refused + quotes.refused + texts, stored: calls.stored + quotes.stored };
  } finally {
    await world.close();
  }
}

async function playCalls(
  world: UnaryWorld,
  count: number,
  seed: number,
  onViolation: Play["onViolation"],
): Promise<Played> {
  const callers: SignedUp[] = [];
  for (let at = 0; at < CALLERS; at++) {
    const caller = await world.server.signUp(`caller-${at}@example.com`);
    await makeOperator(world.server, caller);
    callers.push(caller);
  }
  const stored = new StoredText(world.server.databaseFile);
  let refused = 0;
  const inputs = fc.sample(
    fc.tuple(fc.constantFrom(...soundRequests(world.alert.id), ...soundOfPeople(world.alert.id)), anyDamage),
    {
      numRuns: count,
      seed,
    },
  );
  for (const [index, [request, damage]] of inputs.entries()) {
    const bytes = damage(request.bytes);
    const before = stored.read();
    const caller = callers[index % CALLERS];
    const role = index % 2 === 0 ? "cli" : "operator";
    const error = await world
      .sendBytes(request.path, bytes, { role, ...(caller === undefined ? {} : { token: caller.token }) })
      .then(
        () => null,
        (failure: unknown) => failure,
      );
    if (error === null) continue;
    refused += 1;
    const fault =
      faultOf(error, request, bytes) ?? (stored.read() === before ? null : "was refused, and something was stored");
    if (fault !== null) onViolation(`${request.path} of ${bytes.toString("hex")} ${fault}`);
  }
  stored.close();
  return { refused, stored: count - refused };
}

/** Everything that is stored beside refusals themselves, as one text; read anew only when something was written. */
class StoredText {
  readonly #file: string;
  readonly #db: Database.Database;
  #version: unknown = null;
  #text = "";

  constructor(file: string) {
    this.#file = file;
    this.#db = new Database(file, { readonly: true });
  }

  read(): string {
    const version = this.#db.pragma("data_version", { simple: true });
    if (version !== this.#version) this.#text = JSON.stringify(storedOfUsers(this.#file));
    this.#version = version;
    return this.#text;
  }

  close(): void {
    this.#db.close();
  }
}

/** What is wrong with a refusal; INTERNAL is right only for what is no message. */
function faultOf(error: unknown, { decode }: SoundRequest, bytes: Buffer): string | null {
  if (!(error instanceof AppError)) return `threw ${String(error)}`;
  if (error.code === "INTERNAL") return isMessage(decode, bytes) ? `was answered INTERNAL: ${error.message}` : null;
  return malformed(error);
}

function isMessage(decode: (bytes: Buffer) => unknown, bytes: Buffer): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function malformed(error: AppError): string | null {
  try {
    expectWellFormed(error);
    return null;
  } catch (fault) {
    return `was refused badly: ${String(fault)}`;
  }
}

const anyTime = fc.date({ min: new Date(-6e13), max: new Date(2.5e14), noInvalidDate: true });
const anyQuote: fc.Arbitrary<Quote> = fc.record({
  symbol: anyText,
  source: anyText,
  period: fc.record({ seconds: fc.oneof(fc.nat(90), fc.maxSafeInteger()), nanos: fc.integer() }),
  quoteTime: anyTime,
  open: anyNumber,
  high: anyNumber,
  low: anyNumber,
  close: anyNumber,
  volume: anyNumber,
  sessionClass: fc.integer({ min: -2, max: 8 }).map((value) => value as SessionClass),
  fetchTime: anyTime,
  currency: anyText,
  seq: fc.maxSafeInteger(),
  doubt: fc.constant(undefined),
});
/** One to three fields of a quote, as they should not be. */
const anyChange: fc.Arbitrary<Partial<Quote>> = anyQuote.chain((quote) =>
  fc
    .subarray(Object.entries(quote), { minLength: 1, maxLength: 3 })
    .map((entries) => Object.fromEntries(entries) as Partial<Quote>),
);

async function playQuotes(
  world: UnaryWorld,
  count: number,
  seed: number,
  onViolation: Play["onViolation"],
): Promise<Played> {
  const sender = new QuoteSender(await world.server.connect(QuoteServiceClient, "fetcher"));
  const changes = fc.sample(anyChange, { numRuns: count, seed });
  const now = Date.now();
  let [refused, stored] = [0, 0];
  for (let from = 0; from < count; from += QUOTES_A_BATCH) {
    const batch = changes.slice(from, from + QUOTES_A_BATCH).map((change, at): Quote => {
      const timeMs = now - 10_000_000 + from + at;
      const sound = quoteToProto(exampleTick(0, 190, { quoteTimeMs: timeMs, fetchTimeMs: timeMs }));
      return { ...sound, ...change };
    });
    const ack = await sender.sendMessages(batch);
    const answered = ack.storedCount + ack.knownCount + ack.refused.length;
    if (answered !== batch.length) onViolation(`of ${batch.length} quotes ${answered} were answered`);
    for (const { index, reason, message } of ack.refused) {
      if (message === "" || reason === 0 || batch[index] === undefined)
        onViolation(`quote ${index} was refused for nothing`);
    }
    refused += ack.refused.length;
    stored += ack.storedCount;
  }
  const [{ rows } = { rows: -1 }] = world.server.query(
    "SELECT (SELECT count(*) FROM quotes) + (SELECT count(*) FROM superseded_quotes) AS rows",
  ) as { rows: number }[];
  if (rows !== stored) onViolation(`${stored} quotes were acknowledged as stored, and ${rows} are there`);
  sender.cancel();
  return { refused, stored };
}

const readAlert = (request: Parameters<typeof CreateAlertRequest.fromPartial>[0]) =>
  alertFromRequest(CreateAlertRequest.fromPartial(request), { id: "i", userId: "u", nowMs: 0, eventNowMs: 0 });

/** Everything that reads a text; each throws INVALID_ARGUMENT or gives what it read. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  condition: parseCondition,
  address: parseEmailAddress,
  password: (text) => {
    checkPassword(text, { email: "ann@example.com", common: COMMON_PASSWORDS });
  },
  zone: parseTimeZone,
  filter: (text) => parseFilter(text, { symbol: null, state: ["ARMED"] }),
  id: (text) => idFrom(text),
  token: (text) => positionFromToken(text, "user", ""),
  rule: (text) => parseRule(text, { symbols: ["AAPL", "IBM"], condition: { kind: "above", level: 200, forMs: 0 } }),
  note: (text) => readAlert({ text: "A above 1", alert: { note: text } }),
  band: (text) => readAlert({ text, alert: { bandPercent: text, symbol: text } }),
  symbols: (text) => readAlert({ alert: { symbols: [text, "A", text], tags: [text, "a"] } }),
  tags: (text) => readAlert({ text: "A above 1", alert: { tags: text.split(" ") } }),
};

function playTexts(count: number, seed: number, onViolation: Play["onViolation"]): number {
  let refused = 0;
  const inputs = fc.sample(fc.tuple(fc.constantFrom(...Object.entries(READERS)), anyText), { numRuns: count, seed });
  for (const [[name, read], text] of inputs) {
    try {
      read(text);
    } catch (error) {
      refused += 1;
      const fault = error instanceof AppError ? refusalFault(error) : `threw ${String(error)}`;
      if (fault !== null) onViolation(`${name} of ${JSON.stringify(text)} ${fault}`);
    }
  }
  return refused;
}

/** A refusal travels to the caller, whole. */
function refusalFault(error: AppError): string | null {
  if (error.code !== "INVALID_ARGUMENT") return `was refused as ${error.code}`;
  const { code, details, metadata } = statusFromError(error);
  const bytes = metadata.get("grpc-status-details-bin")[0]?.length ?? 0;
  if (bytes > MOST_TRAILER_BYTES) return `is refused in ${bytes} bytes`;
  const arrived = errorFromStatus(Object.assign(new Error(details), { code, details, metadata }));
  return arrived.reason === error.reason ? malformed(arrived) : `arrives as ${arrived.reason}`;
}
