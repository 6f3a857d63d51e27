// What an alert should do, written a second time from docs/conditions.md alone, without a line of the engine: naive and obvious. It keeps
// every price its session has heard and looks back over them for each new one; nothing is carried along but where it stands.
import type { Alert, AlertStateName } from "../../domain/alert.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import type { Quote } from "../../domain/quote.ts";
import { momentOf, seenSince, wayOf, wordBefore, type Heard } from "./heard.ts";
import { firesByWalk, holds, isBack, levelAt, meetingPrice } from "./rules.ts";
import { wholeSessions } from "./trading-days.ts";

const MINUTE = 60_000;

export interface OracleTrigger {
  readonly level: number;
  readonly price: number;
}

/** Where an alert stands, as far as anybody can see it. */
export interface Standing {
  readonly name: AlertStateName;
  readonly mood: "ordinary" | "awaitsBaseline" | "firesIfTrue";
  readonly fireCount: number;
  readonly confirmed: number;
  readonly pausedUntilMs: number | null;
}

/** What a quote did to an alert. */
export interface OracleVerdict {
  readonly reason: JudgeReason;
  readonly trigger: OracleTrigger | null;
  readonly notice: "EXPIRED" | "STOPPED" | null;
}

export class AlertOracle {
  alert: Alert;
  name: AlertStateName = "PAUSED";
  mood: "ordinary" | "awaitsBaseline" | "firesIfTrue" = "ordinary";
  /** When it fired since its owner armed it. */
  fires: number[] = [];
  pausedUntilMs: number | null = null;
  #armedAtMs = 0;
  #edge: "upper" | "lower" | null = null;
  /** The place in `heard` of the quote at which PENDING began, or at which it was back first. */
  #since: number | null = null;
  /** How many the session had heard when it was armed last. */
  #armedAfter = 0;

  constructor(alert: Alert) {
    this.alert = alert;
  }

  /** Whether the alert's choice is to be refused when it is already true, and it is. */
  isRefused(heard: readonly Heard[], nowMs: number): boolean {
    const baseline = this.#baseline(heard, nowMs);
    return this.alert.alreadyTrue === "reject" && baseline !== null && holds(this.alert.condition, baseline.close);
  }

  /** Its owner makes, changes or resumes it. */
  arm(heard: readonly Heard[], nowMs: number): JudgeReason {
    if (this.name !== "PAUSED") this.fires = [];
    return this.#armOn(this.#baseline(heard, nowMs), nowMs, heard);
  }

  pause(untilMs: number | null): void {
    this.#rest("PAUSED");
    this.pausedUntilMs = untilMs;
  }

  /** Judges the newest of all that its session has heard. */
  judge(heard: readonly Heard[]): OracleVerdict {
    const now = heard.at(-1)!;
    const asOf = momentOf(now.quote);
    const { expireTimeMs } = this.alert;
    if (!["ARMED", "PENDING", "DISARMED", "PAUSED"].includes(this.name)) return told("NOT_WATCHING");
    if (expireTimeMs !== null && asOf >= expireTimeMs) {
      this.#rest("EXPIRED");
      return { ...told("EXPIRED"), notice: "EXPIRED" };
    }
    if (this.name === "PAUSED" && (this.pausedUntilMs === null || asOf < this.pausedUntilMs))
      return told("NOT_WATCHING");
    const armed = this.#armBefore(heard);
    const verdict = this.#judgeWatching(heard);
    const isUnchanged = verdict.reason === "NOT_MET" || verdict.reason === "WITHIN_BAND";
    return armed !== null && isUnchanged ? told(armed) : verdict; // what armed it is the news
  }

  /** What a quote finds that comes after the end of a pause, an operator's word, or a change of worlds: it has been armed anew. */
  #armBefore(heard: readonly Heard[]): JudgeReason | null {
    if (this.name === "DISARMED") return null;
    const { beginsAnew } = heard.at(-1)!;
    const wordAt = heard.findLastIndex(({ acceptedAtMs }) => acceptedAtMs !== null);
    if (this.name !== "PAUSED" && !beginsAnew && wordAt < this.#armedAfter) return null;
    const earlier = heard.slice(0, -1);
    if (this.name === "PAUSED") {
      const untilMs = this.pausedUntilMs!;
      return this.#armOn(beginsAnew ? null : this.#baseline(earlier, untilMs), untilMs, earlier);
    }
    return this.#armOn(beginsAnew ? null : heard[wordAt]!.quote, this.#armedAtMs, earlier);
  }

