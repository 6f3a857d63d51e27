import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Where in a session the script speaks. `middle`: when the first bytes of the content have come; `dot`: when all have. */
export type SmtpStep =
  "greeting" | "ehlo" | "starttls" | "auth" | "mail" | "rcpt" | "data" | "middle" | "dot" | "reset" | "quit";

/** An answer; how it comes unless told otherwise: as UTF-8, at once, and the session goes on. */
export interface SmtpReply {
  readonly reply: string;
  readonly encoding?: "utf8" | "latin1";
  /** One byte after the other. */
  readonly isBytewise?: boolean;
  readonly thenCloses?: boolean;
}

/** What the server does there: answers with the text, says nothing ever, closes in good order, or resets the connection. */
export type SmtpAct = SmtpReply | "hang" | "close" | "reset";

export interface SmtpScript {
  readonly acts?: Partial<Record<SmtpStep, SmtpAct>>;
  /** Whether it invites the client to send the envelope and DATA at once. */
  readonly pipelining?: boolean;
}

const DEFAULT_REPLIES: Record<SmtpStep, string> = {
  greeting: "220 scripted",
  ehlo: "250 scripted",
  starttls: "454 4.7.0 not now",
  auth: "235 2.7.0 welcome",
  mail: "250 2.1.0 sender ok",
  rcpt: "250 2.1.5 recipient ok",
  data: "354 go on",
  middle: "",
  dot: "250 2.0.0 taken",
  reset: "250 2.0.0 reset",
  quit: "221 2.0.0 bye",
};

const STEP_OF_VERB: ReadonlyMap<string, SmtpStep> = new Map([
  ["EHLO", "ehlo"],
  ["STAR", "starttls"],
  ["AUTH", "auth"],
  ["MAIL", "mail"],
  ["RCPT", "rcpt"],
  ["DATA", "data"],
  ["RSET", "reset"],
  ["QUIT", "quit"],
]);

/** A mail server on a free loopback port that misbehaves as it is told; for tests of what an answer, or none, means. */
export class ScriptedSmtpServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #contents: string[] = [];
  readonly #recipients: string[] = [];
  #sessions = 0;
  #waiting: { readonly step: SmtpStep; readonly reached: () => void }[] = [];
  #script: SmtpScript;

  constructor(script: SmtpScript = {}) {
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The contents it got whole, as they came, without the dot. */
  get contents(): readonly string[] {
    return this.#contents;
  }

  /** The arguments of every RCPT TO. */
  get recipients(): readonly string[] {
    return this.#recipients;
  }

  /** How many sessions were begun. */
  get sessions(): number {
    return this.#sessions;
  }

  /** From the next step on it behaves like this. */
  follow(script: SmtpScript): void {
    this.#script = script;
  }

  /** Resolves when a session next comes to the step. */
  reached(step: SmtpStep): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ step, reached: resolve }));
  }

  /** Ends every open session, as a mail server does that tires of waiting; resolves when all are gone. */
  async dropSessions(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of this.#sockets) socket.end();
    await Promise.all(gone);
  }

  /** Ends a hang: every open session gets this line. */
  answer(reply: string): void {
    for (const socket of this.#sockets) socket.write(`${reply}\r\n`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.#sessions += 1;
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const session = { text: "", inContent: false, middleDone: false };
    this.#act(socket, "greeting");
    socket.on("data", (chunk) => {
      session.text += chunk.toString("latin1");
      this.#read(socket, session);
    });
  }

  #read(socket: Socket, session: { text: string; inContent: boolean; middleDone: boolean }): void {
    while (session.text !== "" && !socket.destroyed) {
      if (session.inContent) {
        if (!session.middleDone) {
          session.middleDone = true;
          if (this.#act(socket, "middle") !== undefined) return;
        }
        const end = session.text.startsWith(".\r\n") ? -2 : session.text.indexOf("\r\n.\r\n");
        if (end === -1) return;
        this.#contents.push(session.text.slice(0, end + 2));
        session.text = session.text.slice(end + 5);
        session.inContent = false;
        this.#act(socket, "dot");
      } else {
        const end = session.text.indexOf("\r\n");
        if (end === -1) return;
        const command = session.text.slice(0, end);
        session.text = session.text.slice(end + 2);
        session.inContent = this.#command(socket, command);
        session.middleDone = false;
      }
    }
  }

  /** Returns whether the content comes next. */
  #command(socket: Socket, command: string): boolean {
    const verb = command.slice(0, 4).toUpperCase();
    const step = STEP_OF_VERB.get(verb);
    if (step === undefined) {
      socket.write("250 ok\r\n");
      return false;
    }
    if (step === "rcpt") this.#recipients.push(command.slice("RCPT TO:".length));
    if (step === "data" && this.#script.acts?.data === undefined && this.#refusesRecipients()) {
      socket.write("554 5.5.1 no valid recipients\r\n");
      return false;
    }
    const act = this.#act(socket, step);
    return step === "data" && (act === undefined || (typeof act === "object" && /^[23]/.test(act.reply)));
  }

  #refusesRecipients(): boolean {
    const act = this.#script.acts?.rcpt;
    return typeof act === "object" && !act.reply.startsWith("2");
  }

  #act(socket: Socket, step: SmtpStep): SmtpAct | undefined {
    const act = this.#script.acts?.[step];
    if (act === undefined) this.#answer(socket, step, { reply: DEFAULT_REPLIES[step] });
    else if (typeof act === "object") this.#answer(socket, step, act);
    else if (act === "close") socket.end();
    else if (act === "reset") socket.resetAndDestroy();
    for (const waiter of this.#waiting.filter((other) => other.step === step)) waiter.reached();
    this.#waiting = this.#waiting.filter((other) => other.step !== step);
    return act;
  }

  #answer(socket: Socket, step: SmtpStep, { reply, encoding = "utf8", isBytewise, thenCloses }: SmtpReply): void {
    if (reply === "") return;
    const isGreetingOfEhlo = step === "ehlo" && reply.startsWith("250 ") && this.#script.pipelining === true;
    const text = isGreetingOfEhlo ? `250-${reply.slice(4)}\r\n250 PIPELINING\r\n` : `${reply}\r\n`;
    const bytes = Buffer.from(text, encoding);
    if (isBytewise === true) writeBytewise(socket, bytes);
    else socket.write(bytes);
    if (thenCloses === true) socket.end();
  }
}

/** Each in a segment of its own. */
function writeBytewise(socket: Socket, bytes: Buffer): void {
  socket.setNoDelay(true);
  const write = (at: number): void => {
    if (at >= bytes.length || socket.destroyed) return;
    socket.write(bytes.subarray(at, at + 1), () => setImmediate(write, at + 1));
  };
  write(0);
}
