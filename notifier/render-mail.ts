// Step 8 of a quote's story, its words: what a sealed delivery says, from the delivery alone. The same delivery gives the
// same words in every process, zone and year, so that a repeat is byte for byte the same mail.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Eta } from "eta/core";
import type { Delivery, PasswordResetMail, VerificationMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { viewOfAccountNotice } from "./account-notice-words.ts";
import { plainLine } from "./plain-line.ts";
import { renderMomentIn } from "./render-moment.ts";
import { viewOfTriggers } from "./trigger-view.ts";

/** What a reader sees of a mail. */
export interface RenderedMail {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Longer codes are not typed by anybody. */
const CODE_LIMIT = 100;

const plain = new Eta({ autoEscape: false, autoTrim: false });
const escaping = new Eta({ autoEscape: true, autoTrim: false });
const triggerText = plain.compile(template("trigger-mail.text.eta"));
const triggerHtml = escaping.compile(template("trigger-mail.html.eta"));
const resetText = plain.compile(template("password-reset-mail.text.eta"));
const resetHtml = escaping.compile(template("password-reset-mail.html.eta"));
const accountText = plain.compile(template("account-notice-mail.text.eta"));
const accountHtml = escaping.compile(template("account-notice-mail.html.eta"));
const verificationText = plain.compile(template("verification-mail.text.eta"));
const verificationHtml = escaping.compile(template("verification-mail.html.eta"));

/** The words of a delivery. Throws for content that this version does not know: a newer server's, which another notifier may. */
export function renderMail(delivery: Delivery): RenderedMail {
  switch (delivery.content?.$case) {
    case "triggerMail": {
      const view = viewOfTriggers(delivery.content.value, delivery.notificationId);
      return {
        subject: view.subject,
        text: plain.render(triggerText, view),
        html: escaping.render(triggerHtml, view),
      };
    }
    case "verificationMail": {
      const view = viewOfCode(delivery.content.value);
      const subject = "Verify your address for Tickerbell";
      return { subject, text: plain.render(verificationText, view), html: escaping.render(verificationHtml, view) };
    }
    case "passwordResetMail": {
      const view = viewOfCode(delivery.content.value);
      const subject = "Choose another password for Tickerbell";
      return { subject, text: plain.render(resetText, view), html: escaping.render(resetHtml, view) };
    }
    case "accountNoticeMail": {
      const view = viewOfAccountNotice(delivery.content.value);
      const { subject } = view;
      return { subject, text: plain.render(accountText, view), html: escaping.render(accountHtml, view) };
    }
    case undefined:
      throw new Error("the delivery holds no content that this version can render");
  }
}

function viewOfCode({ code, expireTime }: VerificationMail | PasswordResetMail): { code: string; until: string } {
  return {
    code: plainLine(code, CODE_LIMIT),
    until: expireTime === undefined ? "" : renderMomentIn("UTC", expireTime.getTime()),
  };
}

function template(name: string): string {
  return readFileSync(join(import.meta.dirname, "templates", name), "utf8");
}
