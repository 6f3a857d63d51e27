// The options of an alert as a request says them: all of them for a new alert, those that a mask names for a change.
import type { Alert } from "../../domain/alert.ts";
import { isDuration } from "../../domain/duration.ts";
import { AppError } from "../../domain/error.ts";
import type { FieldProblems } from "../../domain/field-problems.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { parseNote } from "../../domain/note.ts";
import { parseBandPercent, USUAL_BAND_PERCENT } from "../../domain/price.ts";
import { parseTags } from "../../domain/tags.ts";
import { HOUR_MS, type TimeMs } from "../../domain/time.ts";
import { alreadyTrueFromProto, repeatFromProto, sessionFromProto } from "../../proto/convert/alert.ts";
import { durationFromProto, minutesFromProto } from "../../proto/convert/duration.ts";
import type { Alert as AlertMessage } from "../../proto/gen/tickerbell/v1/alert.ts";

/** The part of an alert that its owner may leave out. */
export type AlertOptions = Pick<Alert, keyof typeof OPTION_PATHS>;

/** Each option by its path in the contract. */
export const OPTION_PATHS = {
  repeat: "repeat",
  alreadyTrue: "already_true",
  bandPercent: "band_percent",
  note: "note",
  maxFires: "max_fires",
  rearmForMs: "rearm_for",
  confirm: "confirm",
  session: "session",
  expireTimeMs: "expire_time",
  isUrgent: "is_urgent",
  remindEveryMs: "remind_every",
  tellsWhenBack: "tells_when_back",
  tags: "tags",
} as const;

/** What an alert has whose owner told nothing. */
export const USUAL_OPTIONS: AlertOptions = {
  repeat: "once",
  alreadyTrue: "wait",
  bandPercent: USUAL_BAND_PERCENT,
  note: "",
  maxFires: 0,
  rearmForMs: 0,
  confirm: 1,
  session: "regular",
  expireTimeMs: null,
  isUrgent: false,
  remindEveryMs: 0,
  tellsWhenBack: false,
  tags: [],
};

const PLAIN_DECIMAL = /^\d{1,2}(\.\d{1,4})?$/;
const MOST_FIRES = 10_000;
const MOST_CONFIRMED = 10;
const LEAST_REMINDER_MS = HOUR_MS;
/** The last moment that the contract's timestamps know. */
const LATEST_MS = Date.UTC(10_000, 0) - 1;

/** How each is read; throws INVALID_ARGUMENT for the field. */
const READERS: {
  readonly [Key in keyof AlertOptions]: (wish: AlertMessage, field: string, eventNowMs: TimeMs) => AlertOptions[Key];
} = {
  repeat: ({ repeat }, field) => repeatFromProto(repeat, field),
  alreadyTrue: ({ alreadyTrue }, field) => alreadyTrueFromProto(alreadyTrue, field),
  bandPercent: ({ bandPercent }, field) => bandFrom(bandPercent, field),
  note: ({ note }, field) => parseNote(note, field),
  maxFires: ({ maxFires }, field) => countFrom(maxFires, MOST_FIRES, field),
  rearmForMs: ({ rearmFor }, field) => minutesFromProto(rearmFor, field),
  confirm: ({ confirm }, field) => Math.max(1, countFrom(confirm, MOST_CONFIRMED, field)),
  session: ({ session }, field) => sessionFromProto(session, field),
  expireTimeMs: ({ expireTime }, field, eventNowMs) => futureTimeFrom(expireTime, field, eventNowMs),
  isUrgent: ({ isUrgent }) => isUrgent,
  remindEveryMs: ({ remindEvery }, field) => reminderFrom(remindEvery, field),
  tellsWhenBack: ({ tellsWhenBack }) => tellsWhenBack,
  tags: ({ tags }, field) => parseTags(tags, field),
};

/** Which options a request is to say, and where its faults are gathered. */
export interface OptionReading {
  readonly wants: (path: string) => boolean;
  readonly problems: FieldProblems;
  readonly eventNowMs: TimeMs;
}

/** The options as `wish` has them where they are wanted, as `before` has them elsewhere. */
export function readOptions(wish: AlertMessage, before: AlertOptions, reading: OptionReading): AlertOptions {
  const { wants, problems, eventNowMs } = reading;
  const read = <Key extends keyof AlertOptions>(key: Key): AlertOptions[Key] => {
    const path = OPTION_PATHS[key];
    if (!wants(path)) return before[key];
    const field = `alert.${path}`;
    return problems.read(field, before[key], () => READERS[key](wish, field, eventNowMs));
  };
  return {
    repeat: read("repeat"),
    alreadyTrue: read("alreadyTrue"),
    bandPercent: read("bandPercent"),
    note: read("note"),
    maxFires: read("maxFires"),
    rearmForMs: read("rearmForMs"),
    confirm: read("confirm"),
    session: read("session"),
    expireTimeMs: read("expireTimeMs"),
    isUrgent: read("isUrgent"),
    remindEveryMs: read("remindEveryMs"),
    tellsWhenBack: read("tellsWhenBack"),
    tags: read("tags"),
  };
}

/** A moment after `eventNowMs`; null if there is none. Throws INVALID_ARGUMENT FIELD_INVALID. */
export function futureTimeFrom(time: Date | undefined, field: string, eventNowMs: TimeMs): TimeMs | null {
  if (time === undefined) return null;
  const timeMs = time.getTime();
  if (!(timeMs <= LATEST_MS)) throw AppError.invalidField(field, "FIELD_INVALID", "is not a time");
  if (timeMs > eventNowMs) return timeMs;
  throw AppError.invalidField(field, "FIELD_INVALID", `must be in the future: it is ${formatMoment(eventNowMs)} now`);
}

function bandFrom(text: string, field: string): string {
  if (text === "") return USUAL_BAND_PERCENT;
  if (PLAIN_DECIMAL.test(text)) return parseBandPercent(text);
  throw AppError.invalidField(
    field,
    "FIELD_INVALID",
    "must be a percentage from 0 to 50 in plain digits, with at most 4 decimals",
    "Such as 0.5, without a sign.",
  );
}

/** Sooner than the next mail may come nobody need be reminded. */
function reminderFrom(every: AlertMessage["remindEvery"], field: string): number {
  const ms = durationFromProto(every);
  if (ms === 0 || (isDuration(ms) && ms >= LEAST_REMINDER_MS && every?.nanos === 0)) return ms;
  const message = "must be whole minutes, from 1 hour to 30 days";
  throw AppError.invalidField(field, "FIELD_INVALID", message, "Such as 4h; leave it out for no reminders.");
}

function countFrom(count: number, most: number, field: string): number {
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw AppError.invalidField(field, "FIELD_INVALID", `must be from 1 to ${most}`);
}
