// What an alert should do, written a second time from docs/conditions.md alone, without a line of the engine: naive and obvious. It keeps
// every price its session has heard and looks back over them for each new one; nothing is carried along but where it stands.
import type { Alert, AlertStateName } from "../../domain/alert.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import type { Quote } from "../../domain/quote.ts";
import { momentOf, seenSince, wayOf, wordBefore, type Heard } from "./heard.ts";
import { firesByWalk, holds, isBack, levelAt, meetingPrice } from "./rules.ts";
import type { OracleTrigger, OracleVerdict, Standing } from "./standing.ts";
import { wholeSessions } from "./trading-days.ts";

const MINUTE = 60_000;

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
  #owesBack = false;
  /** The place in `heard` of the fire, or of the last reminder of it; null: there are no reminders. */
  #remindFrom: number | null = null;
  #reminders = 0;

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
    if (!["ARMED", "PENDING", "DISARMED", "PAUSED"].includes(this.name) && !this.#hasMoreToTell())
      return told("NOT_WATCHING");
    if (expireTimeMs !== null && asOf >= expireTimeMs) {
      if (this.name === "TRIGGERED") {
        this.#rest("TRIGGERED"); // it fired for good, and so it stays
        return told("EXPIRED");
      }
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
    if (this.name === "DISARMED" || this.name === "TRIGGERED") return null;
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
    if (this.name === "DISARMED" || this.name === "TRIGGERED") return this.#lookAfterFire(heard);
    if (this.mood === "awaitsBaseline") return this.#takeBaseline(now.quote);
    if (this.mood === "firesIfTrue" && holds(this.alert.condition, now.quote.close))
      return this.#fireAtClose(heard, "FIRED_ALREADY_TRUE");
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
    const told = { owesBack: this.#owesBack, reminders: this.#reminders };
    return { name, mood, fireCount: this.fires.length, confirmed, pausedUntilMs, ...told };
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
    return this.#fire(heard, "FIRED", { level: condition.level, price });
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
    if (isEnough) return this.#fireAtClose(heard, "FIRED");
    this.name = "PENDING";
    return told(begins ? "PENDING_BEGUN" : "STILL_PENDING");
  }

  #fireAtClose(heard: readonly Heard[], reason: "FIRED" | "FIRED_ALREADY_TRUE"): OracleVerdict {
    const now = heard.at(-1)!;
    const { close } = now.quote;
    return this.#fire(heard, reason, { level: levelAt(this.alert.condition, close), price: close });
  }

  #fire(heard: readonly Heard[], reason: "FIRED" | "FIRED_ALREADY_TRUE", trigger: OracleTrigger): OracleVerdict {
    const now = heard.at(-1)!;
    const asOf = momentOf(now.quote);
    const { repeat, maxFires } = this.alert;
    this.fires.push(asOf);
    if (repeat === "once" || this.fires.length === maxFires) {
      this.#disarm(trigger.price);
      this.name = "TRIGGERED";
      this.#keepFire(heard);
      return { reason, trigger, notice: null };
    }
    const fifteenth = this.fires.at(-15);
    if (fifteenth !== undefined && asOf - fifteenth < 3 * MINUTE) {
      this.#rest("STOPPED");
      return { reason: "FIRED_TOO_OFTEN", trigger, notice: "STOPPED" };
    }
    this.#disarm(now.quote.close);
    this.#keepFire(heard);
    return { reason, trigger, notice: null };
  }

  // After a fire.

  #keepFire(heard: readonly Heard[]): void {
    const isTrue = holds(this.alert.condition, heard.at(-1)!.quote.close);
    this.#owesBack = true;
    this.#remindFrom = isTrue ? heard.length - 1 : null;
  }

  #hasMoreToTell(): boolean {
    if (this.name !== "TRIGGERED") return false;
    return this.#tellsBack() || (this.alert.remindEveryMs > 0 && this.#remindFrom !== null);
  }

  #tellsBack(): boolean {
    return this.alert.tellsWhenBack && this.#owesBack;
  }

  #lookAfterFire(heard: readonly Heard[]): OracleVerdict {
    const isLooking = this.name === "DISARMED" || this.#tellsBack();
    const backFor = isLooking ? this.#backFor(heard) : null;
    if (backFor !== null && backFor >= this.alert.rearmForMs) return this.#beBack(heard);
    const reminder = this.#remind(heard);
    if (reminder === "REMINDED") return { ...told("REMINDED"), notice: "STILL_TRUE" };
    if (backFor !== null) return told("NOT_BACK_FOR_LONG");
    return told(reminder ?? "WITHIN_BAND");
  }

  /** For how long the price has been back; null: it is not. */
  #backFor(heard: readonly Heard[]): number | null {
    const isHere = isBack(this.alert, this.#edge, heard.at(-1)!.quote.close);
    this.#since = isHere ? (this.#since ?? heard.length - 1) : null;
    return this.#since === null ? null : seenSince(this.#since, heard, this.alert.session);
  }

  #beBack(heard: readonly Heard[]): OracleVerdict {
    const notice = this.#tellsBack() ? "BACK_TO_NORMAL" : null;
    if (this.name === "TRIGGERED") {
      this.#rest("TRIGGERED");
      return { ...told("TOLD_BACK"), notice };
    }
    this.#rest("ARMED");
    this.#armedAtMs = Math.max(momentOf(heard.at(-1)!.quote), wordBefore(heard));
    this.#armedAfter = heard.length;
    return { ...told("REARMED"), notice };
  }

  /** Whether the owner is told again that it still holds, or never will be. */
  #remind(heard: readonly Heard[]): "REMINDED" | "NO_LONGER_TRUE" | null {
    const { remindEveryMs, condition, session } = this.alert;
    if (remindEveryMs === 0 || this.#remindFrom === null) return null;
    if (!holds(condition, heard.at(-1)!.quote.close)) {
      this.#remindFrom = null;
      return "NO_LONGER_TRUE";
    }
    if (seenSince(this.#remindFrom, heard, session) < remindEveryMs) return null;
    this.#reminders += 1;
    this.#remindFrom = this.#reminders === 100 ? null : heard.length - 1;
    return "REMINDED";
  }

  #rest(name: AlertStateName): void {
    this.name = name;
    this.mood = "ordinary";
    this.#since = null;
    this.#edge = null;
    this.pausedUntilMs = null;
    this.#owesBack = false;
    this.#remindFrom = null;
    this.#reminders = 0;
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
