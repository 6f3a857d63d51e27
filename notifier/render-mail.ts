// Step 8 of a quote's story, its words: what a sealed delivery says, from the delivery alone. The same delivery gives the
// same words in every process, zone and year, so that a repeat is byte for byte the same mail.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Eta } from "eta/core";
import type { Delivery, PasswordResetMail, VerificationMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { viewOfAccountNotice } from "./account-notice-words.ts";
import type { MailPicture, MailRoom, MailView } from "./mail-view.ts";
import { viewOfOperatorMail } from "./operator-view.ts";
import { plainLine } from "./plain-line.ts";
import { renderMomentIn } from "./render-moment.ts";
import { viewOfTest } from "./view-of-test.ts";
import { viewOfDigest, viewOfTriggers } from "./trigger-view.ts";

/** What a reader sees of a mail. */
export interface RenderedMail {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What the HTML shows. */
  readonly pictures: readonly MailPicture[];
}

/** Longer codes are not typed by anybody. */
const CODE_LIMIT = 100;
/** A mail is read on a phone: what is beyond is counted, and listed by the command that the mail names. */
const FULL_ROOM: MailRoom = { blocks: 50, pictures: 3 };

const plain = new Eta({ autoEscape: false, autoTrim: false });
const escaping = new Eta({ autoEscape: true, autoTrim: false });

/** A pair of templates: one of text and one of HTML. */
class Templates<View extends { readonly subject: string }> {
  readonly #text;
  readonly #html;

  constructor(name: string) {
    this.#text = plain.compile(template(`${name}.text.eta`));
    this.#html = escaping.compile(template(`${name}.html.eta`));
  }

  render(view: View): Omit<RenderedMail, "pictures"> {
    return { subject: view.subject, text: plain.render(this.#text, view), html: escaping.render(this.#html, view) };
  }
}

const mail = new Templates<MailView>("mail");
const accountNotice = new Templates<ReturnType<typeof viewOfAccountNotice>>("account-notice-mail");
const passwordReset = new Templates<CodeView>("password-reset-mail");
const verification = new Templates<CodeView>("verification-mail");

/**
 * The words and pictures of a delivery; of many alerts as many as there is `room` for. Throws for content that this version does not know: a
 * newer server's, which another notifier may.
 */
export function renderMail(delivery: Delivery, room: MailRoom = FULL_ROOM): RenderedMail {
  const { content, notificationId, mimeBoundary } = delivery;
  const envelope = { notificationId, boundary: mimeBoundary, room };
  switch (content?.$case) {
    case "triggerMail":
      return rendered(viewOfTriggers(content.value, envelope));
    case "digestMail":
      return rendered(viewOfDigest(content.value.parts, envelope));
    case "operatorMail":
      return rendered(viewOfOperatorMail(content.value, notificationId, room));
    case "testMail":
      return rendered(viewOfTest(content.value, notificationId));
    case "verificationMail":
      return { ...verification.render(viewOfCode(content.value, "Verify your address for Tickerbell")), pictures: [] };
    case "passwordResetMail":
      return {
        ...passwordReset.render(viewOfCode(content.value, "Choose another password for Tickerbell")),
        pictures: [],
      };
    case "accountNoticeMail":
      return { ...accountNotice.render(viewOfAccountNotice(content.value)), pictures: [] };
    case undefined:
      throw new Error("the delivery holds no content that this version can render");
  }
}

function rendered(view: MailView): RenderedMail {
  const pictures = view.blocks.map(({ picture }) => picture).filter((picture) => picture !== null);
  return { ...mail.render(view), pictures };
}

interface CodeView {
  readonly subject: string;
  readonly code: string;
  readonly until: string;
}

function viewOfCode({ code, expireTime }: VerificationMail | PasswordResetMail, subject: string): CodeView {
  return {
    subject,
    code: plainLine(code, CODE_LIMIT),
    until: expireTime === undefined ? "" : renderMomentIn("UTC", expireTime.getTime()),
  };
}

function template(name: string): string {
  return readFileSync(join(import.meta.dirname, "templates", name), "utf8");
}
