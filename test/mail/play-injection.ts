// Hostile deliveries are composed and read back by another library: whatever they hold, a mail has one recipient, the headers that it should
// have, no markup but its own, and the same facts in text and HTML.
import PostalMime, { type Email } from "postal-mime";
import { AddressError, composeMail, MAIL_LIMIT, type ComposedMail } from "../../notifier/compose-mail.ts";
import { factsOfHtml, factsOfText } from "../../notifier/testing/mail-facts-reader.ts";
import type { Delivery } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { alertsIn, hostileDelivery } from "./hostile-deliveries.ts";

interface InjectionOptions {
  readonly count: number;
  /** Each delivery has one of its own, from this one up. */
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** What was seen on the way. */
interface InjectionFigures {
  /** Deliveries whose address was no address, and that became no mail. */
  readonly refused: number;
  /** In bytes. */
  readonly largest: number;
}

const FROM = { name: "Tickerbell", address: "bell@example.com" };
const HEADERS = ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
const OF_ALL = [...HEADERS, "x-auto-response-suppress"].toSorted();
const OF_LISTS = [...OF_ALL, "list-id"].toSorted();
const LISTED = new Set(["triggerMail", "digestMail", "operatorMail"]);
/** A mail's own markup. No attribute of it takes a text from elsewhere but these, which are quoted. */
const OWN_TAGS =
  /^<(\/?(html|head|title|style|body|div|p|strong|h1|h2|h3|span|table|tr|th|td|code)( (lang|style|class|role)="[^"<>]*")*|!doctype html|meta [a-z-]+="[^"<>]*"( content="[^"<>]*")?|img src="cid:[\w.@-]+" alt="[^"<>]*" width="560" style="[^"<>]*")>$/;
/** Controls, and what turns a line's direction. */
const UNWANTED = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** RFC 5322, 2.1.1. */
const LONGEST_LINE = 998;

export async function playInjection({ count, seed, onViolation }: InjectionOptions): Promise<InjectionFigures> {
  let refused = 0;
  let largest = 0;
  for (let one = seed; one < seed + count; one += 1) {
    const delivery = hostileDelivery(one);
    const tell = (what: string): void => onViolation(`seed ${one}: ${what}`);
    const mail = composed(delivery);
    if (mail instanceof AddressError) refused += 1;
    else if (mail instanceof Error) tell(`not composed: ${mail.message}`);
    else {
      largest = Math.max(largest, mail.bytes.length);
      for (const what of await faultsOf(delivery, mail)) tell(what);
    }
  }
  return { refused, largest };
}

function composed(delivery: Delivery): ComposedMail | Error {
  try {
    return composeMail(delivery, FROM);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What is wrong with a mail; nothing, if all is well. */
export async function faultsOf(delivery: Delivery, mail: ComposedMail): Promise<readonly string[]> {
  const parsed = await PostalMime.parse(mail.bytes);
  const again = composeMail(delivery, FROM);
  return [
    ...(again.bytes.equals(mail.bytes) ? [] : ["composed again, it is another mail"]),
    ...faultsOfBytes(mail),
    ...faultsOfHeaders(delivery, parsed),
    ...faultsOfWords(delivery, parsed),
  ];
}

function faultsOfBytes({ bytes }: ComposedMail): string[] {
  const raw = bytes.toString("latin1");
  const faults = [];
  if (bytes.length > MAIL_LIMIT) faults.push(`it has ${bytes.length} bytes`);
  if (/[^\r]\n|\r[^\n]/.test(raw)) faults.push("a line does not end as SMTP wants it");
  if (raw.split("\r\n").some((line) => line.length > LONGEST_LINE)) faults.push("a line is too long");
  if (/[^\t\r\n -~]/.test(raw)) faults.push("it is not ASCII on the wire");
  return faults;
}

function faultsOfHeaders({ content, toAddress }: Delivery, { headers, to, cc, bcc, subject = "" }: Email): string[] {
  const faults = [];
  const expected = LISTED.has(content?.$case ?? "") ? OF_LISTS : OF_ALL;
  const names = headers.map(({ key }) => key).toSorted();
  if (names.join() !== expected.join()) faults.push(`its headers are ${names.join()}`);
  const recipients = [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])].map(({ address = "" }) => address);
  const spelled = recipients.map((address) => address.replace(/^"(.*)"@/, "$1@").toLowerCase()); // dots in a row stand in quotes
  if (spelled.join() !== toAddress.toLowerCase()) faults.push(`it goes to ${recipients.join()}`);
  if (!/^[ -~]{1,200}$/.test(subject)) faults.push(`its subject is ${JSON.stringify(subject)}`);
  return faults;
}

function faultsOfWords(delivery: Delivery, { text = "", html = "", attachments }: Email): string[] {
  const faults = [];
  const foreign = (html.match(/<[^>]*>?/g) ?? []).find((tag) => !OWN_TAGS.test(tag));
  if (foreign !== undefined) faults.push(`a tag is not its own: ${foreign.slice(0, 80)}`);
  if (UNWANTED.test(text) || UNWANTED.test(html)) faults.push("it has a character that it must not have");
  const shown = [...html.matchAll(/ src="cid:([^"]*)"/g)].map(([, cid]) => `<${cid ?? ""}>`);
  if (shown.join() !== attachments.map(({ contentId }) => contentId).join())
    faults.push("pictures are not those it shows");
  if (!html.includes("<h1>")) return faults; // mails about accounts have words of their own
  if (factsOfText(text).join("\n") !== factsOfHtml(html).join("\n")) faults.push("text and HTML do not tell the same");
  return [...faults, ...lostNotes(delivery, text), ...lostAlerts(delivery, text, html)];
}

/** Every note stands in it as it was written, in one line; every alert is shown or counted. */
function lostNotes(delivery: Delivery, text: string): string[] {
  const triggers = alertsIn(delivery).flatMap((part) => part.triggers);
  const notes = triggers.map(({ note }) => asOneLine(note));
  const told = Array.from(text.matchAll(/^ {2}Note: +(.*)$/gm), ([, note = ""]) => asOneLine(note)); // set in, as no title is
  const isAsWritten = (line: string): boolean =>
    notes.some((note) => note === line || (line.endsWith("…") && note.startsWith(line.slice(0, -1).trim())));
  const other = told.find((line) => !isAsWritten(line));
  return other === undefined ? [] : [`a note is not as it was written: ${JSON.stringify(other.slice(0, 80))}`];
}

/** A mail about one alert has its sentence as its title. */
function lostAlerts(delivery: Delivery, text: string, html: string): string[] {
  const triggers = alertsIn(delivery).flatMap((part) => part.triggers);
  if (triggers.length === 0 || triggers.some(({ sentence }) => asOneLine(sentence) === "")) return []; // then nothing is there to be counted
  const isTitle = delivery.content?.$case === "triggerMail" && triggers.length === 1;
  const shown = (html.match(/<h3>/g) ?? []).length + (isTitle ? 1 : 0);
  const more = Number(/^and (\d+) more$/m.exec(text)?.[1] ?? 0);
  return shown + more === triggers.length ? [] : [`of ${triggers.length} alerts it shows ${shown} and counts ${more}`];
}

function asOneLine(note: string): string {
  const kept = Array.from(note.toWellFormed(), (char) => (isUnwanted(char.codePointAt(0) ?? 0) ? " " : char));
  return kept.join("").replaceAll(/\s+/g, " ").trim();
}

/** The same as the notifier's, in another way: by number. */
function isUnwanted(code: number): boolean {
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const isDirection =
    [0x61c, 0x200e, 0x200f].includes(code) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  const isNoCharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  return isControl || isDirection || isNoCharacter || [0x2028, 0x2029, 0xfeff].includes(code);
}
