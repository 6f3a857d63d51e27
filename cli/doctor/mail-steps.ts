// One look at the mail server, step by step: how far it came is told of each, and what stopped it in the doctor's words.
import type { MailServerLook } from "../../notifier/main.ts";
import { addressText } from "../../runtime/config/address-text.ts";
import { ok, warn, type Finding } from "./finding.ts";
import { judgeMailServer } from "./mail.ts";
import type { MailLook } from "./look-at-mail.ts";

const STEPS = ["connection", "encryption", "log-in", "sender"] as const;
type Step = (typeof STEPS)[number];

/** At which step each fault stops a look; `other` is said by a mail server that answers. */
const STOPS_AT: Readonly<Record<NonNullable<MailServerLook["fault"]>["kind"], Step>> = {
  address: "connection",
  refused: "connection",
  silent: "connection",
  other: "connection",
  tls: "encryption",
  "log-in": "log-in",
};

/** What was found at each step, up to the one that failed. Whatever keeps a mail from being sent fails, for here it is what was asked. */
export function mailSteps({ look, isMailbox }: MailLook): Finding[] {
  if (look === undefined) return [failed("connection", undefined, isMailbox)];
  const stop = look.fault === null ? null : STOPS_AT[look.fault.kind];
  const done = STEPS.slice(0, stop === null ? STEPS.length : STEPS.indexOf(stop)).map((step) => passed(step, look));
  return stop === null ? done : [...done, failed(stop, look, isMailbox)];
}

function failed(name: Step, look: MailServerLook | undefined, isMailbox: boolean): Finding {
  return { ...judgeMailServer(look, isMailbox), name, state: "fail" };
}

function passed(step: Step, look: MailServerLook): Finding {
  const { isEncrypted, tlsVersion, hasLogIn, warning, from } = look;
  switch (step) {
    case "connection":
      return ok(step, `${addressText(look)} answers`);
    case "encryption":
      if (tlsVersion === null && !isEncrypted) return ok(step, "none, and none is needed: it is on this machine");
      return ok(step, `${tlsVersion ?? "TLS"}${isEncrypted ? ", with a certificate that is believed" : ""}`);
    case "log-in":
      return ok(step, hasLogIn ? "taken" : "none is set: BELL_SMTP_USER and BELL_SMTP_PASSWORD_FILE are for one");
    case "sender":
      return warning === null
        ? ok(step, `${from}; whether the mail server takes it is said when a mail is sent: ./bell notifications test`)
        : warn(step, warning, "set BELL_MAIL_FROM to an address of yours");
  }
}
