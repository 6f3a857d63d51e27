import type { Alert, AlertState } from "../../domain/alert.ts";
import { armOn } from "../../domain/judging/arm.ts";
import { judgeAlert } from "../../domain/judging/judge.ts";
import { mailTimes } from "../../domain/notifying/mail-times.ts";
import { asOf } from "../../domain/quote.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { StoredQuote } from "../stored-quote.ts";
import type { HistoryOrder, PreviewedFire, SymbolPreview } from "./history.ts";
import { PlayedSeries, type PlayedQuote } from "./played-series.ts";

/** So many fires are told one by one; all are counted. */
const FIRES_TOLD = 100;

type Fire = Omit<PreviewedFire, "isMailed">;

/** One alert on one symbol, armed at the beginning of the stored prices and judged by the judge itself. */
export class PreviewPlay {
  readonly #alert: Alert;
  readonly #startMs: TimeMs;
  readonly #order: HistoryOrder;
  readonly #series: PlayedSeries;
  readonly #fires: Fire[] = [];
  #state: AlertState | null = null;
  #quoteCount = 0;
  #firstMs: TimeMs | null = null;
  #lastMs: TimeMs | null = null;

  constructor(alert: Alert, startMs: TimeMs, order: HistoryOrder) {
    this.#alert = alert;
    this.#startMs = startMs;
    this.#order = order;
    this.#series = new PlayedSeries(alert.session, order);
  }

  /** The next price; those before the start are only what the alert is armed on. */
  play(played: PlayedQuote): void {
    const { quote, seq } = played;
    const timeMs = asOf(quote);
    if (timeMs >= this.#startMs) this.#state ??= this.#armed();
    const sight = this.#series.play(played);
    if (sight === null || this.#state === null) return;
    this.#quoteCount += 1;
    this.#firstMs ??= timeMs;
    this.#lastMs = timeMs;
    const { state, trigger } = judgeAlert(this.#alert, this.#state, sight);
    this.#state = state;
    if (trigger === undefined) return;
    this.#fires.push({ fireTimeMs: trigger.asOfMs, price: trigger.price, level: trigger.level, seq });
  }

  result(lastQuote: StoredQuote | null): SymbolPreview {
    const mails = mailTimes(this.#fires.map(({ fireTimeMs }) => fireTimeMs));
    const fires = this.#fires.map((fire, at) => ({ ...fire, isMailed: mails[at] === fire.fireTimeMs }));
    return {
      symbol: this.#alert.symbol,
      lastQuote,
      fireCount: fires.length,
      mailCount: new Set(mails).size,
      fires: fires.slice(-FIRES_TOLD),
      startTimeMs: this.#firstMs,
      endTimeMs: this.#lastMs,
      quoteCount: this.#quoteCount,
      order: this.#order,
    };
  }

  #armed(): AlertState {
    return armOn(this.#alert, INITIAL_STATE, this.#series.previous, this.#startMs).state;
  }
}
