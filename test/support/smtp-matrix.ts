// A real server and a real notifier against a mail server that does one thing wrong; then the same mail server does everything right.
// Whatever is in the store, and whatever came, is held against the tables.
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { startNotifier } from "../../notifier/main.ts";
import { SMTP_TIMEOUTS } from "../../notifier/smtp-settings.ts";
import { ScriptedSmtpServer, type SmtpScript, type SmtpStep } from "../../notifier/testing/scripted-smtp-server.ts";
import { NotificationServiceClient } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import type { Handle } from "../../runtime/life/handle.ts";
import { createLog } from "../../runtime/log/log.ts";
import { eventually } from "./eventually.ts";
import { ENDS, type Column, type End } from "./smtp-matrix-ends.ts";
import { SmtpMatrixServer, type MailFacts } from "./smtp-matrix-server.ts";
import type { SmtpCase } from "./smtp-matrix-table.ts";

const LEASE_MS = 45_000;
const HOUR_MS = 3_600_000;
/** After trouble, the notifier asks the mail server so often whether it is over. */
const PROBE_MS = 15_000;
/** In the place of many seconds, where silence is the fault. */
const SHORT_MS = 400;
/** What is due goes within so many seconds on the server's clock. */
const MOST_SECONDS_LATE = 30;
/** How long a second on the server's clock takes, while a mail is waited for. */
const STEP_MS = 250;
/** A step that is not reached by then will not be. */
const PATIENCE_MS = 20 * SECOND_MS;
/** What a terminal, a log or a header must never get raw. */
const NOT_PLAIN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Close it after its cases. */
class SmtpMatrix {
  readonly #clock = new FakeClock(Date.now());
  readonly #server: SmtpMatrixServer;

  private constructor(server: (clock: FakeClock) => SmtpMatrixServer) {
    this.#server = server(this.#clock);
  }

  /** Has users for so many cases. */
  static async open(policy: AmbiguityPolicy, cases: number): Promise<SmtpMatrix> {
    const matrix = new SmtpMatrix((clock) => new SmtpMatrixServer(policy, clock));
    await matrix.#server.open(2 * cases + 1);
    return matrix;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Plays one case; what is not as the tables say, a sentence each. */
  async play(one: SmtpCase, column: Column, pipelining: boolean): Promise<string[]> {
    const smtp = await new ScriptedSmtpServer({ pipelining }).start();
    const notifier = await this.#startNotifier(one, smtp.port);
    try {
      return await this.#playWith(one, column, pipelining, smtp);
    } finally {
      await notifier.close();
      await smtp.stop();
    }
  }

  async #playWith(one: SmtpCase, column: Column, pipelining: boolean, smtp: ScriptedSmtpServer): Promise<string[]> {
    const usual = one.ehlo === undefined ? {} : { ehlo: { reply: one.ehlo } };
    const script: SmtpScript = { pipelining, acts: { ...usual, [one.step]: one.act } };
    const good: SmtpScript = { pipelining, acts: one.logsIn === true ? usual : {} };
    const end = ENDS[column][one.verdict];
    if (one.isWarm === true) await this.#mailWell(smtp, good);
    const contents = smtp.contents.length;
    const hit = follow(smtp, { script, good, column, step: one.step }).then(() => {
      if (one.verdict === "U") smtp.follow(good); // what follows at once is taken
      return true;
    });
    const userId = await this.#server.fire();
    if (!(await Promise.race([hit, systemClock.sleep(PATIENCE_MS).then(() => false)])))
      return ["the session never came so far"];
    const facts = await this.#server.factsAfter(userId, column === "doubt" ? 2 : 1, end.state);
    const isTaking = await this.#server.isTaking();
    smtp.follow(good);
    const faults = [...this.#factFaults(facts, end), ...plainFaults(facts)];
    if (isTaking !== (one.verdict !== "S"))
      faults.push(`health says the mail server ${isTaking ? "takes" : "refuses"}`);
    if (end.again !== null) faults.push(...(await this.#goesAgain(userId, one, facts)));
    return [...faults, ...contentFaults(smtp.contents.slice(contents), column)];
  }

  async #mailWell(smtp: ScriptedSmtpServer, good: SmtpScript): Promise<void> {
    smtp.follow(good);
    await this.#server.factsAfter(await this.#server.fire(), 1, "SENT");
  }

  async #startNotifier({ act, logsIn }: SmtpCase, port: number): Promise<Handle> {
    const timeouts = act === "hang" ? { ...SMTP_TIMEOUTS, greetingMs: SHORT_MS, socketMs: SHORT_MS } : SMTP_TIMEOUTS;
    const login = logsIn === true ? { user: "bell", password: "secret" } : null;
    const client = await this.#server.connect(NotificationServiceClient);
    return startNotifier(
      {
        smtp: { host: "127.0.0.1", port, security: "loopback", login, timeouts },
        from: { name: "", address: "bell@localhost" },
        places: 1,
      },
      { client, clock: this.#clock, random: Math.random, log: createLog("notifier", "silent") },
    );
  }

  #factFaults(facts: MailFacts, end: End): string[] {
    const { state, reason, charged, strikes } = facts;
    const seen = { state, reason, charged, strikes, cooldown: this.#cooldownIn(facts, end) };
    const names = ["state", "reason", "charged", "strikes", "cooldown"] as const;
    const faults = names
      .filter((name) => seen[name] !== end[name])
      .map((name) => `${name} is ${seen[name]}, not ${end[name]}`);
    const waitMs = facts.nextMono - this.#clock.monotonic();
    const isInTime = end.again === null || (waitMs >= end.again[0] && waitMs <= end.again[1]);
    return isInTime ? faults : [...faults, `it goes again after ${waitMs} ms, not ${end.again.join(" to ")}`];
  }

  #cooldownIn({ cooldownMono }: MailFacts, { cooldown }: End): string {
    const leftMs = (cooldownMono ?? 0) - this.#clock.monotonic();
    if (leftMs <= 0) return "free";
    const isLeast = cooldown === "least" && leftMs >= HOUR_MS && leftMs <= LEASE_MS + HOUR_MS;
    if (isLeast) return "least";
    if (leftMs === HOUR_MS) return "hour";
    return leftMs === LEASE_MS + HOUR_MS ? "lease" : `${leftMs} ms`;
  }

  /** The mail server does everything right by now. */
  async #goesAgain(userId: string, { verdict }: SmtpCase, { nextMono }: MailFacts): Promise<string[]> {
    this.#clock.advance(verdict === "S" ? PROBE_MS : Math.max(0, nextMono - this.#clock.monotonic()));
    for (let second = 0; second < MOST_SECONDS_LATE; second++) {
      const isSent = () => this.#server.stateOf(userId) === "SENT";
      if (await eventually("it is sent", isSent, STEP_MS).catch(() => false)) {
        return this.#server.strikesOf(userId) === 0 ? [] : ["a mail that was taken leaves a strike"];
      }
      this.#clock.advance(SECOND_MS);
    }
    return [`it is ${this.#server.stateOf(userId)} with a mail server that takes everything`];
  }
}

