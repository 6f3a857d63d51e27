import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { renderDate } from "../../runtime/tls/render-date.ts";
import { renderCount } from "../render/count.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

/** A certificate that ends sooner should be renewed: from then on `make certs` does. */
const SOON_MS = 30 * DAY_MS;

/** A certificate of which nothing else is wrong, by its end. */
export function judgeEnd(name: string, what: string, endMs: TimeMs, now: TimeMs, mend: string): Finding {
  const leftMs = endMs - now;
  if (leftMs <= 0) return fail(name, `${what} expired on ${renderDate(endMs)}`, mend);
  const left = leftMs < DAY_MS ? "less than a day" : renderCount(Math.floor(leftMs / DAY_MS), "day");
  const message = `${what} ends in ${left}, on ${renderDate(endMs)}`;
  return leftMs < SOON_MS ? warn(name, message, mend) : ok(name, message);
}
