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
  | {
      readonly kind: "csv";
      readonly text: string;
      /** As it is named where it comes as a file. */ readonly fileName?: string;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

const BURST_RETRY_MS = 2 * SECOND_MS;
/** An unknown refusal is most likely a limit in new words: asking on would only eat the budget. */
const UNKNOWN_RETRY_MS = 10 * MINUTE_MS;
/** When the service's day turns over is not known: one request an hour finds out. */
const DAILY_RETRY_MS = HOUR_MS;
/** Longer texts are pages, not sentences. */
const SENTENCE_CHARACTERS_MAX = 2_000;
/** Of December 2025 there is a wording that asks to spread requests out and names no second. */
const BURST_WORDS = /per[- ]second|burst|sparingly|spreading out/i;
const MINUTE_WORDS = /per minute|minute-level/i;
const VOLUME_WORDS = /higher API (call|request) volume|API call frequency/i;

/** Classes an answer. `key` is masked out of every message. */
export function classifyAnswer(answer: HttpAnswer, key: string): Answer {
  const content = contentOf(answer, key);
  const isGood = answer.status === 200;
  if (content.kind === "json") {
    const refusal = refusalIn(content.value, key, isGood);
    if (refusal !== null) return { kind: "refusal", refusal: heeding(answer, refusal) };
  }
  if (!isGood) return { kind: "refusal", refusal: refusalOfStatus(answer) };
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

function contentOf(answer: HttpAnswer, key: string): Answer {
  const text = answer.body;
  if (text === null) return refused("malformed", "the answer is not UTF-8 text");
  const start = text.trimStart();
  if (start === "") return refused("outage", "the answer is empty");
  if (text.startsWith("\uFEFF")) return refused("malformed", "the answer begins with a byte order mark");
  if (start.startsWith("<")) return refused("outage", "the answer is a web page");
  if (start.startsWith("{")) return jsonContent(text);
  if (/^[A-Za-z_]+(,[A-Za-z_]+)+\r?(\n|$)/.test(text)) return csvContent(text, answer.fileName);
  if (answer.contentType.startsWith("text/html")) return refused("outage", "the answer is a web page");
  const said = text.length <= SENTENCE_CHARACTERS_MAX ? knownClassOfWords(text) : null; // the words without the JSON
  if (said !== null) return { kind: "refusal", refusal: refusalFromWords(text, said, key) };
  return refused("malformed", "the answer is neither a JSON object nor CSV");
}

function csvContent(text: string, fileName: string | undefined): Answer {
  return { kind: "csv", text, ...(fileName === undefined ? {} : { fileName }) };
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

/**
 * The refusal that a JSON object states, or null if it states none. Beside a status that says more (`isGood` false), only words that
 * are known are heard.
 */
function refusalIn(value: JsonObject, key: string, isGood: boolean): Refusal | null {
  const said = (words: string, otherwise: RefusalClass): Refusal | null => {
    const refusalClass = knownClassOfWords(words) ?? (isGood ? otherwise : null);
    return refusalClass === null ? null : refusalFromWords(words, refusalClass, key);
  };
  const error = textField(value, "error message");
  if (error !== null) return said(error, "bad_request");
  const information = textField(value, "information") ?? textField(value, "note");
  if (information !== null) return said(information, "throttle");
  const detail = textField(value, "detail");
  if (detail !== null) return said(detail, "outage");
  if (Object.keys(value).length === 0) return isGood ? refusalOf("no_data", "the answer is an empty object") : null;
  const words = sampleWords(value) ?? unknownWords(value);
  if (words !== null)
    return saysSample(value, words) ? refusalOf("sample_data", maskKey(words, key)) : said(words, "throttle");
  return isGood ? emptyQuoteRefusal(value) : null;
}

function textField(value: JsonObject, lowerCaseName: string): string | null {
  const name = Object.keys(value).find((candidate) => candidate.trim().toLowerCase() === lowerCaseName);
  if (name === undefined) return null;
  const field = value[name];
  return typeof field === "string" ? field : "a refusal without words";
}

/** A key without entitlement gets well-formed rows of a day long past; only the message tells. */
function sampleWords(value: JsonObject): string | null {
  const message = fieldOf(value, "message");
  const [isBulk, hasRows] = [fieldOf(value, "endpoint") !== undefined, fieldOf(value, "data") !== undefined];
  if (!(hasRows || (isBulk && message !== undefined)) || message === "success") return null;
  return typeof message === "string" ? message : "rows without the message success";
}

/** Rows beside words that name a limit are no sample: the plan has them, and they come when they are asked for later. */
function saysSample(value: JsonObject, words: string): boolean {
  const known = knownClassOfWords(words);
  return fieldOf(value, "data") !== undefined && known !== "throttle" && known !== "daily_quota";
}

function emptyQuoteRefusal(value: JsonObject): Refusal | null {
  const quote = outerField(value, "Global Quote");
  const empty = isJsonObject(quote) && Object.keys(quote).length === 0;
  return empty ? refusalOf("no_data", "the source has no quote for this symbol") : null;
}

/** A sentence under a name that nobody has seen yet: whatever stands beside it is not taken for prices. */
function unknownWords(value: JsonObject): string | null {
  const error = fieldOf(value, "error");
  const inError = isJsonObject(error) ? fieldOf(error, "message") : error;
  const texts = Object.entries(value).flatMap(([name, text]) =>
    name === "endpoint" || name === "error" ? [] : [text],
  );
  const sentences = [inError, ...texts].filter((text) => typeof text === "string" && text.trim().includes(" "));
  return sentences.length === 0 ? null : sentences.join(" ");
}

function refusalFromWords(words: string, refusalClass: RefusalClass, key: string): Refusal {
  return refusalOf(refusalClass, maskKey(words, key), retryAfterOf(refusalClass, words));
}

/**
 * The order matters: nearly every refusal, those of quotas too, praises the premium plans ("unlock all premium endpoints"), and what
 * needs a plan names its requests per minute. Only what needs a plan says "a premium endpoint".
 */
function knownClassOfWords(words: string): RefusalClass | null {
  if (/invalid api call|invalid inputs|does not exist/i.test(words)) return "bad_request";
  if (/premium (endpoint|feature)\b|\bentitled\b/i.test(words)) return "not_entitled";
  const namesDay = /(requests|calls) per day/i.test(words);
  if (namesDay && /detected your API key/i.test(words)) return "daily_quota";
  if ([BURST_WORDS, MINUTE_WORDS].some((limit) => limit.test(words))) return "throttle";
  if (namesDay && /(limit|frequency) is|reached|exceeded|exhausted/i.test(words)) return "daily_quota";
  if (VOLUME_WORDS.test(words)) return "throttle";
  if (/apikey|(invalid|missing) api key|api key is (invalid|missing)|\bdemo\b/i.test(words)) return "bad_key";
  return null;
}

function retryAfterOf(refusalClass: RefusalClass, words: string): number | null {
  if (refusalClass === "daily_quota") return DAILY_RETRY_MS;
  if (refusalClass !== "throttle") return null;
  if (MINUTE_WORDS.test(words)) return MINUTE_MS;
  if (BURST_WORDS.test(words)) return BURST_RETRY_MS;
  return VOLUME_WORDS.test(words) ? MINUTE_MS : UNKNOWN_RETRY_MS;
}

function refusalOfStatus(answer: HttpAnswer): Refusal {
  const { status, body } = answer;
  const isWebPage = body?.trimStart().startsWith("<") === true; // a proxy speaks, not the service
  const message = `the source answered HTTP ${status}`;
  if (status === 429) return refusalOf("throttle", message, waitAsked(answer) ?? MINUTE_MS);
  if (status >= 500 || status === 406 || status === 408) {
    return refusalOf("outage", message, waitAsked(answer));
  }
  if (status >= 300 && status < 400) return refusalOf("outage", `${message}: redirects are not followed`);
  if ((status === 401 || status === 403) && !isWebPage) return refusalOf("bad_key", message);
  if (isWebPage) return refusalOf("outage", `${message} with a web page`);
  return refusalOf(status >= 400 ? "bad_request" : "malformed", message);
}