  #judgeWatching(heard: readonly Heard[]): OracleVerdict {
    const now = heard.at(-1)!;
    if (this.name === "DISARMED") return this.#lookWhetherBack(heard);
    if (this.mood === "awaitsBaseline") return this.#takeBaseline(now.quote);
    if (this.mood === "firesIfTrue" && holds(this.alert.condition, now.quote.close))
      return this.#fireAtClose(now, "FIRED_ALREADY_TRUE");
    const was = this.mood;
    this.mood = "ordinary";
    const verdict = firesByWalk(this.alert) ? this.#judgeWalk(heard) : this.#judgeClose(heard);
    return was === "firesIfTrue" && verdict.reason === "NOT_MET" ? told("NO_LONGER_TRUE") : verdict;
  }

  /** Where it stands, as far as anybody can see it. */
  standing(heard: readonly Heard[]): Standing {
    const { name, mood, pausedUntilMs } = this;
    const isCounting = name === "PENDING" && this.#since !== null;
    const held = isCounting ? heard.slice(this.#since!).filter(({ acceptedAtMs }) => acceptedAtMs === null).length : 0;
    const confirmed = Math.min(held, this.alert.confirm);
    return { name, mood, fireCount: this.fires.length, confirmed, pausedUntilMs };
  }

  // Arming.

  #baseline(heard: readonly Heard[], nowMs: number): Quote | null {
    const last = heard.at(-1)?.quote;
    if (last === undefined) return null;
    const isStale =
      last.sessionClass === "always"
        ? nowMs - momentOf(last) > 1_440 * MINUTE
        : wholeSessions(momentOf(last), nowMs) > 1;
    return isStale ? null : last;
  }

  #armOn(baseline: Quote | null, nowMs: number, heard: readonly Heard[]): JudgeReason {
    this.#rest("ARMED");
    this.#armedAtMs = Math.max(nowMs, wordBefore(heard));
    this.#armedAfter = heard.length;
    if (baseline === null) {
      this.mood = "awaitsBaseline";
      return "ARMED_AWAITING_BASELINE";
    }
    if (!holds(this.alert.condition, baseline.close)) return "ARMED";
    if (this.alert.alreadyTrue === "fire") {
      if (firesByWalk(this.alert)) this.mood = "firesIfTrue";
      return "ARMED_TO_FIRE_IF_TRUE";
    }
    this.#disarm(baseline.close);
    return "ARMED_ALREADY_TRUE";
  }

  #takeBaseline(quote: Quote): OracleVerdict {
    const { close } = quote;
    this.mood = "ordinary";
    this.#armedAtMs = Math.max(this.#armedAtMs, momentOf(quote));
    if (!holds(this.alert.condition, close)) return told("BASELINE_TAKEN");
    if (this.alert.alreadyTrue !== "fire") this.#disarm(close);
    else if (firesByWalk(this.alert)) this.mood = "firesIfTrue";
    return told("BASELINE_ALREADY_TRUE");
  }

  // Firing.

  #judgeWalk(heard: readonly Heard[]): OracleVerdict {
    const { condition } = this.alert;
    if (!("level" in condition)) throw new Error("a band fires by the close");
    const price = meetingPrice(condition, wayOf(heard, this.#armedAtMs));
    if (price === null) return told("NOT_MET");
    return this.#fire(heard.at(-1)!, "FIRED", { level: condition.level, price });
  }

  #judgeClose(heard: readonly Heard[]): OracleVerdict {
    const now = heard.at(-1)!;
    const forMs = this.alert.condition.kind === "crosses" ? 0 : this.alert.condition.forMs;
    const { confirm } = this.alert;
    if (!holds(this.alert.condition, now.quote.close)) {
      if (this.name === "ARMED") return told("NOT_MET");
      this.name = "ARMED";
      this.#since = null;
      return told("NO_LONGER_TRUE");
    }
    const begins = this.name === "ARMED";
    if (begins) this.#since = heard.length - 1;
    const isEnough =
      heard.length - this.#since! >= confirm && seenSince(this.#since!, heard, this.alert.session) >= forMs;
    if (isEnough) return this.#fireAtClose(now, "FIRED");
    this.name = "PENDING";
    return told(begins ? "PENDING_BEGUN" : "STILL_PENDING");
  }

  #fireAtClose(now: Heard, reason: "FIRED" | "FIRED_ALREADY_TRUE"): OracleVerdict {
    const { close } = now.quote;
    return this.#fire(now, reason, { level: levelAt(this.alert.condition, close), price: close });
  }

  #fire(now: Heard, reason: "FIRED" | "FIRED_ALREADY_TRUE", trigger: OracleTrigger): OracleVerdict {
    const asOf = momentOf(now.quote);
    const { repeat, maxFires } = this.alert;
    this.fires.push(asOf);
    if (repeat === "once" || this.fires.length === maxFires) {
      this.#rest("TRIGGERED");
      return { reason, trigger, notice: null };
    }
    const fifteenth = this.fires.at(-15);
    if (fifteenth !== undefined && asOf - fifteenth < 3 * MINUTE) {
      this.#rest("STOPPED");
      return { reason: "FIRED_TOO_OFTEN", trigger, notice: "STOPPED" };
    }
    this.#disarm(now.quote.close);
    return { reason, trigger, notice: null };
  }

  // Arming again.

  #lookWhetherBack(heard: readonly Heard[]): OracleVerdict {
    const { rearmForMs } = this.alert;
    const now = heard.at(-1)!.quote;
    if (!isBack(this.alert, this.#edge, now.close)) {
      this.#since = null;
      return told("WITHIN_BAND");
    }
    this.#since ??= heard.length - 1;
    if (seenSince(this.#since, heard, this.alert.session) < rearmForMs) return told("NOT_BACK_FOR_LONG");
    this.#rest("ARMED");
    this.#armedAtMs = Math.max(momentOf(now), wordBefore(heard));
    this.#armedAfter = heard.length;
    return told("REARMED");
  }

  #rest(name: AlertStateName): void {
    this.name = name;
    this.mood = "ordinary";
    this.#since = null;
    this.#edge = null;
    this.pausedUntilMs = null;
  }

  #disarm(close: number): void {
    this.#rest("DISARMED");
    const { condition } = this.alert;
    if (condition.kind === "outside") this.#edge = close >= condition.upper ? "upper" : "lower";
  }
}

function told(reason: JudgeReason): OracleVerdict {
  return { reason, trigger: null, notice: null };
}
