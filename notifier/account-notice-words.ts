// What happened to an account, in a mail's words, and what its owner can do about it.
import { AccountNotice, type AccountNoticeMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { renderMomentIn } from "./render-moment.ts";

/** What the mail says. */
export interface AccountNoticeView {
  readonly subject: string;
  readonly what: string;
  readonly mend: string;
  /** Empty when the server told none. */
  readonly moment: string;
}

type Words = Omit<AccountNoticeView, "moment">;

/** Of a newer server's notice, whose words are not known, that something happened. */
export function viewOfAccountNotice({ notice, time, timeZone }: AccountNoticeMail): AccountNoticeView {
  return { ...wordsOf(notice), moment: time === undefined ? "" : renderMomentIn(timeZone, time.getTime()) };
}

function wordsOf(notice: AccountNotice): Words {
  switch (notice) {
    case AccountNotice.ALREADY_REGISTERED:
      return {
        subject: "You have a Tickerbell account already",
        what: "Somebody, probably you, asked for a Tickerbell account with this address, which has one already. Nothing has changed.",
        mend: "log in with ./bell login EMAIL; if the password is forgotten, ./bell password forgot EMAIL. If it was not you, nothing.",
      };
    case AccountNotice.PASSWORD_CHANGED:
      return {
        subject: "Your Tickerbell password was changed",
        what: "The password of your Tickerbell account was changed, and the other log-ins have ended.",
        mend: "if it was you, nothing. If not, choose another at once: ./bell password forgot EMAIL",
      };
    case AccountNotice.SESSION_STOLEN:
      return {
        subject: "A log-in to your Tickerbell account was ended",
        what: "A log-in to your Tickerbell account was used from two places, as it is when its token was stolen. It was ended.",
        mend: "log in again with ./bell login EMAIL. If a stranger may have your computer's files, change the password, too: ./bell password change",
      };
    case AccountNotice.DELETED:
      return {
        subject: "Your Tickerbell account was deleted",
        what: "Your Tickerbell account was deleted, with its alerts and everything else that was kept of it.",
        mend: "if it was you, nothing. If not, tell whoever runs the server; what was deleted cannot be brought back.",
      };
    default:
      return {
        subject: "About your Tickerbell account",
        what: "Something happened to your Tickerbell account that this mail has no words for.",
        mend: "see whether all is as you left it: ./bell whoami",
      };
  }
}
