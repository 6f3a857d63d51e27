import type { TimeMs } from "./time.ts";

/** What operators are told of the system, at most once an hour of each kind. */
const OPERATOR_NOTICE_KINDS = [
  "FEED_STALE",
  "QUOTA_SPENT",
  "MAIL_FAILING",
  "CERTIFICATE_ENDING",
  "CLOCK_STEPPED",
  "DISK_NEARLY_FULL",
] as const;
export type OperatorNoticeKind = (typeof OPERATOR_NOTICE_KINDS)[number];

/** Something that operators are told of the system. */
export interface OperatorNotice {
  readonly id: string;
  readonly kind: OperatorNoticeKind;
  readonly timeMs: TimeMs;
  /** A sentence. */
  readonly detail: string;
}

/** What no symbol begins with. */
export const NOTICE_PREFIX = "notice/";

/** What stands in the place of the symbol of a notification for operators: no symbol looks like it. */
export function noticeTopic(kind: OperatorNoticeKind): string {
  return `${NOTICE_PREFIX}${kind}`;
}

/** The kind of notice that stands in the place of a symbol; null for a symbol. */
export function noticeKindOf(topic: string): OperatorNoticeKind | null {
  return OPERATOR_NOTICE_KINDS.find((kind) => topic === noticeTopic(kind)) ?? null;
}
