import type { FieldProblem } from "../domain/error.ts";
import { addressText } from "../runtime/config/address-text.ts";
import { checkReplay } from "../runtime/config/check-replay.ts";
import { collectProblems } from "../runtime/config/collect-problems.ts";
import { deriveSetting } from "../runtime/config/derive-setting.ts";
import { configError, readSettings, type Environment } from "../runtime/config/read-settings.ts";
import type { LogLevel } from "../runtime/log/log.ts";
import type { CredentialPaths } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import type { MailSender } from "./compose-mail.ts";
import { readSmtpPassword } from "./smtp-password.ts";
import { securityFor, SMTP_TIMEOUTS, type SmtpSettings } from "./smtp-settings.ts";

/** All that a notifier is told from outside. Holds the password: never log it. */
export interface NotifierConfig {
  readonly logLevel: LogLevel;
  /** host:port. */
  readonly server: string;
  readonly credentials: CredentialPaths;
  readonly smtp: SmtpSettings;
  readonly from: MailSender;
  /** How many mails are sent at the same time. */
  readonly places: number;
}

const LOGIN_NAMES = ["BELL_SMTP_USER", "BELL_SMTP_PASSWORD_FILE"] as const;
const REPLAY_NAMES = ["BELL_CLOCK", "BELL_SMTP", "BELL_LOCAL_HOSTS"] as const;
const NAMES = [
  "BELL_LOG_LEVEL",
  "BELL_SERVER",
  "BELL_CERTS_DIR",
  ...REPLAY_NAMES,
  "BELL_MAIL_FROM",
  "BELL_NOTIFIER_PLACES",
  ...LOGIN_NAMES,
] as const;

/** Reads the settings and the password's file. Throws AppError CONFIG_INVALID that names every mistake at once. */
export function readNotifierConfig(environment: Environment): NotifierConfig {
  const problems: FieldProblem[] = [];
  const login = collectProblems(problems, () => readLogin(environment));
  const values = collectProblems(problems, () => readSettings(environment, NAMES));
  deriveSetting(problems, environment, REPLAY_NAMES, (replay) => {
    checkReplay(replay.BELL_CLOCK, replay.BELL_SMTP, replay.BELL_LOCAL_HOSTS ?? []);
  });
  if (login === undefined || values === undefined || problems.length > 0) throw configError(problems);
  const localHosts = values.BELL_LOCAL_HOSTS ?? [];
  const { host, port } = values.BELL_SMTP;
  return Object.freeze({
    logLevel: values.BELL_LOG_LEVEL,
    server: addressText(values.BELL_SERVER),
    credentials: credentialPaths(values.BELL_CERTS_DIR, "notifier"),
    smtp: Object.freeze({ host, port, security: securityFor(host, port, localHosts), login, timeouts: SMTP_TIMEOUTS }),
    from: values.BELL_MAIL_FROM,
    places: values.BELL_NOTIFIER_PLACES,
  });
}

function readLogin(environment: Environment): SmtpSettings["login"] {
  const alone = Object.fromEntries(LOGIN_NAMES.map((name) => [name, environment[name]]));
  const { BELL_SMTP_USER: user, BELL_SMTP_PASSWORD_FILE: file } = readSettings(alone, LOGIN_NAMES);
  if (user !== null && file !== null) return { user, password: readSmtpPassword(file) };
  if (user === null && file === null) return null;
  const field = user === null ? "BELL_SMTP_USER" : "BELL_SMTP_PASSWORD_FILE";
  const message = "must be set: a log-in needs BELL_SMTP_USER and BELL_SMTP_PASSWORD_FILE";
  throw configError([{ field, reason: "CONFIG_INVALID", message }]);
}
