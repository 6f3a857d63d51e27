// `bell watch`: prices and the user's triggers as they come. On a screen a table that is drawn over itself, elsewhere a line for each
// event. A server that goes away is waited for; the ages on the screen grow meanwhile.
import { AppError } from "../../domain/error.ts";
import { symbolForm } from "../../domain/symbol.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService as alertService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { Redraw } from "../render/redraw.ts";
import { alertsMissingText } from "../session/script-token.ts";
import { parseDuration } from "./parse-time.ts";
import { quoteLine } from "./quote-text.ts";
import { readInSuccession } from "./succession.ts";
import { readSupply } from "./supply.ts";
import { kindText } from "./trigger-text.ts";
import { isPassing, Lookout, readForEver } from "./watch-reading.ts";
import { listWatchingAlerts, lookOnce } from "./watch-once.ts";
import { WatchState } from "./watch-state.ts";
import { renderWatch, triggerLine, waitingNote } from "./watch-text.ts";

/** The screen is drawn again so often, if it has changed. */
const DRAW_EVERY_MS = 250;
/** The alerts are asked for so often, and whenever one fires. */
const ALERTS_EVERY_MS = 30 * SECOND_MS;
/** A log-in that somebody makes in another window is noticed after so long. */
const LOOK_FOR_LOGIN_MS = 5 * SECOND_MS;
/** Why a price is missing is asked for so often while one is. */
const SUPPLY_EVERY_MS = 5 * SECOND_MS;
/** So long before the access token ends, triggers are watched with the next. */
const RENEW_BEFORE_MS = MINUTE_MS;
/** A timer of the machine takes no more than 2^31 ms. */
const LONGEST_WATCH_MS = 24 * DAY_MS;

/** As typed. */
export interface WatchOptions {
  readonly once?: boolean;
  readonly for?: string;
}

/**
 * Goes on until its time is over or Ctrl-C throws CANCELLED. Throws when the server cannot be reached at all, or refuses what was
 * asked.
 */
export async function watch(
  call: Call,
  server: string,
  symbols: readonly string[],
  options: WatchOptions,
): Promise<void> {
  const limitMs = options.for === undefined ? null : parseLimit(options.for);
  const state = new WatchState(server, symbols.map(symbolForm), call.context.clock.now());
  await (options.once === true ? lookOnce(call, state) : new Watch(call, state).run(limitMs));
}

function parseLimit(text: string): number {
  const limitMs = parseDuration("--for", text);
  if (limitMs <= LONGEST_WATCH_MS) return limitMs;
  throw AppError.invalidField(
    "--for",
    "FIELD_INVALID",
    `"${text}" is more than 24d`,
    "leave it out, and end it by Ctrl-C",
  );
}

class Watch {
  readonly #call: Call;
  readonly #state: WatchState;
  readonly #isScreen: boolean;
  readonly #interruption: AbortSignal;
  /** One loop has failed: the others end too. */
  readonly #ending = new AbortController();
  /** Either of the two. */
  readonly #end: AbortSignal;
  #hasBeenThere = false;
  readonly #alerts: Lookout;
  readonly #supply: Lookout;

  constructor(call: Call, state: WatchState) {
    const { clock } = call.context;
    this.#call = call;
    this.#state = state;
    this.#alerts = new Lookout(() => this.#readAlerts(), ALERTS_EVERY_MS, clock);
    this.#supply = new Lookout(() => this.#readSupply(), SUPPLY_EVERY_MS, clock);
    this.#isScreen = call.output.width !== null && !call.output.json;
    this.#interruption = call.context.interruption();
    this.#end = AbortSignal.any([this.#interruption, this.#ending.signal]);
  }

  /** For so long; null: until Ctrl-C. */
  async run(limitMs: number | null): Promise<void> {
    const screen = this.#isScreen ? new Redraw(this.#call.context.terminal) : null;
    const loops = [
      this.#readQuotes(),
      this.#readTriggers(),
      this.#alerts.run(this.#end),
      this.#supply.run(this.#end),
      ...(screen ? [this.#draw(screen)] : []),
      ...(limitMs === null ? [] : [this.#call.context.clock.sleep(limitMs, this.#end)]),
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
    const request = { symbols: [...this.#state.symbols] };
    const { quotes } = await api.unary(quoteService.listQuotes, request, "anybody");
    this.#noteThere();
    yield* quotes;
    this.#supply.wake(); // now it shows what is missing
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
    const { session, context } = this.#call;
    while ((await session.tokenIfAny()) === null) {
      this.#noteLoggedOut();
      await context.clock.sleep(LOOK_FOR_LOGIN_MS, this.#end);
    }
    if (this.#state.user !== "in") this.#alerts.wake();
    this.#state.user = "in";
    const turns = {
      open: () => this.#openTriggers(),
      idOf: ({ id }: Trigger) => id,
      turnInMs: () => session.leftMs() - RENEW_BEFORE_MS,
      prepare: () => session.token(RENEW_BEFORE_MS),
    };
    yield* readInSuccession(turns, context.clock, this.#end);
  }

  async *#openTriggers(): AsyncGenerator<Trigger> {
    const request = { symbols: [...this.#state.symbols] };
    for await (const { trigger } of this.#call.api.serverStream(alertService.watchTriggers, request, "user")) {
      if (trigger !== undefined) yield trigger;
    }
  }

  /** Only a screen shows alerts. */
  async #readAlerts(): Promise<void> {
    if (!this.#isScreen || this.#state.user !== "in") return;
    const alerts = await listWatchingAlerts(this.#call.api).catch(() => null); // the next try is soon
    if (alerts !== null) this.#state.takeAlerts(alerts);
  }

  /** A person who waits for what nothing brings would wait for ever and not know. */
  async #readSupply(): Promise<void> {
    const { api, output } = this.#call;
    if (!this.#hasBeenThere || this.#state.away !== null || this.#state.awaited.length === 0) return;
    for (const symbol of this.#state.takeSupply(await readSupply(api))) {
      if (!this.#isScreen) output.note(waitingNote(this.#state, symbol));
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
    this.#call.output.showItem({ quote: jsonFromMessage(Quote, quote) }, () => `PRICE  ${quoteLine(quote)}`);
  }

  #showTrigger(trigger: Trigger): void {
    this.#state.takeTrigger(trigger);
    this.#alerts.wake();
    if (this.#isScreen) return;
    const line = () => `${kindText(trigger)}  ${triggerLine(trigger)}`;
    this.#call.output.showItem({ trigger: jsonFromMessage(Trigger, trigger) }, line);
  }

  #noteAway(error: AppError | null): void {
    if (error !== null && (!this.#hasBeenThere || !isPassing(error))) throw error;
    const { context, output } = this.#call;
    const message = error?.message ?? "the server has ended the stream";
    if (this.#state.away === null && !this.#isScreen) output.note(`AWAY   ${message}; trying again`);
    this.#state.markAway(message, context.clock.now());
  }

  #noteThere(): void {
    this.#hasBeenThere = true;
    const isBack = this.#state.markThere(this.#call.context.clock.now());
    if (isBack && !this.#isScreen) this.#call.output.note("BACK   the server is there again");
  }

  #noteLoggedOut(): void {
    if (this.#state.user !== "out" && !this.#isScreen) {
      this.#call.output.note(`Prices only. ${alertsMissingText(this.#call.session)}`);
    }
    this.#state.user = "out";
    this.#state.takeAlerts([]);
  }
}
