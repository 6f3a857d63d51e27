import { noticeKind } from "../proto/convert/notice-kind.ts";
import type { Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { levelOf } from "./alert-phrase.ts";
import type { MailPicture } from "./mail-view.ts";
import { isPriced } from "./notice-words.ts";
import { describeSparkline } from "./picture/describe-sparkline.ts";
import { drawSparkline } from "./picture/draw-sparkline.ts";
import type { PriceHistory, PricePoint } from "./picture/price-line.ts";
import { name } from "./trigger-block.ts";

/** So many pictures are kept: many users' mails of one price show the same, and drawing it is most of what a mail costs. */
const PICTURES_KEPT = 64;
const drawn = new Map<string, Buffer | null>();

/** The way of a symbol's price with the levels of its alerts, the first one's marked. Null where too little is known of it. */
export function chartOf(mail: TriggerMail, triggers: readonly Trigger[], id: string): MailPicture | null {
  const [first] = triggers;
  if (first === undefined) return null;
  const points = mail.points.map(({ time, price }) => ({ timeMs: time?.getTime() ?? NaN, price }));
  const history: PriceHistory = { points, levels: levelsOf(triggers), mark: markOf(first, points) };
  const png = pictureOf(history);
  const alt = describeSparkline(name(mail.symbol), history);
  return png === null || alt === null ? null : { cid: `${id.replace(/[^A-Za-z0-9.-]/g, "")}@tickerbell`, png, alt };
}

function pictureOf(history: PriceHistory): Buffer | null {
  const key = JSON.stringify(history);
  const known = drawn.get(key);
  if (known !== undefined) return known;
  const png = drawSparkline(history);
  const [oldest] = drawn.keys();
  if (drawn.size >= PICTURES_KEPT && oldest !== undefined) drawn.delete(oldest);
  drawn.set(key, png);
  return png;
}

/** What is not about a price has no say, unless there is nothing else: its level may be far off. */
function levelsOf(triggers: readonly Trigger[]): readonly number[] {
  const priced = triggers.filter(({ kind }) => isPriced(noticeKind(kind)));
  return (priced.length > 0 ? priced : triggers).map(levelOf);
}

/** Where it fired, if the picture reaches back to that; else the newest price is marked. */
function markOf(trigger: Trigger, points: readonly PricePoint[]): PricePoint | undefined {
  const timeMs = trigger.fireTime?.getTime() ?? NaN;
  const isFire = noticeKind(trigger.kind) === null;
  return isFire && points.some((point) => point.timeMs <= timeMs) ? { timeMs, price: trigger.price } : undefined;
}
