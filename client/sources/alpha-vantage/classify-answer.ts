// Decides what an answer is before anybody looks for prices in it. The service answers 200 for nearly everything, says no
// in prose that changes every year, and mentions its premium plans in every refusal: so structure decides first, then a
// few words in an order that was found to work, and what is still unknown counts as a throttle.

import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../domain/time.ts";
import type { Refusal, RefusalClass } from "../source.ts";
import type { HttpAnswer } from "../fetch-answer.ts";
import { refusalOf } from "../refusal.ts";
import { fieldOf, isJsonObject, outerField, type JsonObject } from "../json-object.ts";
import { maskKey } from "./request-url.ts";

/** An answer that may hold prices, or why it does not. */
export type Answer =
  | { readonly kind: "json"; readonly value: JsonObject; readonly text: string }
  | { readonly kind: "csv"; readonly text: string }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

const BURST_RETRY_MS = 2 * SECOND_MS;
/** An unknown refusal is most likely a limit in new words: asking on would only eat the budget. */
const UNKNOWN_RETRY_MS = 10 * MINUTE_MS;
/** When the service's day turns over is not known: one request an hour finds out. */
const DAILY_RETRY_MS = HOUR_MS;

/** Classes an answer. `key` is masked out of every message. */
export function classifyAnswer(answer: HttpAnswer, key: string): Answer {
  const content = contentOf(answer);
  if (content.kind === "json") {
    const refusal = refusalIn(content.value, key);
    // An empty object says nothing; beside a status that does, such as 429 with its Retry-After, it must not be heard.
    const isHeard = answer.status === 200 || refusal?.class !== "no_data";
    if (refusal !== null && isHeard) return { kind: "refusal", refusal: heeding(answer, refusal) };
  }
  if (answer.status !== 200) return { kind: "refusal", refusal: refusalOfStatus(answer) };
  return content;
}

/** The header may ask for more patience than the words. */
function heeding(answer: HttpAnswer, refusal: Refusal): Refusal {
  const askedMs = waitAsked(answer);
  if (askedMs === null || refusal.retryAfterMs === null) return refusal;
  return { ...refusal, retryAfterMs: Math.max(askedMs, refusal.retryAfterMs) };
}

/** This service asks for no more than an hour; a proxy's word is not taken for longer. */
function waitAsked({ retryAfterMs }: HttpAnswer): number | null {
  return retryAfterMs === null ? null : Math.min(retryAfterMs, HOUR_MS);
}

function refused(refusalClass: RefusalClass, message: string): Answer {
  return { kind: "refusal", refusal: refusalOf(refusalClass, message) };
}

function contentOf(answer: HttpAnswer): Answer {
  const text = answer.body;
  if (text === null) return refused("malformed", "the answer is not UTF-8 text");
  const start = text.trimStart();
  if (start === "") return refused("outage", "the answer is empty");
  if (text.startsWith("\uFEFF")) return refused("malformed", "the answer begins with a byte order mark");
  if (start.startsWith("<")) return refused("outage", "the answer is a web page");
  if (start.startsWith("{")) return jsonContent(text);
  if (/^[A-Za-z_]+(,[A-Za-z_]+)+\r?(\n|$)/.test(text)) return { kind: "csv", text };
  if (answer.contentType.startsWith("text/html")) return refused("outage", "the answer is a web page");
  return refused("malformed", "the answer is neither a JSON object nor CSV");
}

function jsonContent(text: string): Answer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused("malformed", "the answer is broken JSON"); // the parser's message would quote the body
  }
  return isJsonObject(value) ? { kind: "json", value, text } : refused("malformed", "the answer is no JSON object");
}

/** The refusal that a JSON object states, or null if it states none. */
function refusalIn(value: JsonObject, key: string): Refusal | null {
  const error = textField(value, "error message");
  if (error !== null) return refusalFromWords(error, errorClass(error), key);
  const information = textField(value, "information") ?? textField(value, "note");
  if (information !== null) return refusalFromWords(information, classOfWords(information), key);
  const detail = textField(value, "detail");
  if (detail !== null) return refusalOf("outage", maskKey(detail, key));
  const names = Object.keys(value);
  if (names.length === 0) return refusalOf("no_data", "the answer is an empty object");
  return sampleRefusal(value, key) ?? emptyQuoteRefusal(value) ?? unknownRefusal(value, key);
}

