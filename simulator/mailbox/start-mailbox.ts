// Where every mail goes while nothing is configured: takes SMTP on loopback, keeps each mail as a file, shows what came.
import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { listenHttp } from "../http/listen.ts";
import { isLocalHost } from "../../runtime/config/loopback-host.ts";
import { MailFolder } from "./mail-folder.ts";
import { MailWaiters } from "./mail-waiters.ts";
import type { Mail } from "./mail.ts";
import { PageDoor } from "./page-door.ts";
import { listenSmtp } from "./smtp-door.ts";

export interface MailboxConfig {
  /** Loopback only: a name or address of this machine, or one of `localHosts`. */
  readonly host: string;
  /** Names that are as good as this machine (BELL_LOCAL_HOSTS); none unless told. */
  readonly localHosts?: readonly string[];
  /** 0 takes a free port. */
  readonly smtpPort: number;
  /** 0 takes a free port. */
  readonly pagePort: number;
  /** Where the mails are kept; made when it is missing. */
  readonly folder: string;
}

export interface MailboxDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every mail once it is on disk; `renderMailSummary` makes lines for a terminal of it. */
  readonly onMail?: ((mail: Mail) => void) | undefined;
}

/** A mailbox that runs. */
export interface Mailbox {
  /** HOST:PORT. */
  readonly smtpAddress: string;
  /** With a slash at its end. */
  readonly pageUrl: string;
  /** The newest 1,000 mails in the order in which they came, those of earlier runs too. */
  messages(): readonly Mail[];
  /** The n-th mail (from 1), or the first that the predicate accepts, as soon as it is there; rejects when aborted or closed. */
  waitForMail(wanted: number | ((mail: Mail) => boolean), signal?: AbortSignal): Promise<Mail>;
  close(): Promise<void>;
}

/** Starts it; throws INVALID_ARGUMENT for a host that is not loopback, FAILED_PRECONDITION when a port is taken. */
export async function startMailbox(config: MailboxConfig, deps: MailboxDeps): Promise<Mailbox> {
  const { localHosts = [] } = config;
  if (!isLocalHost(config.host, localHosts)) {
    throw AppError.invalidField(
      "host",
      "CONFIG_INVALID",
      `${config.host} is not loopback, nor in BELL_LOCAL_HOSTS: the mailbox asks nobody who they are`,
    );
  }
  const folder = await MailFolder.open(config.folder);
  const waiters = new MailWaiters();
  const keep = async (raw: Buffer): Promise<void> => {
    const mail = await folder.insert(raw, deps.clock.now());
    deps.log.info({ mail: mail.id, bytes: mail.sizeBytes }, "mail came");
    deps.onMail?.(mail);
    waiters.tell(folder.mails);
  };
  const door = new PageDoor(folder, localHosts);
  const smtp = await listenSmtp({ host: config.host, port: config.smtpPort }, keep);
  try {
    const place = { host: config.host, port: config.pagePort };
    const page = await listenHttp(
      (request, response) => void door.handle(request, response),
      place,
      { name: "mailbox", setting: "BELL_MAILBOX_PAGE_LISTEN" },
      deps.clock,
    );
    deps.log.info({ smtp: smtp.address, page: page.url }, "mailbox ready");
    return {
      smtpAddress: smtp.address,
      pageUrl: `${page.url}/`,
      messages: () => folder.mails,
      waitForMail: (wanted, signal) => waiters.wait(wanted, folder.mails, signal),
      close: async () => {
        await Promise.all([smtp.close(), page.close()]);
        waiters.close();
      },
    };
  } catch (error) {
    await smtp.close();
    throw error;
  }
}
