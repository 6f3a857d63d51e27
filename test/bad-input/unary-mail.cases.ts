// What is sent to the calls about mail: when it may come, what it was, another try, and what failed.
import { DAY_MS } from "../../domain/time.ts";
import { AdminServiceService as admin, ListFailedMailsRequest } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { NotificationServiceService as notifications } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import {
  DigestMode,
  User,
  UserServiceService as users,
  type MailSettings,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import { badCases, invalid, type BadCase } from "./bad-case.ts";
import { BAD_IDS, RANDOM_ID } from "./unary-reading.cases.ts";
import type { UnaryCall, UnaryWorld } from "./unary-world.ts";

type Wishes = Parameters<typeof User.fromPartial>[0]["mailSettings"];

const SETTINGS = "user.mail_settings";

/** A change of these wishes. */
const wish =
  (mailSettings: Wishes, ...masks: readonly (keyof typeof MASKS)[]): UnaryCall =>
  (world) =>
    world.ask(users.updateCurrentUser, {
      user: User.fromPartial({ mailSettings }),
      updateMask: masks.map((mask) => MASKS[mask]),
    });
const MASKS = {
  quietHours: "mail_settings.quiet_hours",
  digest: "mail_settings.digest",
  snooze: "mail_settings.snooze_until_time",
} as const satisfies Partial<Record<keyof MailSettings | "snooze", string>>;

const CLOCKS: Readonly<Record<string, string>> = {
  "no time of day": "",
  "a time of day of 25 hours": "25:00",
  "a time of day at 24:00": "24:00",
  "a time of day of 60 minutes": "22:60",
  "a time of day without minutes": "22",
  "a time of day with seconds": "22:00:00",
  "a time of day in the afternoon": "10:00 pm",
  "a time of day with a sign": "-1:00",
  "a time of day in Arabic digits": "\u0662\u0662:\u0660\u0660",
  "a time of day with NUL": "22:00\u0000",
  "a time of day of 100,000 characters": "2".repeat(100_000),
};

const QUIET: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    CLOCKS,
    (from) => wish({ quietHours: { from, until: "07:00" } }, "quietHours"),
    invalid("FIELD_INVALID", `${SETTINGS}.quiet_hours.from`),
  ).map((one) => ({ ...one, name: `${one.name}, at which quiet hours begin` })),
  ...badCases(
    CLOCKS,
    (until) => wish({ quietHours: { from: "22:00", until } }, "quietHours"),
    invalid("FIELD_INVALID", `${SETTINGS}.quiet_hours.until`),
  ).map((one) => ({ ...one, name: `${one.name}, at which quiet hours end` })),
  {
    name: "quiet hours that end when they begin, also in another spelling",
    given: wish({ quietHours: { from: "7:00", until: "07:00" } }, "quietHours"),
    ...invalid("FIELD_INVALID", `${SETTINGS}.quiet_hours.until`),
  },
];

const DIGESTS: readonly BadCase<UnaryCall>[] = [
  ...badCases(
    CLOCKS,
    (at) => wish({ digest: { mode: DigestMode.DAILY, at } }, "digest"),
    invalid("FIELD_INVALID", `${SETTINGS}.digest.at`),
  ).map((one) => ({ ...one, name: `${one.name}, of a digest` })),
  ...badCases<DigestMode, UnaryCall>(
    { "a digest of no kind": DigestMode.UNSPECIFIED, "a digest of a kind that is none": 99 as DigestMode },
    (mode) => wish({ digest: { mode, at: "08:00" } }, "digest"),
    invalid("FIELD_INVALID", `${SETTINGS}.digest.mode`),
  ),
  {
    name: "a digest at the close that names a time",
    given: wish({ digest: { mode: DigestMode.SESSION_CLOSE, at: "08:00" } }, "digest"),
    ...invalid("FIELD_INVALID", `${SETTINGS}.digest.at`),
  },
];

