// A delivery of each kind of mail there is. Its bytes stand in notifier/golden/.
import { HoldEnd, TriggerKind } from "../../proto/gen/tickerbell/v1/alert.ts";
import { HoldReason, OperatorNoticeKind } from "../../proto/gen/tickerbell/v1/notification.ts";
import { AccountNotice, type Delivery, type TriggerMail } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import {
  SIMULATED,
  sampleDelivery,
  samplePoints,
  sampleQuote,
  sampleTrigger,
  sampleTriggerMail,
} from "./sample-delivery.ts";

const BERLIN = "Europe/Berlin";
const NEXT = new Date("2026-11-05T15:31:02Z");
const HOLD = { ratio: "7 for 1", acceptedPrice: 201.35, heldPrice: 28.75, end: HoldEnd.UNSPECIFIED };
const EVERY = "AAPL at or above 200.00 USD, every time";

type Changes = Parameters<typeof sampleTriggerMail>[0];

function alerts(changes: Changes): Delivery["content"] {
  return { $case: "triggerMail", value: standing(changes) };
}

function standing(changes: Changes): TriggerMail {
  return sampleTriggerMail({
    timeZone: BERLIN,
    latestQuote: sampleQuote(),
    previousClose: 199.04,
    points: samplePoints(),
    nextMailTime: NEXT,
    ...changes,
  });
}

const REVERTED: Changes = {
  triggers: [
    sampleTrigger({ alertId: "9hqd2m", price: 201.35, hasReverted: true, note: "sell half" }),
    sampleTrigger({
      alertId: "c41xv8",
      level: 198,
      sentence: "AAPL crosses 198.00 USD upwards, every time",
      price: 201.35,
      note: "",
    }),
    sampleTrigger({
      alertId: "k7p3zs",
      level: 0,
      kind: TriggerKind.EXPIRED,
      sentence: "AAPL at or below 150.00 USD, once",
      note: "",
    }),
  ],
  sealTime: new Date("2026-11-05T15:12:40Z"),
  latestQuote: sampleQuote({ close: 199.2, quoteTime: new Date("2026-11-05T15:11:00Z") }),
  holdReason: HoldReason.COOLDOWN,
  nextMailTime: new Date("2026-11-05T16:12:40Z"),
};

/** Three symbols that fired in quiet hours. */
function digest(): Delivery["content"] {
  const held = {
    sealTime: new Date("2026-11-06T06:00:00Z"),
    holdReason: HoldReason.QUIET_HOURS,
    nextMailTime: new Date("2026-11-06T07:00:00Z"),
  };
  const tesla = sampleTrigger({
    symbol: "TSLA",
    alertId: "x2b6rt",
    sentence: "TSLA at or below 250.00 USD for 10m, once",
    price: 238.4,
    level: 250,
    note: "",
    fireTime: new Date("2026-11-05T20:58:00Z"),
    tradingDelay: { seconds: 120 },
    quote: sampleQuote({
      symbol: "TSLA",
      close: 238.4,
      quoteTime: new Date("2026-11-05T20:57:00Z"),
      fetchTime: new Date("2026-11-05T20:58:01Z"),
    }),
  });
  const down = samplePoints().map(({ time, price }) => ({ time, price: Math.round((470 - price * 1.15) * 100) / 100 }));
  const bitcoin = sampleTrigger({
    symbol: "BTCUSDT",
    alertId: "p0f5ya",
    sentence: "BTCUSDT at or above 70000.00 USDT, once",
    price: 70_115.5,
    level: 70_000,
    note: "",
    fireTime: new Date("2026-11-06T02:14:00Z"),
    quote: sampleQuote({
      symbol: "BTCUSDT",
      source: "binance",
      currency: "USDT",
      close: 70_115.5,
      quoteTime: new Date("2026-11-06T02:13:00Z"),
      fetchTime: new Date("2026-11-06T02:14:00Z"),
    }),
  });
  const parts = [
    standing({ ...held }),
    standing({
      ...held,
      symbol: "TSLA",
      triggers: [tesla],
      latestQuote: tesla.quote,
      previousClose: 252.1,
      points: down,
    }),
    standing({
      ...held,
      symbol: "BTCUSDT",
      triggers: [bitcoin],
      latestQuote: bitcoin.quote,
      previousClose: 0,
      points: [],
    }),
  ];
  return { $case: "digestMail", value: { parts } };
}

