import { NotificationServiceClient } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import type { Handle, StartProcess } from "../runtime/life/handle.ts";
import { createLog } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { diagnoseTlsFailure } from "../runtime/tls/diagnose.ts";
import { LiveCredentials } from "../runtime/tls/live-credentials.ts";
import { readNotifierConfig, type NotifierConfig } from "./config.ts";
import { Notifier, type NotifierOptions } from "./deliver.ts";
import { senderWarning } from "./sender-warning.ts";

/** What a notifier gets from the process it runs in. */
export type NotifierDeps = Pick<NotifierOptions, "client" | "clock" | "random" | "log" | "diagnose">;

/** The notifier as its own process. Throws AppError CONFIG_INVALID or TLS_SETUP; a server that is away is waited for. */
export const startProcess: StartProcess = async (environment) => {
  const config = readNotifierConfig(environment);
  const log = createLog("notifier", config.logLevel);
  const expectation = () => ({ expectedRole: "notifier" as const, now: systemClock.now() });
  const certificates = LiveCredentials.open(config.credentials, "notifier", { clock: systemClock, log });
  const client = new NotificationServiceClient(config.server, channelCredentials(certificates), channelOptions);
  certificates.watch();
  const target = { target: config.server, ...config.credentials };
  const handle = startNotifier(config, {
    client,
    clock: systemClock,
    random: Math.random,
    log,
    diagnose: (failure) => diagnoseTlsFailure({ ...target, ...expectation() }, failure.cause),
  });
  const close = () =>
    handle.close().finally(() => {
      certificates.close();
      client.close();
    });
  return Promise.resolve({ ...handle, close });
};

/** Begins to take deliveries. `close` finishes and reports what is under way, for at most 7 s. */
export function startNotifier(config: Pick<NotifierConfig, "smtp" | "from" | "places">, deps: NotifierDeps): Handle {
  const { smtp, from, places } = config;
  const warning = senderWarning(smtp, from);
  if (warning !== null) deps.log.warn({ from: from.address, smtp_host: smtp.host }, warning);
  const notifier = new Notifier({ smtp, from, places, ...deps });
  deps.log.info({ smtp_host: smtp.host, smtp_port: smtp.port, security: smtp.security, places }, "notifying");
  return { addresses: {}, close: () => notifier.close() };
}

export { composeMail, type ComposedMail } from "./compose-mail.ts";
export { lookAtMailServer, type MailServerLook } from "./look-at-mail-server.ts";
