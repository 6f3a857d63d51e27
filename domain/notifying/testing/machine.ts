import type { NotificationRecord } from "../../notification.ts";
import { announceSending, endDelivery } from "../delivery.ts";
import { beginMail } from "../joint-mail.ts";
import { carryPairOver, expireLease, loseStream } from "../lost-lease.ts";
import { expireNotification, joinTrigger } from "../pair.ts";
import { resend } from "../resend.ts";

/** The notifying machine as the explorer drives it: the real one, or one that reads the rules wrongly. */
export interface Machine {
  readonly joinTrigger: typeof joinTrigger;
  readonly beginMail: typeof beginMail;
  readonly announceSending: typeof announceSending;
  readonly endDelivery: typeof endDelivery;
  readonly expireLease: typeof expireLease;
  readonly loseStream: typeof loseStream;
  readonly expireNotification: typeof expireNotification;
  readonly carryPairOver: typeof carryPairOver;
  readonly resend: typeof resend;
  /** What a word about a notification's mail is done to, of all records; nothing when its row is gone. The store's part. */
  readonly mailOf: (records: readonly NotificationRecord[], notificationId: string) => readonly NotificationRecord[];
}

export const realMachine: Machine = {
  joinTrigger,
  beginMail,
  announceSending,
  endDelivery,
  expireLease,
  loseStream,
  expireNotification,
  carryPairOver,
  resend,
  mailOf(records, notificationId) {
    const first = records.find(({ id }) => id === notificationId);
    if (first === undefined) return [];
    const { seal } = first;
    if (seal === null) return [first];
    return [first, ...records.filter((one) => one !== first && one.seal?.messageId === seal.messageId)];
  },
};
