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

/** What is told: a fire, or null for what is told after one. */
interface Told {
  readonly timeMs: TimeMs;
  readonly fire: Omit<PreviewedFire, "isMailed"> | null;
}

/** One alert on one symbol, armed at the beginning of the stored prices and judged by the judge itself. */
export class PreviewPlay {
  readonly #alert: Alert;
  readonly #startMs: TimeMs;
  readonly #order: HistoryOrder;
  readonly #series: PlayedSeries;
  readonly #told: Told[] = [];
  #reminderCount = 0;
  #backCount = 0;
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
    const { state, trigger, notice } = judgeAlert(this.#alert, this.#state, sight);
    this.#state = state;
    if (trigger !== undefined) {
      const { asOfMs: fireTimeMs, price, level } = trigger;
      this.#told.push({ timeMs, fire: { fireTimeMs, price, level, seq } });
    }
    if (notice === "STILL_TRUE") this.#reminderCount += 1;
    if (notice === "BACK_TO_NORMAL") this.#backCount += 1;
    if (notice === "STILL_TRUE" || notice === "BACK_TO_NORMAL") this.#told.push({ timeMs, fire: null });
  }

  result(lastQuote: StoredQuote | null): SymbolPreview {
    const mails = mailTimes(this.#told.map(({ timeMs }) => timeMs));
    const fires = this.#told.flatMap(({ timeMs, fire }, at) =>
      fire === null ? [] : [{ ...fire, isMailed: mails[at] === timeMs }],
    );
    return {
      symbol: this.#alert.symbol,
      lastQuote,
      fireCount: fires.length,
      reminderCount: this.#reminderCount,
      backCount: this.#backCount,
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