interface Course {
  readonly script: SmtpScript;
  readonly good: SmtpScript;
  readonly column: Column;
  readonly step: SmtpStep;
}

/** Resolves when a session comes to the step under the script; in doubt, after one that ended without an answer. */
async function follow(smtp: ScriptedSmtpServer, { script, good, column, step }: Course): Promise<void> {
  if (column === "doubt") {
    smtp.follow({ ...good, acts: { ...good.acts, dot: "close" } });
    await smtp.reached("dot");
  }
  smtp.follow(script);
  await smtp.reached(step);
}

function plainFaults({ reply }: MailFacts): string[] {
  const isPlain = !NOT_PLAIN.test(reply) && reply.length <= 500;
  return isPlain ? [] : [`the reply is written down raw: ${JSON.stringify(reply)}`];
}

/** One Message-ID, one content; under `hold` it goes out once. */
function contentFaults(contents: readonly string[], column: Column): string[] {
  const mails = contents.filter((content) => content !== "");
  const copies = Map.groupBy(mails, (content) => /^Message-ID: (.*)\r$/im.exec(content)?.[1] ?? "");
  return [...copies].flatMap(([messageId, same]) => [
    ...(messageId === "" ? ["a mail has no Message-ID"] : []),
    ...(new Set(same).size > 1 ? [`${messageId} came with different bytes`] : []),
    ...(column === "hold" && same.length > 1 ? [`${messageId} went out ${same.length} times`] : []),
  ]);
}

/** Plays what can be played in a column, on a server of its own; how many cases that were. */
export async function playColumn(
  cases: readonly SmtpCase[],
  column: Column,
  pipelining: boolean,
  onViolation: (text: string) => void,
): Promise<number> {
  const played = cases.filter((one) => isPlayed(one, column, pipelining));
  const matrix = await SmtpMatrix.open(column === "hold" ? "hold" : "resend", played.length);
  try {
    for (const one of played) {
      const stuck = (error: unknown): string[] => [error instanceof Error ? error.message : String(error)];
      for (const fault of await matrix.play(one, column, pipelining).catch(stuck)) {
        onViolation(`${one.name} (${column}${pipelining ? ", pipelining" : ""}): ${fault}`);
      }
    }
  } finally {
    await matrix.close();
  }
  return played.length;
}

/** After a break there is no session left of the mail before. */
function isPlayed(one: SmtpCase, column: Column, pipelining: boolean): boolean {
  return !(one.isWarm === true && column === "doubt") && !(one.neverPipelined === true && pipelining);
}
