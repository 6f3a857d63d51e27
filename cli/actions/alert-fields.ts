// What was typed for an alert, as fields of the contract. The server checks the values; here only what it could not understand is refused.
import { parseDuration } from "../../domain/duration.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import { AlertSession, AlreadyTrue, Repeat, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import { UsageError } from "../usage-error.ts";
import type { AlertOptions, AlertUpdateOptions } from "./alert-options.ts";
import { parseComing, parseWhole } from "./parse-time.ts";

const REPEAT = { once: Repeat.ONCE, every: Repeat.EVERY } as const;
const ALREADY_TRUE = { wait: AlreadyTrue.WAIT, fire: AlreadyTrue.FIRE, reject: AlreadyTrue.REJECT } as const;
const SESSION = { regular: AlertSession.REGULAR, extended: AlertSession.EXTENDED, any: AlertSession.ANY } as const;
const MOST_FIRES = 10_000;
const MOST_CONFIRMED = 10;
/** Takes an option away again. */
const NONE = "none";
const OFF = "off";

/** The fields that were given, each under its name in the contract. Throws AppError INVALID_ARGUMENT that names the option. */
export function alertFields(options: AlertUpdateOptions, now: TimeMs): Partial<Alert> {
  const { repeat, alreadyTrue, band, rearmFor, maxFires, confirm, session, expires, note } = options;
  const { urgent, remindEvery, tellBack } = options;
  const tags = tagsFrom(options);
  return {
    ...(repeat === undefined ? {} : { repeat: REPEAT[repeat] }),
    ...(alreadyTrue === undefined ? {} : { alreadyTrue: ALREADY_TRUE[alreadyTrue] }),
    ...(band === undefined ? {} : { bandPercent: band }),
    ...(rearmFor === undefined ? {} : { rearmFor: rearmFrom(rearmFor) }),
    ...(maxFires === undefined ? {} : { maxFires: maxFiresFrom(maxFires) }),
    ...(confirm === undefined ? {} : { confirm: parseWhole("--confirm", confirm, MOST_CONFIRMED) }),
    ...(session === undefined ? {} : { session: SESSION[session] }),
    ...(expires === undefined ? {} : { expireTime: expiryFrom(expires, now) }),
    ...(urgent === undefined ? {} : { isUrgent: urgent }),
    ...(remindEvery === undefined ? {} : { remindEvery: reminderFrom(remindEvery) }),
    ...(tellBack === undefined ? {} : { tellsWhenBack: tellBack }),
    ...(note === undefined ? {} : { note }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** The paths of what is to change. */
export function alertMask(text: string, options: AlertUpdateOptions): string[] {
  const given: Readonly<Record<string, unknown>> = {
    condition: text === "" ? undefined : text,
    repeat: options.repeat,
    already_true: options.alreadyTrue,
    band_percent: options.band,
    rearm_for: options.rearmFor,
    max_fires: options.maxFires,
    confirm: options.confirm,
    session: options.session,
    expire_time: options.expires,
    is_urgent: options.urgent,
    remind_every: options.remindEvery,
    tells_when_back: options.tellBack,
    note: options.note,
    tags: tagsFrom(options),
  };
  return Object.keys(given).filter((path) => given[path] !== undefined);
}

function rearmFrom(text: string): Alert["rearmFor"] {
  return text === NONE ? undefined : durationToProto(parseDuration(text, "--rearm-for"));
}

function reminderFrom(text: string): Alert["remindEvery"] {
  return text === OFF ? undefined : durationToProto(parseDuration(text, "--remind-every"));
}

function maxFiresFrom(text: string): number {
  return text === NONE ? 0 : parseWhole("--max-fires", text, MOST_FIRES);
}

/** A day is meant with all of it, as orders that are good till a date are. */
function expiryFrom(text: string, now: TimeMs): Date | undefined {
  return text === "never" ? undefined : parseComing("--expires", text, now, "end");
}

/** Undefined: nothing is said about them. */
function tagsFrom({ tag, tags }: AlertOptions & Pick<AlertUpdateOptions, "tags">): string[] | undefined {
  if (tag === undefined) return tags === false ? [] : undefined;
  if (tags === false) throw new UsageError("--tag and --no-tags do not go together", "Give one of the two.");
  return [...tag];
}
