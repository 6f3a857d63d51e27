// Whether the time of an answer tells if an address has an account. Questions about a known and an unknown address take turns, so that
// whatever else the machine does befalls both alike.
import { AppError } from "../../domain/error.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { SignedUp, TestServer } from "./test-server.ts";

const WRONG = "not these words";

/** Medians in milliseconds. */
export interface TimingResult {
  readonly knownMs: number;
  readonly unknownMs: number;
  /** How far the two of a pair are apart: what the machine does in the meantime befalls both alike. */
  readonly apartMs: number;
  /** What was answered differently, in a sentence each. */
  readonly differences: readonly string[];
}

/** A question, and what is told of it. */
type Ask = (email: string) => Promise<unknown>;

/** Asks each question of a known address and of one that is nobody's, `pairs` times in turn. */
export class AccountTiming {
  readonly #server: TestServer;
  readonly #people: readonly SignedUp[];
  #asked = 0;

  constructor(server: TestServer, people: readonly SignedUp[]) {
    this.#server = server;
    this.#people = people;
  }

  logIns(pairs: number): Promise<TimingResult> {
    return this.#compare(pairs, (email) => this.#server.ask(users.logIn, { email, password: WRONG }));
  }

  registrations(pairs: number): Promise<TimingResult> {
    const wish = { password: "four unrelated words", timeZone: "" };
    return this.#compare(pairs, (email) => this.#server.ask(users.registerUser, { ...wish, email }));
  }

  resets(pairs: number): Promise<TimingResult> {
    return this.#compare(pairs, (email) => this.#server.ask(users.requestPasswordReset, { email }));
  }

  async #compare(pairs: number, ask: Ask): Promise<TimingResult> {
    const [known, unknown]: [number[], number[]] = [[], []];
    const differences = new Set<string>();
    for (let at = 0; at < pairs; at += 1) {
      const person = this.#people[at % this.#people.length]?.email ?? "";
      const nobody = `nobody-${++this.#asked}@example.com`;
      const isFirst = at % 2 === 0;
      const one = await timed(() => ask(isFirst ? person : nobody));
      const two = await timed(() => ask(isFirst ? nobody : person));
      known.push((isFirst ? one : two).ms);
      unknown.push((isFirst ? two : one).ms);
      if (one.told !== two.told) differences.add(`"${one.told}" is not "${two.told}"`);
    }
    const apartMs = Math.abs(median(known.map((ms, at) => ms - (unknown[at] ?? ms))));
    return { knownMs: median(known), unknownMs: median(unknown), apartMs, differences: [...differences] };
  }
}

async function timed(ask: () => Promise<unknown>): Promise<{ ms: number; told: string }> {
  const beganAt = performance.now();
  const told = await ask().then(shapeOf, textOf);
  return { ms: performance.now() - beganAt, told };
}

/** Of an answer, which fields it has: their values are the address and a moment. */
function shapeOf(answer: unknown): string {
  return Object.keys(answer as object).join();
}

function textOf(error: unknown): string {
  if (!(error instanceof AppError)) throw error;
  const { code, reason, message, hint, fields, retryAfterMs } = error;
  return JSON.stringify({ code, reason, message, hint, fields, retryAfterMs });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