function textField(value: JsonObject, lowerCaseName: string): string | null {
  const name = Object.keys(value).find((candidate) => candidate.trim().toLowerCase() === lowerCaseName);
  if (name === undefined) return null;
  const field = value[name];
  return typeof field === "string" ? field : "a refusal without words";
}

/** A key without entitlement gets well-formed rows of a day long past; only the message tells. */
function sampleRefusal(value: JsonObject, key: string): Refusal | null {
  const message = fieldOf(value, "message");
  if (fieldOf(value, "endpoint") === undefined && fieldOf(value, "data") === undefined) return null;
  if (message === "success") return null;
  const words = typeof message === "string" ? message : "rows without the message success";
  if (fieldOf(value, "data") !== undefined) return refusalOf("sample_data", maskKey(words, key));
  return refusalFromWords(words, classOfWords(words), key);
}

function emptyQuoteRefusal(value: JsonObject): Refusal | null {
  const quote = outerField(value, "Global Quote");
  const empty = isJsonObject(quote) && Object.keys(quote).length === 0;
  return empty ? refusalOf("no_data", "the source has no quote for this symbol") : null;
}

/** Nothing but sentences: a refusal under a key that nobody has seen yet. */
function unknownRefusal(value: JsonObject, key: string): Refusal | null {
  const texts = Object.values(value);
  if (!texts.every((text) => typeof text === "string" && text.includes(" "))) return null;
  const words = texts.join(" ");
  return refusalFromWords(words, classOfWords(words), key);
}

function refusalFromWords(words: string, refusalClass: RefusalClass, key: string): Refusal {
  return refusalOf(refusalClass, maskKey(words, key), retryAfterOf(refusalClass, words));
}

function errorClass(words: string): RefusalClass {
  if (/invalid api call|does not exist/i.test(words)) return "bad_request";
  return knownClassOfWords(words) ?? "bad_request";
}

function classOfWords(words: string): RefusalClass {
  return knownClassOfWords(words) ?? "throttle";
}

/** The order matters: nearly every refusal, those of quotas too, praises the premium plans. */
function knownClassOfWords(words: string): RefusalClass | null {
  const daily = /(requests|calls) per day/i.test(words) && /detected your API key|rate limit is/i.test(words);
  if (daily) return "daily_quota";
  if (/per second|burst pattern|minute-level|(calls|requests) per minute|higher API call volume/i.test(words)) {
    return "throttle";
  }
  if (/premium endpoint|premium feature|entitled/i.test(words)) return "not_entitled";
  if (/apikey|\bdemo\b/i.test(words)) return "bad_key";
  return null;
}

function retryAfterOf(refusalClass: RefusalClass, words: string): number | null {
  if (refusalClass === "daily_quota") return DAILY_RETRY_MS;
  if (refusalClass !== "throttle") return null;
  if (/per minute|minute-level|higher API call volume/i.test(words)) return MINUTE_MS;
  return /per second|burst/i.test(words) ? BURST_RETRY_MS : UNKNOWN_RETRY_MS;
}

function refusalOfStatus(answer: HttpAnswer): Refusal {
  const { status, body } = answer;
  const isWebPage = body?.trimStart().startsWith("<") === true; // a proxy speaks, not the service
  const message = `the source answered HTTP ${status}`;
  if (status >= 500 || status === 406 || status === 408 || status === 429) {
    return refusalOf("outage", message, waitAsked(answer));
  }
  if (status >= 300 && status < 400) return refusalOf("outage", `${message}: redirects are not followed`);
  if ((status === 401 || status === 403) && !isWebPage) return refusalOf("bad_key", message);
  if (isWebPage) return refusalOf("outage", `${message} with a web page`);
  return refusalOf(status >= 400 ? "bad_request" : "malformed", message);
}
