import type { TimeMs } from "../../domain/time.ts";
import { jsonAnswer, type Answer } from "./answer.ts";
import type { Question } from "./question.ts";

interface Exchange {
  readonly type: "Equity" | "Cryptocurrency";
  readonly region: string;
  readonly exchanges: string;
  readonly open: string;
  readonly close: string;
  readonly notes: string;
}

const UNITED_STATES: Exchange = {
  type: "Equity",
  region: "United States",
  exchanges: "NASDAQ, NYSE, AMEX, BATS",
  open: "09:30",
  close: "16:15",
  notes: "",
};
const LONDON: Exchange = {
  type: "Equity",
  region: "United Kingdom",
  exchanges: "London",
  open: "08:00",
  close: "16:30",
  notes: "",
};
const CRYPTO: Exchange = {
  type: "Cryptocurrency",
  region: "Global",
  exchanges: "Global",
  open: "00:00",
  close: "23:59",
  notes: "The cryptocurrency market is open 24 hours a day",
};

/** MARKET_STATUS: the United States as the market of this simulator has it, and two others by their clocks. */
export function answerMarketStatus({ market }: Question): Answer {
  return jsonAnswer({
    endpoint: "Global Market Open & Close Status",
    markets: [
      rowOf(UNITED_STATES, market.isOpen()),
      rowOf(LONDON, isOpenByClock(LONDON, "Europe/London", market.now())),
      rowOf(CRYPTO, true),
    ],
  });
}

function rowOf(exchange: Exchange, open: boolean): object {
  return {
    market_type: exchange.type,
    region: exchange.region,
    primary_exchanges: exchange.exchanges,
    local_open: exchange.open,
    local_close: exchange.close,
    current_status: open ? "open" : "closed",
    notes: exchange.notes,
  };
}

/** Weekdays between opening and closing by the wall clock of a zone; holidays are not known here. */
function isOpenByClock(exchange: Exchange, timeZone: string, atMs: TimeMs): boolean {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" })
    .formatToParts(atMs)
    .map((part) => part.value);
  const weekday = parts[0] ?? "";
  const time = parts.slice(2).join("");
  return !weekday.startsWith("S") && time >= exchange.open && time < exchange.close;
}
