// Reads the cases of docs/condition-cases.md: an alert, prices line by line, and behind a bar what is to come of each.
import { parseCondition } from "../../domain/language/condition-language.ts";
import type { Alert } from "../../domain/alert.ts";
import { parseDuration } from "../../domain/duration.ts";
import type { Quote } from "../../domain/quote.ts";
import { exampleAlert } from "../examples.ts";
import type { Step, Unarming } from "./history.ts";
import { newYork, partOfDay } from "./trading-days.ts";

/** One line of a case, with what is expected after it. */
export interface CaseLine {
  readonly text: string;
  readonly step: Step;
  /** What is told behind the bar: a state, `fires LEVEL at PRICE`, `notice NAME`; empty where nothing is. */
  readonly expected: string;
}

/** A case, by its title. */
export interface ConditionCase {
  readonly title: string;
  readonly lines: readonly CaseLine[];
}

/** All cases of the document, in their order. Throws an Error that names the line which is not in the notation. */
export function casesOf(markdown: string): ConditionCase[] {
  const blocks = markdown.matchAll(/^### (.+)\n\n```\n([\s\S]*?)```$/gm);
  return [...blocks].map(([, title = "", body = ""]) => ({ title, lines: linesOf(body.trimEnd().split("\n")) }));
}

/** Monday, 5 January 2026, unless a line names a day; days then go on from there. */
const FIRST_DAY = "2026-01-05";

function linesOf([head = "", ...rest]: readonly string[]): CaseLine[] {
  const reader = new CaseReader(head);
  const lines = rest.map((text) => reader.read(text));
  if (rest.some((text) => / made\b/.test(text))) return lines;
  const first = lines[0];
  if (first === undefined) throw new Error(`a case without prices: ${head}`);
  return [first, { text: "made", step: reader.madeAfter(first), expected: "" }, ...lines.slice(1)];
}

class CaseReader {
  readonly #alert: Alert;
  #day = FIRST_DAY;

  constructor(head: string) {
    const [condition = "", ...options] = head.split(";").map((part) => part.trim());
    const parsed = parseCondition(condition);
    const made = exampleAlert(parsed.condition, { symbol: parsed.symbols[0] ?? "AAPL" });
    this.#alert = options.reduce((alert, option) => ({ ...alert, ...this.#option(option) }), made);
  }

  read(text: string): CaseLine {
    const [told = "", expected = ""] = text.split("|").map((part) => part.trim());
    return { text, step: this.#step(told.split(/\s+/)), expected };
  }

  /** Made as of the first price, unless a line says when. */
  madeAfter({ step }: CaseLine): Step {
    if (step.kind !== "commit")
      throw new Error("the first line of a case is a price, or the case says when the alert is made");
    const [quote] = step.quotes;
    const nowMs = Math.min(quote!.quoteTimeMs + quote!.periodMs, quote!.fetchTimeMs);
    return { kind: "arm", at: 0, alert: this.#alert, nowMs };
  }

  #option(text: string): Partial<Alert> {
    const [name = "", ...words] = text.split(/\s+/);
    const value = words.join(" ");
    switch (name) {
      case "every":
        return { repeat: "every" };
      case "band":
        return { bandPercent: value };
      case "rearm":
        return { rearmForMs: parseDuration(words[1] ?? "", "rearm_for") };
      case "max":
        return { maxFires: Number(words[1]) };
      case "confirm":
        return { confirm: Number(value) };
      case "wait":
      case "fire":
      case "reject":
        return { alreadyTrue: name };
      case "regular":
      case "extended":
      case "any":
        return { session: name };
      case "expires":
        return { expireTimeMs: this.#moment(words) };
      default:
        return tellingFrom(text);
    }
  }

  #step(words: string[]): Step {
    if (words[0] === "restart" || words[0] === "kill") return { kind: words[0] };
    const nowMs = this.#moment(words);
    const [word = ""] = words;
    switch (word) {
      case "made":
      case "resume":
        return { kind: "arm", at: 0, alert: this.#alert, nowMs };
      case "pause":
        return { kind: "pause", at: 0, untilMs: words[1] === "until" ? this.#moment(words.slice(2)) : null };
      case "expires":
        return { kind: "change", at: 0, changes: { expireTimeMs: this.#moment(words.slice(1)) } };
      case "remind":
      case "tell":
      case "forget":
        return { kind: "change", at: 0, changes: tellingFrom(words.join(" ")) };
      case "accept":
        return { kind: "accept", nowMs };
      case "reject":
        return { kind: "reject" };
      default:
        return { kind: "commit", quotes: [this.#quote(words, nowMs)] };
    }
  }

  #quote(words: string[], startMs: number): Quote {
    const isBar = words[0] === "bar";
    const count = isBar ? 4 : 1;
    if (isBar) words.shift();
    const [open = 0, high = open, low = open, close = open] = takePrices(words, count);
    const source = takeWord(words, "simulated") ? "simulator" : takeWord(words, "other") ? "other" : "feed";
    const periodMs = isBar ? 60_000 : 0;
    const fetchTimeMs = takeWord(words, "seen") ? this.#moment(words) : startMs + periodMs;
    if (words.length > 0) throw new Error(`more than a price: ${words.join(" ")}`);
    const sessionClass = source === "simulator" ? "always" : partOfDay(startMs);
    const key = { symbol: "AAPL", source, periodMs, quoteTimeMs: startMs };
    return { ...key, open, high, low, close, volume: 1, sessionClass, fetchTimeMs };
  }

  /** Takes a time of New York, and a day before it if there is one, off the front of the words. */
  #moment(words: string[]): number {
    if (/^\d{4}-/.test(words[0] ?? "")) this.#day = words.shift() ?? "";
    const [hours, minutes, seconds = "0"] = (words.shift() ?? "").split(":");
    const atMs = newYork(this.#day, `${hours}:${minutes}`) + Number(seconds) * 1_000;
    if (Number.isNaN(atMs)) throw new Error("a line begins with a time such as 10:00 or 10:00:30");
    return atMs;
  }
}

function takePrices(words: string[], count: number): number[] {
  const prices = words.splice(0, count).map(Number);
  if (prices.length === count && prices.every((price) => price > 0)) return prices;
  throw new Error(`a line tells one price, or four after "bar": ${words.join(" ")}`);
}

function takeWord(words: string[], word: string): boolean {
  if (words[0] !== word) return false;
  words.shift();
  return true;
}

/** `remind 2h` and `tell back`; `forget` says that both are over. */
function tellingFrom(text: string): Partial<Unarming> {
  const [word, value = ""] = text.split(/\s+/);
  switch (word) {
    case "remind":
      return { remindEveryMs: parseDuration(value, "remind_every") };
    case "tell":
      return { tellsWhenBack: true };
    case "forget":
      return { remindEveryMs: 0, tellsWhenBack: false };
    default:
      throw new Error(`"${text}" is no option of a case`);
  }
}