const WISHES: readonly BadCase<UnaryCall>[] = [
  ...QUIET,
  ...DIGESTS,
  {
    name: "a snooze of more than a year",
    given: wish({ snoozeUntilTime: new Date(Date.now() + 367 * DAY_MS) }, "snooze"),
    ...invalid("FIELD_INVALID", `${SETTINGS}.snooze_until_time`),
  },
  {
    name: "a snooze until the end of time",
    given: wish({ snoozeUntilTime: new Date("9999-12-31T23:59:59Z") }, "snooze"),
    ...invalid("FIELD_INVALID", `${SETTINGS}.snooze_until_time`),
  },
  {
    name: "wishes with everything wrong, all of it named",
    given: wish(
      {
        quietHours: { from: "x", until: "y" },
        digest: { mode: DigestMode.DAILY, at: "z" },
        snoozeUntilTime: new Date("9999-12-31T23:59:59Z"),
      },
      "quietHours",
      "digest",
      "snooze",
    ),
    ...invalid(
      "FIELD_INVALID",
      `${SETTINGS}.quiet_hours.from`,
      `${SETTINGS}.digest.at`,
      `${SETTINGS}.snooze_until_time`,
    ),
  },
  ...badCases(
    {
      "all wishes at once": "mail_settings",
      "half of quiet hours": "mail_settings.quiet_hours.from",
      "a wish that is none": "mail_settings.ring",
      "whether the address refuses mail": "is_address_refused",
    },
    (mask): UnaryCall =>
      (world) =>
        world.ask(users.updateCurrentUser, { user: User.fromPartial({}), updateMask: [mask] }),
    invalid("UPDATE_MASK", "update_mask"),
  ),
];

/** Every way in which an id is none, for a call about a notification. */
function idCases(about: string, ask: (world: UnaryWorld, id: string) => Promise<unknown>): BadCase<UnaryCall>[] {
  const given = (id: string): UnaryCall => {
    return (world) => ask(world, id);
  };
  const cases: BadCase<UnaryCall>[] = [
    ...badCases(BAD_IDS, given, invalid("FIELD_INVALID", "id")),
    { name: "no id", given: given(""), ...invalid("FIELD_REQUIRED", "id") },
    { name: "an id of nothing", given: given(RANDOM_ID), code: "NOT_FOUND", reason: "NOTIFICATION_NOT_FOUND" },
  ];
  return cases.map((one) => ({ ...one, name: `${one.name}, ${about}` }));
}

const failed = (world: UnaryWorld, request: Parameters<typeof ListFailedMailsRequest.fromPartial>[0]) => {
  return world.ask(admin.listFailedMails, ListFailedMailsRequest.fromPartial(request), { token: world.operator.token });
};

const FAILED: readonly BadCase<UnaryCall>[] = [
  ...badCases<NotificationState, UnaryCall>(
    {
      "failed mails that wait": NotificationState.WAITING,
      "failed mails that were sent": NotificationState.SENT,
      "failed mails that nobody wanted any more": NotificationState.CANCELLED,
      "failed mails in a state that is none": 99 as NotificationState,
    },
    (state): UnaryCall =>
      (world) =>
        failed(world, { state }),
    invalid("FIELD_INVALID", "state"),
  ),
  ...badCases(
    { garbage: "garbage", "a number": "MQ", "100,000 characters": "A".repeat(100_000) },
    (pageToken): UnaryCall =>
      (world) =>
        failed(world, { pageToken }),
    invalid("PAGE_TOKEN", "page_token"),
  ).map((one) => ({ ...one, name: `a page token of failed mails of ${one.name}` })),
  {
    name: "a list of failed mails with everything wrong, all of it named",
    given: (world) => failed(world, { pageSize: -1, pageToken: "x", state: NotificationState.SENT }),
    ...invalid("FIELD_INVALID", "state", "page_token", "page_size"),
  },
  {
    name: "who is no operator and asks for failed mails, before anything is read",
    given: (world) => world.ask(admin.listFailedMails, ListFailedMailsRequest.fromPartial({ pageSize: -1 })),
    code: "PERMISSION_DENIED",
    reason: "OPERATOR_REQUIRED",
  },
];

/** Wishes, mails and failures, as they cannot be asked for. */
export const MAIL_CASES: readonly BadCase<UnaryCall>[] = [
  ...WISHES,
  ...idCases("of a mail to look at", (world, id) => world.ask(notifications.getNotificationMail, { id })),
  ...idCases("of a mail to try again", (world, id) => world.ask(notifications.resendNotification, { id })),
  ...FAILED,
];
