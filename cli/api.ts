// Every call of `bell` goes through here: the connection with a time limit of its own, the deadline, the user's token,
// Ctrl-C, and the turning of a failure into the error that the person is told.
import { connectivityState, Metadata, status, type Client, type ServiceError } from "@grpc/grpc-js";
import { AppError } from "../domain/error.ts";
import { SECOND_MS } from "../domain/time.ts";
import { errorFromStatus } from "../proto/convert/error.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { OpenedClient } from "./client.ts";
import { readStream } from "./read-stream.ts";
import { sendStream, type Method } from "./send-stream.ts";
import type { Login } from "./session/script-token.ts";

/** How long the server may take to answer a call. */
const CALL_LIMIT_MS = 10 * SECOND_MS;
/** How long it may take to be reached at all; with the start of this program a person waits less than five seconds. */
const CONNECT_LIMIT_MS = 4 * SECOND_MS;
/** Calls that were told to come later do so at different times within this. */
const TURN_SPREAD_MS = 100;

/** Whose call it is: `user` needs a log-in, `anybody` goes without, `known` takes a log-in along if there is one. */
export type Caller = "user" | "anybody" | "known";

export interface ApiOptions {
  /** host:port, for messages. */
  readonly server: string;
  readonly opened: OpenedClient;
  readonly clock: Clock;
  /** Aborts when the person presses Ctrl-C. */
  readonly interruption: AbortSignal;
  readonly callLimitMs?: number;
  readonly connectLimitMs?: number;
}

