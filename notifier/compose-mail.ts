// Step 8 of a quote's story, its bytes: a delivery becomes one message and one envelope with one recipient. Message-ID, date
// and boundary come sealed with the delivery, so composing it again, anywhere and at any time, gives the same bytes.
import MailComposer from "nodemailer/lib/mail-composer";
import type { Delivery } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { bytesOfMime } from "./bytes-of-mime.ts";
import { isPlainAddress } from "./mail-address.ts";
import type { MailRoom } from "./mail-view.ts";
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

/** In bytes: beyond it mail programs cut a mail off, and phones load it slowly. */
export const MAIL_LIMIT = 40_000;

/** What is tried in turn until a mail is small enough. */
const ROOMS: readonly MailRoom[] = [
  { blocks: 50, pictures: 3 },
  { blocks: 50, pictures: 1 },
  { blocks: 30, pictures: 1 },
  { blocks: 20, pictures: 1 },
  { blocks: 10, pictures: 1 },
  { blocks: 5, pictures: 1 },
  { blocks: 2, pictures: 0 },
  { blocks: 1, pictures: 0 },
];

/** Composes a delivery. Throws AddressError if it has not exactly one plain recipient, another error if its content is unknown. */
export function composeMail(delivery: Delivery, from: MailSender): ComposedMail {
  const { toAddress: to, mailDate } = delivery;
  if (!isPlainAddress(to)) throw new AddressError("the recipient is not one plain address");
  if (mailDate === undefined) throw new Error("the delivery has no mail_date");
  let bytes: Buffer = Buffer.alloc(0);
  for (const room of ROOMS) {
    bytes = composeIn(room, delivery, from);
    if (bytes.length <= MAIL_LIMIT) break;
  }
  return { from: from.address, to, bytes };
}

function composeIn(room: MailRoom, delivery: Delivery, from: MailSender): Buffer {
  const { pictures, ...words } = renderMail(delivery, room);
  const composer = new MailComposer({
    ...words,
    attachments: pictures.map(({ cid, png }, at) => ({
      cid,
      content: png,
      contentType: "image/png",
      contentDisposition: "inline",
      filename: `chart-${at + 1}.png`,
    })),
    from: { ...from },
    to: { name: "", address: delivery.toAddress }, // as an object: a text would be split into recipients
    envelope: { from: from.address, to: [delivery.toAddress] },
    messageId: delivery.messageId,
    date: delivery.mailDate,
    baseBoundary: delivery.mimeBoundary,
    headers: headersOf(delivery, from),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return bytesOfMime(composer.compile());
}

/** No out-of-office answers, please: RFC 3834, and what Exchange heeds instead. What is not about an account is told apart by its List-Id (RFC 2919). */
function headersOf({ content }: Delivery, { address }: MailSender): Record<string, string> {
  const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
  const list = LISTS.get(content?.$case ?? "");
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return list === undefined ? headers : { ...headers, "List-Id": `Tickerbell ${list} <${list}.tickerbell.${domain}>` };
}

const LISTS: ReadonlyMap<string, string> = new Map([
  ["triggerMail", "alerts"],
  ["digestMail", "alerts"],
  ["operatorMail", "operators"],
]);
