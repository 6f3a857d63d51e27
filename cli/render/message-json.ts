// Messages of the contract as JSON for programs: lowerCamelCase names, RFC 3339 times, durations as `60s`, enum values by
// their short names, and every field present, so that a program need not know the defaults.

/** A message's kind, as the generated code has it. */
export interface MessageKind<Message> {
  toJSON(message: Message): unknown;
}

/** The values of these fields are enum values, which the contract prefixes with the enum's name. */
const ENUM_PREFIXES: Readonly<Record<string, RegExp>> = {
  state: /^(ALERT|NOTIFICATION|STORE)_STATE_/,
  sourceState: /^SOURCE_STATE_/,
  repeat: /^REPEAT_/,
  alreadyTrue: /^ALREADY_TRUE_/,
  direction: /^CROSS_DIRECTION_/,
  sessionClass: /^SESSION_CLASS_/,
  session: /^ALERT_SESSION_/,
  kind: /^(TRIGGER|OPERATOR_NOTICE)_KIND_/,
  mode: /^DIGEST_MODE_/,
  holdReason: /^HOLD_REASON_/,
  order: /^HISTORY_ORDER_/,
  standing: /^PRICE_STANDING_/,
  end: /^HOLD_END_/,
};

/** A message as a JSON value. */
export function jsonFromMessage<Message>(kind: MessageKind<Message>, message: Message): unknown {
  return completed(message, kind.toJSON(message));
}

/** The generated JSON leaves out every field that holds its default; the message itself still has it. */
function completed(message: unknown, json: unknown): unknown {
  if (Array.isArray(message)) {
    return message.map((item, at) => completed(item, (json as unknown[] | undefined)?.[at]));
  }
  if (!isRecord(message) || message instanceof Date) return json ?? message;
  if (isDuration(message)) return `${message.seconds + message.nanos / 1e9}s`;
  const given = isRecord(json) ? json : {};
  const fields = Object.entries(message).flatMap(([name, value]) => fieldEntries(name, value, given));
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** A oneof's JSON stands under the chosen field's name. */
function fieldEntries(name: string, value: unknown, given: Record<string, unknown>): [name: string, json: unknown][] {
  if (isRecord(value) && typeof value["$case"] === "string") {
    const chosen = value["$case"];
    return [[chosen, completed(value["value"], given[chosen])]];
  }
  const json = given[name];
  const prefix = ENUM_PREFIXES[name];
  if (prefix === undefined) return [[name, completed(value, json)]];
  if (json === undefined && value === 0) return [[name, "UNSPECIFIED"]];
  return [[name, typeof json === "string" ? json.replace(prefix, "") : completed(value, json)]];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDuration(value: Record<string, unknown>): value is { seconds: number; nanos: number } {
  return typeof value["seconds"] === "number" && typeof value["nanos"] === "number";
}
