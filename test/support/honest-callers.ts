// People who ask for prices and for their alerts, one question after the other, and ask again when the server is not there.
import { Client, Metadata, status, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import { AlertServiceService, ListAlertsRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { GetQuoteRequest, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";

/** As long as the command line waits. */
const DEADLINE_MS = 60_000;
const RETRY_MS = 50;
const PASSWORD = "four unrelated words";
/** After each question: a server does not let anybody ask without a pause. */
const PAUSE_MS = 40;
/** For each question, beside the one that goes on asking. */
const TOGETHER = 4;

/** One attempt, in milliseconds of performance.now(). */
interface Attempt {
  readonly method: string;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly code: status;
  readonly details: string;
}

/** Start them, send a signal, and ask what became of the calls of that moment. */
export class HonestCallers {
  readonly attempts: Attempt[] = [];
  readonly #client: Client;
  readonly #stopping = new AbortController();
  #questions: readonly (() => Promise<boolean>)[] = [];
  #running: Promise<unknown> = Promise.resolve();

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Makes an account, whose code `findCode` reads where the server keeps it, and begins to ask for `symbol` and its alerts. */
  static async start(address: string, symbol: string, findCode: () => string): Promise<HonestCallers> {
    const credentials = channelCredentials(uncheckedFiles(await filesOfRole("cli")));
    const options = { "grpc.initial_reconnect_backoff_ms": RETRY_MS, "grpc.max_reconnect_backoff_ms": RETRY_MS };
    const callers = new HonestCallers(new Client(address, credentials, options));
    const email = "caller@example.com";
    await callers.#ask(UserServiceService.registerUser, { email, password: PASSWORD, timeZone: "" });
    const { session } = await callers.#ask(UserServiceService.verifyUser, { code: findCode() });
    const token = session?.accessToken ?? "";
    const price = GetQuoteRequest.fromPartial({ symbol });
    const alerts = ListAlertsRequest.fromPartial({});
    callers.#questions = [
      () => callers.#attempt(QuoteServiceService.getQuote, price),
      () => callers.#attempt(AlertServiceService.listAlerts, alerts, token),
    ];
    callers.#running = Promise.all(callers.#questions.map((question) => callers.#loop(question)));
    return callers;
  }

  /** What went wrong with calls that were under way at this moment; calls made later may find nobody. */
  faultsAt(moment: number): string[] {
    return this.attempts.flatMap(({ method, beganAt, endedAt, code, details }) => {
      const isUnderWay = beganAt <= moment && endedAt >= moment;
      const isFine = code === status.OK || (!isUnderWay && code === status.UNAVAILABLE);
      return isFine
        ? []
        : [
            `${method} failed with ${status[code]} (${details}), begun ${Math.round(moment - beganAt)} ms before the signal`,
          ];
    });
  }

  /** How many calls were under way at this moment. */
  underWayAt(moment: number): number {
    return this.attempts.filter(({ beganAt, endedAt }) => beganAt <= moment && endedAt >= moment).length;
  }

  /** Some of each question at once, which are under way when this returns. */
  askTogether(): void {
    for (const question of this.#questions) for (let at = 0; at < TOGETHER; at++) void question();
  }

  /** Forgets what was; a trial looks at one signal at a time. */
  forget(): void {
    this.attempts.length = 0;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#client.close();
  }

  async #loop(question: () => Promise<boolean>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const isAnswered = await question();
      await systemClock.sleep(isAnswered ? PAUSE_MS : RETRY_MS);
    }
  }

  async #attempt<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, token?: string) {
    const beganAt = performance.now();
    const failure = await this.#ask(method, request, token).then(
      () => null,
      (error: unknown) => error as ServiceError,
    );
    const { code, details } = failure ?? { code: status.OK, details: "" };
    this.attempts.push({ method: method.path, beganAt, endedAt: performance.now(), code, details });
    return failure === null;
  }

  #ask<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    token?: string,
  ): Promise<Response> {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    const options = { deadline: Date.now() + DEADLINE_MS };
    const { path, requestSerialize, responseDeserialize } = method;
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        (error, response) => {
          if (error === null) resolve(response as Response);
          else reject(error);
        },
      );
    });
  }
}
