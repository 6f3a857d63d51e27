// Holds what is left after a trial against what was promised. Alerts are judged a second time by test/oracle; nothing here is
// the product's. Each finding is a sentence that names the promise and the thing that breaks it.
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { firingPlaces } from "../oracle/above-oracle.ts";
import type { Evidence, QuoteFact } from "./kill-evidence.ts";
import type { RecordedMail } from "./recording-sink.ts";

const HOUR_MS = 3_600_000;

/** Every broken promise; none if all were kept. Under `hold` a mail may end as UNKNOWN, and never comes twice. */
export function reconcile(evidence: Evidence, policy: AmbiguityPolicy = "resend"): string[] {
  return [
    ...(evidence.integrity === "ok" ? [] : [`the database is damaged: ${evidence.integrity}`]),
    ...quoteFaults(evidence),
    ...triggerFaults(evidence),
    ...notificationFaults(evidence, policy),
    ...contentFaults(evidence),
    ...cooldownFaults(evidence),
    ...repeatFaults(evidence, policy),
  ];
}

/** How often a mail came again. */
export function countRepeats({ mails }: Pick<Evidence, "mails">): number {
  return mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
}

const keyOf = ({ symbol, quoteTimeMs, close }: QuoteFact): string => `${symbol} at ${quoteTimeMs} (${close})`;

function quoteFaults({ acknowledged, sent, stored, judged }: Evidence): string[] {
  const kept = countOf(stored.map(keyOf));
  const judgedOnce = countOf(judged.map(keyOf));
  const known = sent === null ? null : new Set(sent.map(keyOf));
  return [
    ...acknowledged
      .filter((quote) => !kept.has(keyOf(quote)))
      .map((quote) => `lost quote: ${keyOf(quote)} was acknowledged`),
    ...acknowledged
      .filter((quote) => kept.has(keyOf(quote)) && !judgedOnce.has(keyOf(quote)))
      .map((quote) => `quote not judged: ${keyOf(quote)}`),
    ...[...kept].filter(([, count]) => count > 1).map(([key, count]) => `quote stored ${count} times: ${key}`),
    ...[...judgedOnce].filter(([, count]) => count > 1).map(([key, count]) => `quote judged ${count} times: ${key}`),
    ...[...kept.keys()].filter((key) => known?.has(key) === false).map((key) => `quote that nobody sent: ${key}`),
    ...repeated(judged.map(({ seq }) => String(seq))).map(
      (seq) => `two quotes have the place ${seq} in the order of judging`,
    ),
  ];
}

function triggerFaults({ judged, alerts, triggers }: Evidence): string[] {
  const quotes = Map.groupBy(judged, ({ symbol }) => symbol);
  const expected = alerts.flatMap(({ row, symbol, level, repeat }) => {
    const series = quotes.get(symbol) ?? [];
    const closes = series.map(({ close }) => close);
    const places = closes.length === 0 ? [] : firingPlaces(closes, level, repeat);
    return places.map((place) => `alert ${row} on quote ${series[place]!.seq} of ${symbol}`);
  });
  const symbolOf = new Map(alerts.map(({ row, symbol }) => [row, symbol]));
  const recorded = countOf(
    triggers.map(({ alert, seq }) => `alert ${alert} on quote ${seq} of ${symbolOf.get(alert) ?? "?"}`),
  );
  const wanted = new Set(expected);
  return [
    ...expected.filter((trigger) => !recorded.has(trigger)).map((trigger) => `lost trigger: ${trigger}`),
    ...[...recorded].filter(([, count]) => count > 1).map(([trigger, count]) => `trigger ${count} times: ${trigger}`),
    ...[...recorded.keys()]
      .filter((key) => !wanted.has(key))
      .map((trigger) => `trigger that should not be: ${trigger}`),
  ];
}

function notificationFaults({ triggers, notifications, mails, alerts }: Evidence, policy: AmbiguityPolicy): string[] {
  const fine = policy === "hold" ? ["SENT", "UNKNOWN"] : ["SENT"];
  const byId = new Map(notifications.map((notification) => [notification.id, notification]));
  const arrived = new Map(mails.map((mail) => [mail.messageId, mail]));
  const byMessageId = new Map(notifications.map((notification) => [notification.messageId, notification]));
  const symbolOf = new Map(alerts.map(({ row, symbol }) => [row, symbol]));
  return [
    ...triggers
      .filter(({ notificationId, alert }) => byId.get(notificationId)?.symbol !== symbolOf.get(alert))
      .map(({ alert, seq }) => `trigger of alert ${alert} on quote ${seq} is in no notification of its symbol`),
    ...triggers
      .filter(({ notificationId, inMail }) => byId.get(notificationId)?.state === "SENT" && inMail !== 1)
      .map(({ alert, seq }) => `trigger of alert ${alert} on quote ${seq} has no line in its mail`),
    ...notifications
      .filter(({ state }) => !fine.includes(state))
      .map(({ id, state }) => `notification ${id} is ${state} in the end, with a mail server that takes everything`),
    ...notifications
      .filter(({ state, messageId }) => state === "SENT" && !arrived.has(messageId ?? ""))
      .map(({ id }) => `lost mail: notification ${id} is SENT and never came`),
    ...[...arrived.values()]
      .filter(({ messageId, recipient }) => byMessageId.get(messageId)?.recipient !== recipient)
      .map(({ messageId }) => `mail ${messageId} is no notification's`),
  ];
}

/** A Message-ID stands for the same bytes, always. */
function contentFaults({ mails }: Evidence): string[] {
  return [...Map.groupBy(mails, ({ messageId }) => messageId)]
    .filter(([, copies]) => new Set(copies.map(({ digest }) => digest)).size > 1)
    .map(([messageId]) => `mail ${messageId} came with different bytes`);
}

/** Between the last copy of a mail and the first of the next that names the symbol to the same person. */
function cooldownFaults({ mails }: Evidence): string[] {
  const pairs = Map.groupBy(mails, ({ recipient, subject }) => `${recipient} and ${subject.split(" ")[0] ?? ""}`);
  return [...pairs].flatMap(([pair, ofPair]) => {
    const sorted = ofPair.toSorted((a, b) => a.takenMs - b.takenMs);
    return sorted.flatMap((mail, at) => {
      const before = sorted[at - 1];
      if (before === undefined || before.messageId === mail.messageId) return [];
      const gapMs = mail.takenMs - before.takenMs;
      return gapMs >= HOUR_MS ? [] : [`two mails within the hour: ${pair}, ${gapMs / 1_000} s apart`];
    });
  });
}

/** A copy may follow another only if something was killed meanwhile, and under `hold` not even then. */
function repeatFaults({ mails, killTimesMs }: Evidence, policy: AmbiguityPolicy): string[] {
  const excuses = policy === "hold" ? [] : killTimesMs;
  return [...Map.groupBy(mails, ({ messageId }) => messageId)].flatMap(([messageId, copies]) => {
    const sorted = copies.toSorted((a, b) => a.beginMs - b.beginMs);
    return sorted.flatMap((copy, at) =>
      isExcused(sorted[at - 1], copy, excuses) ? [] : [`mail ${messageId} came again without a kill`],
    );
  });
}

function isExcused(before: RecordedMail | undefined, copy: RecordedMail, killTimesMs: readonly number[]): boolean {
  return before === undefined || killTimesMs.some((time) => before.beginMs <= time && time <= copy.takenMs);
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function repeated(keys: readonly string[]): string[] {
  return [...countOf(keys)].filter(([, count]) => count > 1).map(([key]) => key);
}
