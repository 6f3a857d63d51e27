import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { endsSoon } from "../../runtime/tls/ends-soon.ts";
import { renderDate } from "../../runtime/tls/render-date.ts";
import { renderCount } from "../render/count.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

/** A certificate of which nothing else is wrong, by its end. */
export function judgeEnd(name: string, what: string, endMs: TimeMs, now: TimeMs, mend: string): Finding {
  const leftMs = endMs - now;
  if (leftMs <= 0) return fail(name, `${what} expired on ${renderDate(endMs)}`, mend);
  const left = leftMs < DAY_MS ? "less than a day" : renderCount(Math.floor(leftMs / DAY_MS), "day");
  const message = `${what} ends in ${left}, on ${renderDate(endMs)}`;
  return endsSoon(leftMs) ? warn(name, message, mend) : ok(name, message);
}
