import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { addressText, listenError, type HttpPlace } from "../http/listen.ts";

/** What a mail may weigh; told to senders by SIZE and checked, since telling stops nobody. */
const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const MAX_CLIENTS = 100;
/** How long a sender may be silent, in milliseconds. */
const SOCKET_TIMEOUT_MS = 60_000;
/** How long senders may take to end once the mailbox closes, in milliseconds. */
const CLOSE_GRACE_MS = 500;

export interface ListeningSmtp {
  /** HOST:PORT. */
  readonly address: string;
  close(): Promise<void>;
}

/** Takes mail from anybody who can reach the place, without TLS and log-in; `keep` has the mail on disk when it resolves. */
export async function listenSmtp(place: HttpPlace, keep: (raw: Buffer) => Promise<void>): Promise<ListeningSmtp> {
  const server = new SMTPServer({
    banner: "Tickerbell mailbox",
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    closeTimeout: CLOSE_GRACE_MS,
    logger: false,
    onData: (stream, _session, callback) => {
      readMail(stream)
        .then(keep)
        .then(
          () => callback(null),
          (error: unknown) => callback(asSmtpError(error)),
        );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(listenError({ name: "mailbox", setting: "BELL_MAILBOX_SMTP_LISTEN" }, place, cause)),
    );
    server.listen(place.port, place.host, resolve);
  });
  server.on("error", () => undefined); // a sender that breaks off is the sender's matter
  const address = addressText(server.server.address() as AddressInfo);
  return { address, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** The whole mail; reads an oversized one to its end, as the protocol wants, without keeping it. */
async function readMail(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (stream.sizeExceeded) throw new SmtpError(552, `5.3.4 the mail is larger than ${MAX_MAIL_BYTES} bytes`);
  return Buffer.concat(chunks);
}

class SmtpError extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

function asSmtpError(error: unknown): SmtpError {
  if (error instanceof SmtpError) return error;
  return new SmtpError(451, "4.3.0 the mailbox could not keep the mail, try again later");
}
