// Step 8 of a quote's story, its bytes: a delivery becomes one message and one envelope with one recipient. Message-ID, date
// and boundary come sealed with the delivery, so composing it again, anywhere and at any time, gives the same bytes.
import MailComposer from "nodemailer/lib/mail-composer";
import type { Delivery } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { isPlainAddress } from "./mail-address.ts";
import { renderMail } from "./render-mail.ts";

/** The sender of every mail. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** A message, ready for SMTP. */
export interface ComposedMail {
  readonly from: string;
  /** The only recipient. */
  readonly to: string;
  readonly bytes: Buffer;
}

/** The delivery's address cannot be put into an envelope. */
export class AddressError extends Error {}

/** Composes a delivery. Rejects with AddressError if it has not exactly one plain recipient, with another error if its content is unknown. */
export async function composeMail(delivery: Delivery, from: MailSender): Promise<ComposedMail> {
  const { toAddress: to, mailDate } = delivery;
  if (!isPlainAddress(to)) throw new AddressError("the recipient is not one plain address");
  if (mailDate === undefined) throw new Error("the delivery has no mail_date");
  const composer = new MailComposer({
    ...renderMail(delivery),
    from: { ...from },
    to: { name: "", address: to }, // as an object: a text would be split into recipients
    envelope: { from: from.address, to: [to] },
    messageId: delivery.messageId,
    date: mailDate,
    baseBoundary: delivery.mimeBoundary,
    headers: { "Auto-Submitted": "auto-generated" }, // RFC 3834: no out-of-office answers, please
    newline: "windows", // what SMTP wants; the bytes here are then the bytes on the wire
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { from: from.address, to, bytes: await composer.compile().build() };
}