function operator(kind: OperatorNoticeKind, ...details: string[]): Delivery["content"] {
  const notices = details.map((detail, at) => ({
    id: `n-${at}`,
    kind,
    time: new Date(Date.parse("2026-11-05T14:20:00Z") + at * 300_000),
    detail,
  }));
  return {
    $case: "operatorMail",
    value: { kind, notices, sealTime: new Date("2026-11-05T14:31:02Z"), timeZone: BERLIN, nextMailTime: NEXT },
  };
}

function account(notice: AccountNotice): Delivery["content"] {
  return { $case: "accountNoticeMail", value: { notice, time: new Date("2026-11-05T14:31:00Z"), timeZone: BERLIN } };
}

const code = { code: "W3K977QX", expireTime: new Date("2026-11-06T14:31:00Z") };
const one = (changes: Parameters<typeof sampleTrigger>[0]): Delivery["content"] =>
  alerts({ triggers: [sampleTrigger(changes)] });
const { BACK_TO_NORMAL, EXPIRED, HELD, HOLD_ENDED, STILL_TRUE, STOPPED } = TriggerKind;
const Operator = OperatorNoticeKind;

const CONTENTS: Readonly<Record<string, Delivery["content"]>> = {
  alert: alerts({}),
  "alert-simulated": alerts({
    triggers: [sampleTrigger(SIMULATED)],
    latestQuote: sampleQuote({ source: "simulator" }),
  }),
  "alerts-held-and-reverted": alerts(REVERTED),
  "still-true": one({ kind: STILL_TRUE, sentence: EVERY }),
  "back-to-normal": one({ kind: BACK_TO_NORMAL, price: 198.9, sentence: EVERY }),
  "alert-expired": one({ kind: EXPIRED, level: 0 }),
  "alert-stopped": one({ kind: STOPPED, level: 0, sentence: EVERY }),
  "on-hold": one({ kind: HELD, level: 0, price: 28.75, hold: HOLD }),
  "hold-over": one({ kind: HOLD_ENDED, level: 0, price: 28.75, hold: { ...HOLD, end: HoldEnd.ACCEPTED } }),
  digest: digest(),
  test: { $case: "testMail", value: { time: new Date("2026-11-05T14:31:00Z"), timeZone: BERLIN } },
  "operator-feed-stale": operator(
    Operator.FEED_STALE,
    "no fetcher is connected: no prices come",
    "alpha-vantage has brought no price to fetcher-1 since 2026-11-05 14:05 UTC: 503 Service Unavailable",
  ),
  "operator-quota-spent": operator(Operator.QUOTA_SPENT, "the requests of fetcher-1 to alpha-vantage are used up"),
  "operator-mail-failing": operator(
    Operator.MAIL_FAILING,
    "from 2026-11-05 13:38 UTC on the mail server took no mail: 454 4.7.0 Temporary authentication failure",
  ),
  "operator-certificate-ending": operator(
    Operator.CERTIFICATE_ENDING,
    "the certificate of notifier ends on 2026-11-12 09:00 UTC",
  ),
  "operator-clock-stepped": operator(
    Operator.CLOCK_STEPPED,
    "the server's clock was set 1h forward, or the machine slept",
  ),
  "operator-disk-nearly-full": operator(Operator.DISK_NEARLY_FULL, "412 MB are left on the disk of the database"),
  verification: { $case: "verificationMail", value: code },
  "password-reset": { $case: "passwordResetMail", value: code },
  "account-registered-already": account(AccountNotice.ALREADY_REGISTERED),
  "account-password-changed": account(AccountNotice.PASSWORD_CHANGED),
  "account-session-stolen": account(AccountNotice.SESSION_STOLEN),
  "account-deleted": account(AccountNotice.DELETED),
};

/** By the name of its file. */
export const GOLDEN_DELIVERIES: readonly (readonly [name: string, delivery: Delivery])[] = Object.entries(CONTENTS).map(
  ([name, content]) => [name, sampleDelivery({ content })],
);
