import fc from "fast-check";
import { AlertSession, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService as alerts,
  CreateAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService as notifications } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { ListCandlesRequest, QuoteServiceService as quotes } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { User, UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";

/** A method with the bytes of a request that is sound. */
export interface SoundRequest {
  readonly path: string;
  readonly decode: (bytes: Buffer) => unknown;
  readonly bytes: Buffer;
}

const HOSTILE = [
  "",
  " ",
  "\u0000",
  "\r\nBcc: eve@example.net",
  "'; DROP TABLE alerts; --",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "\ufffd",
  "\u202e",
  "NaN",
  "1e999",
  "-0",
  "%s%n",
  "x".repeat(5_000),
  "\u{1f514}".repeat(300),
];

/** Texts: hostile ones, nearly sound ones, and anything at all. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  fc
    .tuple(
      fc.constantFrom("AAPL", "a", "BRK-B", "any of A, B", "any of A,,", "\u0410", "", "A B"),
      fc.constantFrom("above", "below", "crosses up", "inside 1..", "outside 0.5 .. ", "over", ""),
      fc.float(),
      fc.constantFrom("", "", " for 10m", " for 31d", " for"),
    )
    .map(([symbol, kind, level, rest]) => `${symbol} ${kind} ${level}${rest}`),
  fc.tuple(fc.string({ maxLength: 12 }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
);

/** Numbers, with all of their edges. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, -1, 1, 5e-324, 1e308, 1e12, 1e-12, 2 ** 31, 2 ** 53, -(2 ** 53)),
  fc.double(),
  fc.double({ min: 0.01, max: 1_000 }),
  fc.integer(),
);

/** The bytes of a request. */
export function sound<Request>(
  method: {
    path: string;
    requestSerialize: (request: Request) => Buffer;
    requestDeserialize: (bytes: Buffer) => Request;
  },
  request: NoInfer<Request>,
): SoundRequest {
  return { path: method.path, decode: method.requestDeserialize, bytes: Buffer.from(method.requestSerialize(request)) };
}

/** A sound request for every method that answers once, about an alert that there is. */
export function soundRequests(id: string): readonly SoundRequest[] {
  const page = { filter: "symbol=AAPL", pageSize: 10, pageToken: "" };
  const condition = { kind: { $case: "crosses", value: { level: 200, direction: 1 } } } as const;
  const alert = {
    symbol: "AAPL",
    condition,
    bandPercent: "0.5",
    note: "sell half",
    repeat: Repeat.EVERY,
    alreadyTrue: AlreadyTrue.WAIT,
    maxFires: 3,
    rearmFor: { seconds: 600, nanos: 0 },
    confirm: 1,
    session: AlertSession.EXTENDED,
    expireTime: new Date(4e12),
    tags: ["swing", "tech"],
  };
  const band = { $case: "outside", value: { lower: 100, upper: 200, forDuration: { seconds: 60, nanos: 0 } } } as const;
  const banded = { ...alert, symbol: "", symbols: ["AAPL", "IBM"], condition: { kind: band }, confirm: 2 };
  const changed = { ...alert, id, symbol: "" };
  const created = { alert, requestId: "8c1f02ab-1111-4222-8333-444455556666" };
  const candles = {
    symbol: "AAPL",
    period: { seconds: 60, nanos: 0 },
    startTime: new Date(1e12),
    endTime: new Date(2e12),
  };
  const credentials = { email: "ann@example.com", password: "four unrelated words" };
  return [
    sound(alerts.createAlert, CreateAlertRequest.fromPartial(created)),
    sound(alerts.createAlert, CreateAlertRequest.fromPartial({ text: "AAPL above 200", alert: { note: "x" } })),
    sound(alerts.createAlert, CreateAlertRequest.fromPartial({ alert: banded })),
    sound(
      alerts.updateAlert,
      UpdateAlertRequest.fromPartial({ alert: changed, updateMask: ["expire_time", "tags", "max_fires", "session"] }),
    ),
    sound(alerts.updateAlert, UpdateAlertRequest.fromPartial({ alert: changed, updateMask: ["note", "condition"] })),
    sound(alerts.updateAlert, UpdateAlertRequest.fromPartial({ alert: { id, etag: '"1"' }, text: "above 210" })),
    sound(alerts.getAlert, { id }),
    sound(alerts.pauseAlert, { id, untilTime: new Date(4e12) }),
    sound(alerts.resumeAlert, { id }),
    sound(alerts.deleteAlert, { id: `${id}0`, etag: '"1"' }),
    sound(alerts.batchDeleteAlerts, { ids: [`${id}0`, `${id}1`] }),
    sound(alerts.listAlerts, page),
    sound(notifications.listNotifications, page),
    sound(notifications.getNotification, { id }),
    sound(quotes.getQuote, { symbol: "AAPL" }),
    sound(quotes.listQuotes, { symbols: ["AAPL", "IBM"] }),
    sound(quotes.listCandles, ListCandlesRequest.fromPartial(candles)),
    sound(users.registerUser, { ...credentials, timeZone: "Europe/Berlin" }),
    sound(users.logIn, credentials),
    sound(users.verifyUser, { code: "17A6246VT0GF9VTPYNTWK24T6K" }),
    sound(users.refreshSession, { refreshToken: "x".repeat(43) }),
    sound(users.getCurrentUser, {}),
    sound(users.updateCurrentUser, { user: User.fromPartial({ timeZone: "Asia/Tokyo" }), updateMask: ["time_zone"] }),
    sound(users.requestPasswordReset, { email: "nobody@example.com" }),
    sound(users.resetPassword, { code: "17A6246VT0GF9VTPYNTWK24T6K", newPassword: "five unrelated words" }),
    sound(users.changePassword, { currentPassword: "not these words", newPassword: "five unrelated words" }),
    sound(users.deleteCurrentUser, { password: "not these words" }),
    sound(users.claimOperator, { code: "17A6246VT0GF9VTPYNTWK24T6K" }),
  ];
}

/** What happens to the bytes of a message on their way. */
export const anyDamage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .array(
    fc.record({
      at: fc.nat(400),
      deed: fc.constantFrom("change", "cut", "insert", "repeat", "append"),
      byte: fc.nat(255),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        anyText.map((text) => Buffer.from(text)),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((deeds) => (bytes) => deeds.reduce((before, deed) => damaged(before, deed), bytes));

function damaged(
  bytes: Buffer,
  { at, deed, byte, bytes: more }: { at: number; deed: string; byte: number; bytes: Uint8Array },
): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  switch (deed) {
    case "change":
      return Buffer.from(bytes.map((one, index) => (index === place ? byte : one)));
    case "cut":
      return bytes.subarray(0, place);
    case "insert":
      return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
    case "repeat":
      return Buffer.concat([bytes, bytes.subarray(place)]);
    default:
      return Buffer.concat([bytes, more]);
  }
}
