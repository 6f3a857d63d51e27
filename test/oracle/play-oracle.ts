// Plays a planned history in the oracle, and tells what it expects in a form in which any engine can be held against it.
import type { Alert, AlertStateName } from "../../domain/alert.ts";
import type { Quote } from "../../domain/quote.ts";
import { AlertOracle } from "./alert-oracle.ts";
import type { Heard } from "./heard.ts";
import type { Step } from "./history.ts";
import type { Standing } from "./standing.ts";
import { SymbolOracle, type Outcome } from "./symbol-oracle.ts";

const WATCHES: readonly AlertStateName[] = ["ARMED", "PENDING", "DISARMED", "PAUSED"];

export class OraclePlayer {
  readonly #symbol = new SymbolOracle();
  readonly #alerts = new Map<number, AlertOracle>();

  /** Whether the step makes sense as things stand: what does not is left out for everybody. */
  fits(step: Step): boolean {
    if (step.kind === "accept" || step.kind === "reject") return this.#symbol.prices.isHeld;
    if (!("at" in step)) return true;
    const one = this.#alerts.get(step.at);
    if (step.kind === "arm") return this.#canArm(one, one?.alert ?? step.alert, step.nowMs);
    if (one === undefined) return false;
    if (step.kind === "change" && one.name === "TRIGGERED") return true;
    if (!WATCHES.includes(one.name)) return false;
    return step.kind !== "edit" || (one.name !== "PAUSED" && !this.#isRefused(step.alert, step.nowMs));
  }

  act(step: Step): void {
    if (step.kind === "accept") this.#symbol.accept(step.nowMs);
    if (step.kind === "reject") this.#symbol.prices.reject();
    if (!("at" in step)) return;
    if (step.kind === "arm" && !this.#alerts.has(step.at)) {
      const one = new AlertOracle(step.alert);
      this.#alerts.set(step.at, one);
      this.#symbol.alerts.push(one);
    }
    const one = this.#alerts.get(step.at)!;
    if (step.kind === "edit") {
      one.alert = step.alert;
      one.fires = [];
      one.name = "ARMED"; // what is changed is armed anew, not a pause that ended
    }
    if (step.kind === "arm" || step.kind === "edit") one.arm(this.#heard(one.alert), step.nowMs);
    if (step.kind === "pause") one.pause(step.untilMs);
    if (step.kind === "change") one.alert = { ...one.alert, ...step.changes };
  }

  commit(quotes: readonly Quote[]): readonly Outcome[] {
    return this.#symbol.commit(quotes);
  }

  standings(): ReadonlyMap<string, Standing> {
    return new Map([...this.#alerts.values()].map((one) => [one.alert.id, one.standing(this.#heard(one.alert))]));
  }

  get isHeld(): boolean {
    return this.#symbol.prices.isHeld;
  }

  /** What its owner wrote last. */
  alertOf(id: string): Alert {
    return [...this.#alerts.values()].find(({ alert }) => alert.id === id)!.alert;
  }

  #canArm(one: AlertOracle | undefined, alert: Alert, nowMs: number): boolean {
    if (one !== undefined && one.name !== "PAUSED" && WATCHES.includes(one.name)) return false;
    const isOver = alert.expireTimeMs !== null && alert.expireTimeMs <= nowMs; // what is over is not armed
    return !isOver && !this.#isRefused(alert, nowMs);
  }

  #heard({ session }: Alert): readonly Heard[] {
    return this.#symbol.heardBy(session);
  }

  #isRefused(alert: Alert, nowMs: number): boolean {
    return new AlertOracle(alert).isRefused(this.#heard(alert), nowMs);
  }
}
