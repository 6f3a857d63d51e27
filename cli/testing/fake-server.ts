// For tests: a gRPC server that answers as scripted, remembers what it was asked, and describes itself by reflection.
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { AppError } from "../../domain/error.ts";
import { statusFromError } from "../../proto/convert/error.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";

const SERVICES: readonly ServiceDefinition[] = [
  AccessTokenServiceService,
  AdminServiceService,
  AlertServiceService,
  NotificationServiceService,
  OperatorServiceService,
  QuoteServiceService,
  SessionServiceService,
  StatusServiceService,
  SymbolServiceService,
  UserServiceService,
];
const PROTO_FOLDER = join(import.meta.dirname, "../../proto");
const PROTO_FILES = ["alert", "notification", "quote", "status", "symbol", "user"].map(
  (noun) => `tickerbell/v1/${noun}_service.proto`,
);

export interface SeenCall {
  /** Without service: `CreateAlert`. */
  readonly method: string;
  readonly request: unknown;
  /** What came as `authorization`, if anything did. */
  readonly authorization: string | undefined;
}

/** Answers by method name; a list is streamed, a function that throws AppError refuses. */
export type Script = Readonly<Record<string, (request: never, seen: SeenCall) => unknown>>;

export class FakeServer {
  readonly seen: SeenCall[] = [];
  readonly #script: Script;
  readonly #server = new Server();
  #port = 0;

  private constructor(script: Script) {
    this.#script = script;
    for (const service of SERVICES) this.#server.addService(service, this.#implement(service));
    const definition = loadSync(PROTO_FILES, { includeDirs: [PROTO_FOLDER], keepCase: true });
    new ReflectionService(definition).addToServer(this.#server);
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(script: Script, credentials = ServerCredentials.createInsecure()): Promise<FakeServer> {
    const fake = new FakeServer(script);
    fake.#port = await new Promise((resolve, reject) => {
      fake.#server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    return fake;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The requests of one method, in their order. */
  requests(method: string): unknown[] {
    return this.seen.filter((call) => call.method === method).map(({ request }) => request);
  }

  close(): void {
    this.#server.forceShutdown();
  }

  #implement(service: ServiceDefinition): UntypedServiceImplementation {
    const entries = Object.entries(service).map(([name, { path, responseStream }]) => {
      const method = path.slice(path.lastIndexOf("/") + 1);
      return [name, responseStream ? this.#streaming(method) : this.#unary(method)] as const;
    });
    return Object.fromEntries(entries);
  }

  #unary(method: string) {
    return (call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>): void => {
      try {
        reply(null, this.#answer(method, call));
      } catch (error) {
        reply(statusFromError(error as AppError));
      }
    };
  }

  #streaming(method: string) {
    return (call: ServerWritableStream<unknown, unknown>): void => {
      try {
        for (const item of this.#answer(method, call) as unknown[]) call.write(item);
        if (!this.#staysOpen(method)) call.end();
      } catch (error) {
        call.emit("error", statusFromError(error as AppError));
      }
    };
  }

  #answer(method: string, call: Pick<ServerUnaryCall<unknown, unknown>, "request" | "metadata">): unknown {
    const authorization = call.metadata.get("authorization")[0]?.toString();
    const seen = { method, request: call.request, authorization };
    this.seen.push(seen);
    const answer = this.#script[method];
    if (answer === undefined) throw new AppError("INTERNAL", "INTERNAL_ERROR", `${method} is not in the script`);
    return answer(call.request as never, seen);
  }

  /** A script entry `WatchQuotes.open` leaves the stream open after its items. */
  #staysOpen(method: string): boolean {
    return `${method}.open` in this.#script;
  }
}
