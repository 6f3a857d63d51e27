// `bell watch`: prices and the user's triggers as they come. On a screen a table that is drawn over itself, elsewhere a line for each
// event. A server that goes away is waited for; the ages on the screen grow meanwhile.
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService as alertService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { Redraw } from "../render/redraw.ts";
import { quoteLine } from "./quote-text.ts";
import { isPassing, readForEver } from "./watch-reading.ts";
import { triggerText, WatchState } from "./watch-state.ts";
import { logLine, renderWatch } from "./watch-text.ts";

/** The screen is drawn again so often, if it has changed. */
const DRAW_EVERY_MS = 250;
/** The alerts are asked for so often, and whenever one fires. */
const ALERTS_EVERY_MS = 30 * SECOND_MS;
/** A log-in that somebody makes in another window is noticed after so long. */
const LOOK_FOR_LOGIN_MS = 5 * SECOND_MS;
const MOST_ALERTS = 1_000;

/** Goes on until Ctrl-C throws CANCELLED. Throws when the server cannot be reached at all, or refuses what was asked. */
export async function watch(call: Call, server: string, symbols: readonly string[]): Promise<void> {
  await new Watch(call, server, symbols).run();
}

class Watch {
  readonly #call: Call;
  readonly #symbols: string[];
  readonly #state: WatchState;
  readonly #isScreen: boolean;
  readonly #interruption: AbortSignal;
  /** One loop has failed: the others end too. */
  readonly #ending = new AbortController();
  /** Either of the two. */
  readonly #end: AbortSignal;
  #hasBeenThere = false;
  #wakeAlerts = new AbortController();

  constructor(call: Call, server: string, symbols: readonly string[]) {
    this.#call = call;
    this.#symbols = symbols.map((symbol) => symbol.toUpperCase());
    this.#state = new WatchState(server);
    this.#isScreen = call.output.width !== null && !call.output.json;
    this.#interruption = call.context.interruption();
    this.#end = AbortSignal.any([this.#interruption, this.#ending.signal]);
  }

  async run(): Promise<void> {
    const screen = this.#isScreen ? new Redraw(this.#call.context.terminal) : null;
    const loops = [
      this.#readQuotes(),
      this.#readTriggers(),
      this.#readAlerts(),
      ...(screen ? [this.#draw(screen)] : []),
    ];
    try {
      await Promise.race(loops);
    } catch (error) {
      throw this.#interruption.aborted ? new AppError("CANCELLED", "DEADLINE", "interrupted", { cause: error }) : error;
    } finally {
      for (const loop of loops) loop.catch(() => undefined); // they have ended for the same reason
      this.#ending.abort();
      screen?.end();
    }
  }

  async #readQuotes(): Promise<never> {
    const open = () => this.#quotes();
    const onItem = (quote: Quote) => this.#showQuote(quote);
    return this.#readForEver({ open, onItem, onEnd: (error) => this.#noteAway(error) });
  }

  /** The newest of each first, by a call of its own: its answer tells that the server is there, even if it has no price. */
  async *#quotes(): AsyncGenerator<Quote> {
    const { api } = this.#call;
    const request = { symbols: this.#symbols };
    const { quotes } = await api.unary(quoteService.listQuotes, request, "anybody");
    this.#noteThere();
    yield* quotes;
    for await (const { quote } of api.serverStream(quoteService.watchQuotes, request, "anybody")) {
      if (quote !== undefined) yield quote;
    }
  }

  async #readTriggers(): Promise<never> {
    const open = () => this.#triggers();
    const onEnd = (error: AppError | null) => {
      if (error !== null && !isPassing(error) && error.code !== "UNAUTHENTICATED") throw error;
    };
    return this.#readForEver({ open, onItem: (trigger: Trigger) => this.#showTrigger(trigger), onEnd });
  }

  async *#triggers(): AsyncGenerator<Trigger> {
    const { api, session, context } = this.#call;
    while ((await session.tokenIfAny()) === null) {
      this.#noteLoggedOut();
      await context.clock.sleep(LOOK_FOR_LOGIN_MS, this.#end);
    }
    if (this.#state.user !== "in") this.#wakeAlerts.abort();
    this.#state.user = "in";
    for await (const { trigger } of api.serverStream(alertService.watchTriggers, { symbols: this.#symbols }, "user")) {
      if (trigger !== undefined) yield trigger;
    }
  }

  /** Only a screen shows alerts. */
  async #readAlerts(): Promise<never> {
    const { api, context } = this.#call;
    for (;;) {
      this.#wakeAlerts = new AbortController();
      const request = { filter: "state=ARMED", pageSize: MOST_ALERTS, pageToken: "" };
      if (this.#isScreen && this.#state.user === "in") {
        const answer = await api.unary(alertService.listAlerts, request).catch(() => null); // the next try is soon
        if (answer !== null) this.#state.takeAlerts(answer.alerts);
      }
      const rest = AbortSignal.any([this.#wakeAlerts.signal, this.#end]);
      await context.clock.sleep(ALERTS_EVERY_MS, rest).catch(() => undefined);
      this.#end.throwIfAborted();
    }
  }

  async #draw(screen: Redraw): Promise<never> {
    const { clock, terminal } = this.#call.context;
    for (;;) {
      const { columns, rows } = terminal;
      if (this.#hasBeenThere) screen.draw(renderWatch(this.#state, clock.now(), { columns: columns ?? 80, rows }));
      await clock.sleep(DRAW_EVERY_MS, this.#end);
    }
  }

  #readForEver<Item>(reading: Parameters<typeof readForEver<Item>>[0]): Promise<never> {
    return readForEver(reading, this.#call.context.clock, this.#end);
  }

  #showQuote(quote: Quote): void {
    if (!this.#state.takeQuote(quote) || this.#isScreen) return;
    this.#call.output.showItem({ quote: jsonFromMessage(Quote, quote) }, () => quoteLine(quote));
  }

  #showTrigger(trigger: Trigger): void {
    this.#state.takeTrigger(trigger);
    this.#wakeAlerts.abort();
    if (this.#isScreen) return;
    const line = () => `FIRED  ${logLine({ time: trigger.judgeTime, text: triggerText(trigger) })}`;
    this.#call.output.showItem({ trigger: jsonFromMessage(Trigger, trigger) }, line);
  }

  #noteAway(error: AppError | null): void {
    if (error !== null && (!this.#hasBeenThere || !isPassing(error))) throw error;
    const { context, output } = this.#call;
    const message = error?.message ?? "the server has ended the stream";
    if (this.#state.away === null && !this.#isScreen) output.note(`AWAY  ${message}; trying again`);
    this.#state.markAway(message, context.clock.now());
  }

  #noteThere(): void {
    this.#hasBeenThere = true;
    const isBack = this.#state.markThere(this.#call.context.clock.now());
    if (isBack && !this.#isScreen) this.#call.output.note("the server is there again");
  }

  #noteLoggedOut(): void {
    if (this.#state.user !== "out" && !this.#isScreen) {
      this.#call.output.note("Prices only. Your alerts show after: ./bell login EMAIL");
    }
    this.#state.user = "out";
    this.#state.takeAlerts([]);
  }
}