/** The server, as a client sees it. Whatever fails is thrown as AppError. */
export class Api {
  readonly #options: ApiOptions;
  readonly #client: Client;
  readonly #closing = new AbortController();
  #session: Login | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#client = options.opened.client;
  }

  /** Whose token goes with calls from now on; apart from the constructor because a session renews itself by calls. */
  set session(session: Login) {
    this.#session = session;
  }

  /** One question, one answer. A token that the server does not take is renewed once; one that comes too fast waits its turn. */
  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    caller: Caller = "user",
  ): Promise<Response> {
    const token = await this.#token(caller);
    try {
      return await this.#sendInTurn(method, request, token);
    } catch (error) {
      if (token === null || !isTokenRefused(error)) throw error;
      return await this.#sendInTurn(method, request, (await this.#session?.renew(token)) ?? null);
    }
  }

  /**
   * One question, answers until the server ends or the person presses Ctrl-C, which throws CANCELLED. A token that the server does not take
   * is renewed once.
   */
  async *serverStream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    caller: Caller = "user",
  ): AsyncGenerator<Response> {
    const token = await this.#token(caller);
    const call = { isIn: false };
    try {
      yield* this.#read(method, request, token, () => (call.isIn = true));
    } catch (error) {
      if (token === null || call.isIn || !isTokenRefused(error)) throw error;
      yield* this.#read(method, request, (await this.#session?.renew(token)) ?? null, () => undefined);
    }
  }

  /** Sends messages as fast as the server takes them, and waits for its one answer. Throws what `requests` throws, and ends the call then. */
  async clientStream<Request, Response>(
    method: Method<Request, Response>,
    requests: AsyncIterable<Request>,
    caller: Caller = "user",
  ): Promise<Response> {
    const token = await this.#token(caller);
    await this.#connect();
    const { interruption } = this.#options;
    const told = (failure: unknown) => this.#told(failure);
    return sendStream(this.#client, method, requests, { metadata: metadataFor(token), interruption, told });
  }

  /** Sends several questions on one stream and gathers as many answers; for reflection. */
  async exchange<Request, Response>(
    method: Method<Request, Response>,
    requests: readonly Request[],
  ): Promise<Response[]> {
    await this.#connect();
    const { requestSerialize, responseDeserialize } = method;
    const options = { deadline: this.#deadline(CALL_LIMIT_MS) };
    const call = this.#client.makeBidiStreamRequest(
      method.path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
      options,
    );
    const responses: Response[] = [];
    for (const request of requests) call.write(request);
    call.end();
    try {
      for await (const response of call as AsyncIterable<Response>) responses.push(response);
    } catch (error) {
      throw await this.#told(error);
    }
    return responses;
  }

  /** Ends the connection, and the streams that are still read. */
  close(): void {
    this.#closing.abort();
    this.#client.close();
  }

  async *#read<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    token: string | null,
    onIn: () => void,
  ): AsyncGenerator<Response> {
    await this.#connect();
    const end = AbortSignal.any([this.#options.interruption, this.#closing.signal]);
    const told = (failure: unknown) => this.#told(failure);
    yield* readStream(this.#client, method, request, { metadata: metadataFor(token), end, onIn, told });
  }

  async #token(caller: Caller): Promise<string | null> {
    if (caller === "anybody" || this.#session === undefined) return null;
    return caller === "known" ? this.#session.tokenIfAny() : this.#session.token();
  }

  /** Sends again what was refused for coming too fast, which was not carried out, for as long as a call may take. */
  async #sendInTurn<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    token: string | null,
  ): Promise<Response> {
    const { clock, interruption, callLimitMs = CALL_LIMIT_MS } = this.#options;
    const end = clock.monotonic() + callLimitMs;
    for (;;) {
      try {
        return await this.#send(method, request, token);
      } catch (error) {
        const waitMs = turnAfterMs(error);
        if (waitMs === null || clock.monotonic() + waitMs > end) throw error;
        await clock.sleep(waitMs, interruption).catch(() => Promise.reject(interrupted()));
      }
    }
  }

  async #send<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    token: string | null,
  ): Promise<Response> {
    await this.#connect();
    const { path, requestSerialize, responseDeserialize } = method;
    const { callLimitMs = CALL_LIMIT_MS, interruption } = this.#options;
    const options = { deadline: this.#deadline(callLimitMs) };
    return new Promise<Response>((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadataFor(token),
        options,
        (failure, response) => {
          interruption.removeEventListener("abort", cancel);
          if (failure === null && response !== undefined) resolve(response);
          else this.#told(failure).then(reject, reject);
        },
      );
      const cancel = (): void => call.cancel();
      interruption.addEventListener("abort", cancel);
    });
  }

  /**
   * Waits until the channel is ready or has failed; a failed one tells why when the call itself is tried. After half of the time it
   * is looked for what keeps the channel waiting, so that the reason is there when the time is over.
   */
  async #connect(): Promise<void> {
    const { connectLimitMs = CONNECT_LIMIT_MS, server } = this.#options;
    const end = this.#deadline(connectLimitMs);
    if (await this.#settled(this.#deadline(connectLimitMs / 2))) return;
    const reason = this.#unreachable(`${server} does not answer`);
    if (!(await this.#settled(end))) throw await reason;
  }

  /** Whether the channel was ready, or failed, before the deadline. */
  async #settled(deadline: Date): Promise<boolean> {
    const channel = this.#client.getChannel();
    for (;;) {
      const state = channel.getConnectivityState(true);
      if (this.#options.interruption.aborted) throw interrupted();
      if (state === connectivityState.READY || state === connectivityState.TRANSIENT_FAILURE) return true;
      const late = await new Promise<boolean>((resolve) =>
        channel.watchConnectivityState(state, deadline, (error) => resolve(error !== undefined)),
      );
      if (late) return false;
    }
  }

  async #unreachable(message: string): Promise<AppError> {
    const failure = { code: status.UNAVAILABLE };
    return (await this.#options.opened.explain(failure)) ?? absent(message);
  }

  /** The error to tell for whatever a call failed with. */
  async #told(failure: unknown): Promise<AppError> {
    if (this.#options.interruption.aborted) return interrupted();
    if (!isServiceError(failure)) return defect(failure);
    const error = errorFromStatus(failure);
    if (error.reason === "SERVER_UNREACHABLE") {
      const { opened, server } = this.#options;
      return (await opened.explain(failure)) ?? absent(`the server at ${server} cannot be reached: ${error.message}`);
    }
    if (failure.code === status.DEADLINE_EXCEEDED) return tooSlow(this.#options.server);
    return failure.code === status.UNIMPLEMENTED ? unknownMethod(error) : error;
  }

  #deadline(ms: number): Date {
    return new Date(Date.now() + ms); // the library measures against this very clock
  }
}

function metadataFor(token: string | null): Metadata {
  const metadata = new Metadata();
  if (token !== null) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

function isServiceError(failure: unknown): failure is ServiceError {
  return failure instanceof Error && "code" in failure && "metadata" in failure;
}

/** The access token is not, or no longer, good; another one may be. */
function isTokenRefused(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === "UNAUTHENTICATED" &&
    /^(NOT_LOGGED_IN|SESSION_ENDED)$/.test(error.reason)
  );
}

/** When a call that came too fast may come again, spread so that several do not meet; null for any other failure. */
function turnAfterMs(error: unknown): number | null {
  if (!(error instanceof AppError) || error.reason !== "RATE_LIMITED" || error.retryAfterMs === null) return null;
  return error.retryAfterMs + Math.random() * TURN_SPREAD_MS;
}

function interrupted(): AppError {
  return new AppError("CANCELLED", "DEADLINE", "interrupted");
}

function absent(message: string): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", message, {
    hint: "start it with ./bell up (or ./bell server), or name another one with --server host:port",
  });
}

function tooSlow(server: string): AppError {
  return new AppError(
    "DEADLINE_EXCEEDED",
    "DEADLINE",
    `the server at ${server} took longer than ${CALL_LIMIT_MS / SECOND_MS} s`,
    {
      hint: "try again; its log may say what holds it up",
    },
  );
}

function unknownMethod(error: AppError): AppError {
  return new AppError("INTERNAL", "INTERNAL_ERROR", error.message, {
    hint: "server and bell may be of different versions; `./bell call` lists what this server can do",
    cause: error,
  });
}

function defect(failure: unknown): AppError {
  return new AppError("INTERNAL", "INTERNAL_ERROR", failure instanceof Error ? failure.message : String(failure), {
    cause: failure,
  });
}
