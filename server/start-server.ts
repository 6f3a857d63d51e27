import { Server } from "@grpc/grpc-js";
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { HealthImplementation } from "grpc-health-check";
import { AppError } from "../domain/error.ts";
import packageFile from "../package.json" with { type: "json" };
import { AlertServiceService } from "../proto/gen/tickerbell/v1/alert_service.ts";
import type { FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { NotificationServiceService } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../proto/gen/tickerbell/v1/status_service.ts";
import { UserServiceService } from "../proto/gen/tickerbell/v1/user_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { addressText } from "../runtime/config/address-text.ts";
import { serverOptions } from "../runtime/grpc/server-options.ts";
import { stopServer } from "../runtime/grpc/stop-server.ts";
import type { Handle } from "../runtime/life/handle.ts";
import type { Log } from "../runtime/log/log.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { identityUri } from "../runtime/tls/identity.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { Accounts } from "./accounts.ts";
import type { ServerConfig } from "./config.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DataEventClock, WallEventClock } from "./event-clock.ts";
import { accessInterceptor } from "./grpc/access-interceptor.ts";
import { alertService } from "./grpc/alert-service.ts";
import { fetcherStreams } from "./grpc/fetcher-streams.ts";
import { notificationService } from "./grpc/notification-service.ts";
import { quoteService } from "./grpc/quote-service.ts";
import { addReflection } from "./grpc/reflection.ts";
import { statusService, type ServerFacts } from "./grpc/status-service.ts";
import { userService } from "./grpc/user-service.ts";
import { Ingest } from "./ingest.ts";
import { Passwords } from "./passwords.ts";
import { QuoteFeed } from "./quote-feed.ts";
import { Sessions } from "./sessions.ts";
import { StatusConnections } from "./status-connections.ts";
import { MailServerState } from "./status-mail-server.ts";
import { openSqliteStore, readBootId } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { loadTokenKey } from "./token-key.ts";
import { TriggerFeed } from "./trigger-feed.ts";

/** What the health service answers for: the server, and whether the mail server takes what notifiers bring it. */
const WHOLE_SERVER = "";
const MAIL = "tickerbell.v1.NotificationService";

export interface ServerDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts the server: the store is opened, every service put together, and the port bound, in this order.
 * Throws AppError when certificates, database or port are not to be had.
 */
export async function startServer(config: ServerConfig, { clock, log }: ServerDeps): Promise<Handle> {
  const files = loadCredentialFiles(credentialPaths(config.certsFolder, "server"), {
    expectedRole: "server",
    now: clock.now(),
  });
  const { databaseFile: file, policy } = config;
  const ids = { newId: randomUUID, random: Math.random };
  const store = openSqliteStore({ file, policy, clock, ...ids, bootId: readBootId(), log });
  try {
    const facts: ServerFacts = {
      version: packageFile.version,
      startTimeMs: clock.now(),
      certificate: { uri: identityUri(files.peer), expireTimeMs: files.notAfter },
    };
    const parts = await assemble(config, store, facts, { clock, log });
    const server = new Server({ ...serverOptions, interceptors: [parts.access] });
    for (const addTo of parts.services) addTo(server);
    const port = await bind(server, config, serverCredentials(files));
    parts.dispatcher.start();
    parts.ingest.start();
    const address = addressText({ ...config.listen, port });
    log.info({ address, database: file, clock: config.eventClock, policy }, "server ready");
    let closing: Promise<void> | null = null;
    const close = async () => {
      parts.health.setStatus(WHOLE_SERVER, "NOT_SERVING");
      await parts.dispatcher.close(); // first: what is handed out while streams are ended is in nobody's hands
      await stopServer(server, address);
      await parts.ingest.close();
      await store.close();
      log.info({}, "server stopped");
    };
    return { addresses: { grpc: address }, close: () => (closing ??= close()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Every part of the server on top of its store. */
async function assemble(config: ServerConfig, store: Store, facts: ServerFacts, { clock, log }: ServerDeps) {
  const eventClock =
    config.eventClock === "wall" ? new WallEventClock(clock) : new DataEventClock(await store.quotes.newestAsOf());
  const { policy } = config;
  const { notifications, users } = store;
  const dispatcher = new Dispatcher(notifications, policy, clock, log);
  const sessions = new Sessions(users, loadTokenKey(config.dataFolder), clock, randomUUID);
  const accounts = new Accounts(users, new Passwords(), sessions, dispatcher, clock);
  const feed = new QuoteFeed();
  const connections = new StatusConnections<FetcherReport>();
  const triggers = new TriggerFeed();
  const ingest = new Ingest({
    quotes: store.quotes,
    eventClock,
    feed,
    triggers,
    dispatcher,
    clock,
    log,
    yieldToOthers: setImmediate,
  });
  const quotes = quoteService({ quotes: store.quotes, ingest, feed, log, ...fetcherStreams(connections, clock) });
  const alerts = alertService({ alerts: store.alerts, users, triggers, clock, eventClock, newId: randomUUID, log });
  const health = new HealthImplementation({ [WHOLE_SERVER]: "SERVING", [MAIL]: "SERVING" });
  const mailServer = new MailServerState((isTaking) => health.setStatus(MAIL, isTaking ? "SERVING" : "NOT_SERVING"));
  const delivering = { notifications, dispatcher, policy, mailServer, connections, clock, log };
  const notices = notificationService(notifications, log, delivering);
  const status = statusService({ facts, store, ingest, connections, mailServer, clock, log });
  return {
    dispatcher,
    ingest,
    health,
    access: accessInterceptor((token) => sessions.authenticate(token), log),
    services: [
      (server: Server) => server.addService(QuoteServiceService, quotes),
      (server: Server) => server.addService(AlertServiceService, alerts),
      (server: Server) => server.addService(NotificationServiceService, notices),
      (server: Server) => server.addService(UserServiceService, userService(accounts, sessions, users, log)),
      (server: Server) => server.addService(StatusServiceService, status),
      (server: Server) => health.addToServer(server),
      addReflection,
    ],
  };
}

function bind(
  server: Server,
  { listen }: ServerConfig,
  credentials: Parameters<Server["bindAsync"]>[1],
): Promise<number> {
  const address = addressText(listen);
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(cannotListen(address, error));
    });
  });
}

function cannotListen(address: string, cause: Error): AppError {
  return new AppError("FAILED_PRECONDITION", "CONFIG_INVALID", `cannot listen on ${address}: ${cause.message}`, {
    hint: "Another program may have the port: stop it, or choose another with BELL_LISTEN.",
    cause,
  });
}
