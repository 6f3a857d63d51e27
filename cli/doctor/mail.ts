import { addressText } from "../../runtime/config/address-text.ts";
import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { MailServerLook } from "../../notifier/main.ts";
import { renderAge } from "../render/age.ts";
import { sinceMs } from "../actions/status-view.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

const NAME = "mail";
const LOOK_NAME = "mail server";
const RELAY_PORT = 25;

/** What mends an encryption that cannot be believed, by the words of TLS; the last fits all. */
const TLS_MENDS: readonly (readonly [words: RegExp, mend: string])[] = [
  [/expired/, "its certificate must be renewed: whoever runs the mail server does that"],
  [/altnames/, "BELL_SMTP must be a name that its certificate is for"],
  [
    /self[- ]signed|unable to (?:verify|get)/,
    "if an authority of your own signed its certificate, name that one: NODE_EXTRA_CA_CERTS=/path/to/ca.crt",
  ],
  [
    /./s,
    "it must offer STARTTLS, or TLS at once on port 465, with a certificate for the name in BELL_SMTP; name a missing authority with NODE_EXTRA_CA_CERTS",
  ],
];
/** What Node advises besides is not for who runs `bell`. */
const NODE_ADVICE = /; if the root CA is installed locally.*/s;

/** What the notifiers have heard of their mail server. */
export function judgeMail({ mail, serverTime }: SystemStatus): Finding[] {
  if (mail === undefined) return [];
  const { isTaking, detail, dueCount, heldCount, lastSentTime } = mail;
  if (!isTaking) {
    const message = `the mail server takes no mail${detail === "" ? "" : `: ${detail}`}`;
    return [fail(NAME, message, "check BELL_SMTP: ./bell doctor --mail; what waits is tried again by itself")];
  }
  const last =
    lastSentTime === undefined ? "none sent yet" : `last sent ${renderAge(sinceMs(lastSentTime, serverTime))} ago`;
  return [ok(NAME, `${last}, ${dueCount} due, ${heldCount} held`)];
}

/**
 * What one look at the mail server of these settings found; undefined: it took too long. `isMailbox`: it is the mailbox of `bell up`, whose
 * absence is no wonder while nothing runs.
 */
export function judgeMailServer(look: MailServerLook | undefined, isMailbox: boolean): Finding {
  if (look === undefined) return fail(LOOK_NAME, "it takes too long to answer", "is BELL_SMTP right?");
  const { fault, isEncrypted, hasLogIn, warning } = look;
  const where = addressText(look);
  if (fault !== null) return faultFinding(where, look, isMailbox);
  if (warning !== null) return warn(LOOK_NAME, warning, "set BELL_MAIL_FROM to an address of yours");
  const parts = [`${where} would take mail`, isEncrypted ? "encrypted" : "in the clear, on this machine"];
  return ok(LOOK_NAME, [...parts, ...(hasLogIn ? ["the log-in is taken"] : [])].join(", "));
}

function faultFinding(where: string, { fault, port }: MailServerLook, isMailbox: boolean): Finding {
  const said = fault?.text ?? "";
  switch (fault?.kind) {
    case "address":
      return fail(LOOK_NAME, `the host name of ${where} is unknown`, "is BELL_SMTP right?");
    case "refused":
      return isMailbox
        ? warn(LOOK_NAME, `nobody listens at ${where}: the mailbox does not run`, "./bell up (or ./bell mailbox)")
        : fail(LOOK_NAME, `nobody listens at ${where}`, "is BELL_SMTP right, and does the mail server run?");
    case "silent":
      return fail(LOOK_NAME, `${where} does not answer`, `is BELL_SMTP right, ${firewallText(port)}`);
    case "tls":
      return fail(
        LOOK_NAME,
        `${where} offers no encryption that can be believed: ${said.replace(NODE_ADVICE, "")}`,
        TLS_MENDS.find(([words]) => words.test(said))?.[1] ?? "",
      );
    case "log-in":
      return fail(
        LOOK_NAME,
        `${where} does not take the log-in: ${said}`,
        said.includes("offers no log-in")
          ? "leave BELL_SMTP_USER and BELL_SMTP_PASSWORD_FILE out, or is it another port that takes log-ins (587, 465)?"
          : "check BELL_SMTP_USER and what stands in BELL_SMTP_PASSWORD_FILE",
      );
    default:
      return fail(
        LOOK_NAME,
        `${where} cannot be used: ${said}`,
        "is BELL_SMTP a mail server, and does it serve this machine?",
      );
  }
}

/** Many networks let nobody out to the port at which mail servers talk to each other. */
function firewallText(port: number): string {
  const question = "and does a firewall stand in between?";
  return port === RELAY_PORT ? `${question} Many networks close port ${port}: try 587 or 465` : question;
}
