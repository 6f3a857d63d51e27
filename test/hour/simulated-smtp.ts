// A mail server without sockets. It answers as the weather is, and writes down on its own, by true time, every mail that it took, whether or
// not the sender heard so.
import { setMaxListeners } from "node:events";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { ComposedMail } from "../../notifier/compose-mail.ts";
import { SmtpSession, type SmtpStage } from "../../notifier/smtp-session.ts";
import { SmtpSessions } from "../../notifier/smtp-sessions.ts";
import { SMTP_TIMEOUTS, type SmtpSettings } from "../../notifier/smtp-settings.ts";
import type { Random } from "../random-history.ts";
import type { Machine, ProcessClock } from "./machine.ts";
import type { MailFate, MailStage, MailWeather } from "./mail-weather.ts";
import type { SinkRecord } from "./sink-record.ts";

/** Never connected to: the sessions below go nowhere. */
export const NO_SMTP: SmtpSettings = {
  host: "127.0.0.1",
  port: 9,
  security: "loopback",
  login: null,
  timeouts: SMTP_TIMEOUTS,
};

/** The mail server, and the notifier that talks to it. */
export interface SmtpWorld {
  readonly machine: Machine;
  /** The notifier's: what it waits for ends with it. */
  readonly clock: ProcessClock;
  readonly weather: MailWeather;
  readonly sink: SinkRecord;
  readonly random: Random;
}

/** A mail may be taken so long after its last byte, sometimes when its sender has given up, but within its lease. */
const LATE_MS = 20 * SECOND_MS;
const REPLIES: Record<MailStage, { readonly later: string; readonly never: string }> = {
  connect: { later: "421 4.3.2 come again", never: "554 5.7.1 not you" },
  "log-in": { later: "454 4.7.0 later", never: "535 5.7.8 wrong password" },
  "MAIL FROM": { later: "451 4.3.0 later", never: "550 5.7.1 you may not send" },
  "RCPT TO": { later: "452 4.2.2 full", never: "554 5.7.1 not here" },
  DATA: { later: "451 4.3.0 later", never: "554 5.7.1 no" },
  content: { later: "451 4.3.0 later", never: "552 5.3.4 too large" },
  answer: { later: "451 4.3.0 later", never: "554 5.6.0 spam" },
};

class SimulatedSession extends SmtpSession {
  readonly #world: SmtpWorld;
  readonly #fate: MailFate;
  readonly #begunMs: TimeMs;
  #stage: SmtpStage = "setup";

  constructor(world: SmtpWorld) {
    super(NO_SMTP);
    this.#world = world;
    this.#begunMs = world.machine.trueMs;
    this.#fate = world.weather.draw(world.machine.trueMs);
  }

  override get stage(): SmtpStage {
    return this.#stage;
  }

  /** Each mail has a session and a fate of its own. */
  override get isReusable(): boolean {
    return false;
  }

  override async open(signal: AbortSignal): Promise<void> {
    setMaxListeners(0, signal);
    await this.#step("connect", signal);
    await this.#step("log-in", signal);
    this.#stage = "envelope";
  }

  override async send(mail: ComposedMail, signal: AbortSignal): Promise<string> {
    await this.#step("MAIL FROM", signal);
    this.#checkGreylist(mail);
    await this.#step("RCPT TO", signal);
    await this.#step("DATA", signal);
    this.#stage = "content";
    await this.#step("content", signal);
    return this.#answer(mail, signal);
  }

  override leave(): void {
    // there is no connection
  }

  /** All bytes are there. From now on it goes by the mail server's clock: it takes the mail whether or not its sender still lives. */
  async #answer(mail: ComposedMail, signal: AbortSignal): Promise<string> {
    const { machine, sink, random } = this.#world;
    const fault = this.#fate.stage === "answer" ? this.#fate.fault : null;
    const isTaken = fault === null || fault.startsWith("taken");
    const attempt = sink.noteContent(mail, this.#begunMs, machine.trueMs);
    const taken = machine.sleep(random(fault === "taken late" ? LATE_MS : 3 * SECOND_MS)).then(() => {
      if (isTaken) sink.noteTaken(attempt, machine.trueMs);
    });
    if (fault === null) {
      await taken;
      await this.#world.clock.sleep(random(50), signal);
      if (!this.#world.clock.isDead) sink.noteAnswered(attempt, machine.trueMs);
      return "250 2.0.0 taken";
    }
    if (fault === "later" || fault === "never") {
      await taken;
      sink.noteRefused(attempt, fault);
    } else if (fault.endsWith("break")) await taken;
    return this.#fail("answer", signal);
  }

  #checkGreylist({ to }: ComposedMail): void {
    const { weather, machine } = this.#world;
    if (!weather.isGreylisted(to, machine.trueMs)) return;
    weather.count("RCPT TO: greylisted");
    throw saying("451 4.7.1 greylisted, come again in five minutes", "RCPT TO");
  }

  /** One stage: it takes its time, and may be where the session's fate is met. */
  async #step(stage: MailStage, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#world;
    await clock.sleep(random(20) === 0 ? random(4 * SECOND_MS) : 5 + random(100), signal);
    if (this.#fate.stage === stage) await this.#fail(stage, signal);
  }

  async #fail(stage: MailStage, signal: AbortSignal): Promise<never> {
    const { weather, clock } = this.#world;
    const { fault } = this.#fate;
    weather.count(`${stage}: ${fault}`);
    const command = stage === "answer" || stage === "content" ? "DATA" : stage;
    if (fault === "later" || fault === "never") throw saying(REPLIES[stage][fault], command);
    if (fault === "address") throw saying("550 5.1.1 no such user", command);
    if (!fault.endsWith("break")) {
      const limit = stage === "connect" ? SMTP_TIMEOUTS.greetingMs : SMTP_TIMEOUTS.socketMs;
      await clock.sleep(limit, signal);
      throw saying("", "CONN", "timeout");
    }
    throw saying("", "CONN", "the connection broke");
  }
}

/** What the notifier has in the place of real sessions. */
export class SimulatedSessions extends SmtpSessions {
  readonly #world: SmtpWorld;

  constructor(world: SmtpWorld) {
    super(NO_SMTP);
    this.#world = world;
  }

  override async take(signal: AbortSignal): Promise<SmtpSession> {
    const session = new SimulatedSession(this.#world);
    await session.open(signal);
    return session;
  }

  override async probe(signal: AbortSignal): Promise<void> {
    (await this.take(signal)).leave();
  }

  override keep(session: SmtpSession): void {
    session.leave();
  }
}

/** As the library says it. */
function saying(response: string, command: string, message = response): Error {
  return Object.assign(new Error(message), { response, command });
}
