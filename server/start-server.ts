import { logVerbosity, Server, setLogVerbosity, type ServerCredentials } from "@grpc/grpc-js";
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { HealthImplementation } from "grpc-health-check";
import { AppError } from "../domain/error.ts";
import packageFile from "../package.json" with { type: "json" };
import { AlertServiceService } from "../proto/gen/tickerbell/v1/alert_service.ts";
import type { FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { NotificationServiceService } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { StatusServiceService } from "../proto/gen/tickerbell/v1/status_service.ts";
import { readBootId } from "../runtime/clock/boot-clock.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { addressText } from "../runtime/config/address-text.ts";
import { limits as usualLimits, type Limits } from "../runtime/grpc/limits.ts";
import { Listener } from "../runtime/grpc/listener.ts";
import { serverOptions } from "../runtime/grpc/server-options.ts";
import { stopServer } from "../runtime/grpc/stop-server.ts";
import type { Handle } from "../runtime/life/handle.ts";
import type { Log } from "../runtime/log/log.ts";
import { identityUri } from "../runtime/tls/identity.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { LiveCredentials } from "../runtime/tls/live-credentials.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { USUAL_THROTTLES, type ThrottleRules } from "./account-throttle.ts";
import type { ServerConfig } from "./config.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DataEventClock, WallEventClock } from "./event-clock.ts";
import { Audit } from "./audit.ts";
import { accessInterceptor } from "./grpc/access-interceptor.ts";
import { alertService } from "./grpc/alert-service.ts";
import { CallLimits } from "./grpc/call-limits.ts";
import { certificateReview } from "./grpc/certificate-review.ts";
import { ConnectionGuard } from "./grpc/connection-guard.ts";
import { Identity } from "./grpc/identity.ts";
import { notificationService } from "./grpc/notification-service.ts";
import { peopleServices } from "./grpc/people-services.ts";
import { priceServices } from "./grpc/price-services.ts";
import { addReflection } from "./grpc/reflection.ts";
import { RefusalLog } from "./grpc/refusal-log.ts";
import { systemSight } from "./grpc/system-sight.ts";
import { statusService, type ServerFacts } from "./grpc/status-service.ts";
import { Ingest } from "./ingest.ts";
import { OperatorWatch } from "./operator-watch.ts";
import { QuoteFeed } from "./quote-feed.ts";
import { Retention } from "./retention.ts";
import { QuoteImports } from "./quote-imports.ts";
import { StatusConnections } from "./status-connections.ts";
import { MailServerState } from "./mail-server-state.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { TrackedSymbols } from "./tracked-symbols.ts";
import { TriggerFeed } from "./trigger-feed.ts";

/** What the health service answers for: the server, and whether the mail server takes what notifiers bring it. */
const WHOLE_SERVER = "";
const MAIL = "tickerbell.v1.NotificationService";

/** The database is read through so long after the start, which has the first claim to the disk. */
const CHECK_AFTER_MS = 5_000;

export interface ServerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The usual ones unless told. */
  readonly limits?: Limits;
  /** How often people may try what; the usual rules unless told. */
  readonly throttles?: ThrottleRules;
}

/**
 * Starts the server: the store is opened, every service put together, and the port bound, in this order.
 * Throws AppError when certificates, database or port are not to be had.
 */
export async function startServer(config: ServerConfig, deps: ServerDeps): Promise<Handle> {
  const { clock, log, limits = usualLimits, throttles = USUAL_THROTTLES } = deps;
  const certificates = LiveCredentials.open(credentialPaths(config.certsFolder, "server"), "server", { clock, log });
  const { databaseFile: file, policy } = config;
  const ids = { newId: randomUUID, random: Math.random };
  const store = openSqliteStore({ file, policy, clock, ...ids, bootId: readBootId(), log });
  try {
    const facts: ServerFacts = {
      version: packageFile.version,
      startTimeMs: clock.now(),
      get certificate() {
        const { peer, notAfter } = certificates.current;
        return { uri: identityUri(peer), expireTimeMs: notAfter };
      },
      get revocations() {
        return certificates.revocations;
      },
    };
    const parts = await assemble(config, store, facts, { clock, log, limits, throttles, certificates });
    setLogVerbosity(logVerbosity.NONE); // a header that gRPC cannot read it would write to stderr, with the token in it
    const server = new Server({ ...serverOptions(limits), interceptors: [parts.access] });
    for (const addTo of parts.services) addTo(server);
    const credentials = serverCredentials(certificates.current);
    const listener = await listen(server, config, credentials, { limits, log });
    certificates.onReplaced((files) => {
      credentials.replace(files);
      void parts.audit.noteOwn("certificate_reload", files.serial, identityUri(files.peer));
    });
    certificates.onRevoked((added) => {
      parts.identity.openCalls.reviewSoon();
      for (const { serial, reason } of added) void parts.audit.noteOwn("certificate_revoke", serial, reason);
    });
    certificates.watch();
    parts.dispatcher.start();
    parts.ingest.start();
    parts.retention.start();
    parts.imports.start();
    parts.identity.start();
    parts.operators.start();
    const address = addressText({ ...config.listen, port: listener.port });
    log.info({ address, database: file, clock: config.eventClock, policy }, "server ready");
    const check = setTimeout(() => void store.checkWhole(), CHECK_AFTER_MS).unref();
    let closing: Promise<void> | null = null;
    const close = async () => {
      clearTimeout(check);
      certificates.close();
      parts.health.setStatus(WHOLE_SERVER, "NOT_SERVING");
      await parts.dispatcher.close(); // first: what is handed out while streams are ended is in nobody's hands
      await stopServer(server, listener, () => parts.guard.stop(), limits);
      await parts.ingest.close();
      await parts.retention.close();
      await parts.imports.close();
      await parts.symbols.close();
      await parts.operators.close();
      await parts.identity.close();
      await parts.audit.close();
      await parts.refusals.close();
      await store.close();
      log.info({}, "server stopped");
    };
    return { addresses: { grpc: address }, close: () => (closing ??= close()), failed: store.failed };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface AssembleDeps extends Required<ServerDeps> {
  readonly certificates: LiveCredentials;
}

/** Every part of the server on top of its store. */
async function assemble(config: ServerConfig, store: Store, facts: ServerFacts, deps: AssembleDeps) {
  const { clock, log, limits, throttles, certificates } = deps;
  const eventClock =
    config.eventClock === "wall" ? new WallEventClock(clock) : new DataEventClock(await store.quotes.newestAsOf());
  const { policy, dataFolder } = config;
  const { alerts: alertStore, history, notifications, holds, quotes } = store;
  const dispatcher = new Dispatcher(notifications, policy, clock, log);
  const reviews = [certificateReview(certificates)];
  const identity = new Identity({ store, dataFolder, reviews, clock, newId: randomUUID, log });
  const feed = new QuoteFeed();
  const connections = new StatusConnections<FetcherReport>(clock);
  const triggers = new TriggerFeed();
  const yieldToOthers = setImmediate;
  const ingest = new Ingest({ quotes, eventClock, feed, triggers, dispatcher, clock, log, yieldToOthers });
  const symbols = new TrackedSymbols({ store: store.symbols, first: config.symbols, clock, log });
  await symbols.start();
  const watching = { triggers, clock, eventClock, newId: randomUUID, log };
  const { health, mailServer } = healthOf(store, clock);
  const alerts = alertService({ alerts: alertStore, history, holds, notifications, mailServer, ...watching });
  const imports = new QuoteImports({ imports: store.imports, clock, log, yieldToOthers });
  const pricing = { store, ingest, feed, imports, symbols, connections, eventClock, clock, newId: randomUUID, log };
  const retention = new Retention({ store: store.retention, audit: store.audit, keep: config.keep, clock, log });
  const delivering = { notifications, dispatcher, policy, mailServer, connections, clock, log };
  const notices = notificationService(notifications, log, delivering);
  const audit = new Audit({ store: store.audit, clock, log });
  const refusals = new RefusalLog(clock, log);
  const callLimits = new CallLimits(clock, limits);
  const guard = new ConnectionGuard(clock, limits, Math.random, log);
  const status = statusService({ facts, store, ingest, connections, mailServer, clock, log });
  const operators = new OperatorWatch({
    notifications,
    look: () => systemSight({ facts, store, connections, mailServer }),
    onTold: () => dispatcher.wake(),
    clock,
    log,
  });
  return {
    dispatcher,
    ingest,
    imports,
    retention,
    symbols,
    health,
    guard,
    identity,
    audit,
    refusals,
    operators,
    access: accessInterceptor({ identity, limits, callLimits, guard, certificates, audit, refusals, log }),
    services: [
      priceServices(pricing),
      (server: Server) => server.addService(AlertServiceService, alerts),
      (server: Server) => server.addService(NotificationServiceService, notices),
      peopleServices({ store, identity, dispatcher, throttles, clock, log }),
      (server: Server) => server.addService(StatusServiceService, status),
      (server: Server) => health.addToServer(server),
      addReflection,
    ],
  };
}

/** The server is well while its database is; mail is, while the mail server takes what notifiers bring it. */
function healthOf(
  store: Store,
  clock: Clock,
): { readonly health: HealthImplementation; readonly mailServer: MailServerState } {
  const health = new HealthImplementation({ [WHOLE_SERVER]: "SERVING", [MAIL]: "SERVING" });
  store.onStateChange((state) => {
    if (state === "damaged") health.setStatus(WHOLE_SERVER, "NOT_SERVING");
  });
  const mailServer = new MailServerState(clock, (isTaking) =>
    health.setStatus(MAIL, isTaking ? "SERVING" : "NOT_SERVING"),
  );
  return { health, mailServer };
}

async function listen(
  server: Server,
  { listen }: ServerConfig,
  credentials: ServerCredentials,
  { limits, log }: Pick<Required<ServerDeps>, "limits" | "log">,
): Promise<Listener> {
  try {
    return await Listener.open(server, credentials, listen, limits, log);
  } catch (error) {
    throw cannotListen(addressText(listen), error as Error);
  }
}

function cannotListen(address: string, cause: NodeJS.ErrnoException): AppError {
  const why = cause.code === "EADDRINUSE" ? "another process has the port" : cause.message;
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `cannot listen on ${address}: ${why}`, {
    hint:
      "If another ./bell up or ./bell server runs here, use that one or stop it. Or choose another place with " +
      "BELL_LISTEN=host:port, and tell it to whoever connects with BELL_SERVER.",
    cause,
  });
}
