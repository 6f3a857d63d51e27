// What operators are told of the system: what it means, what it is about, and what mends it.
import { OperatorNoticeKind, type OperatorNotice } from "../proto/gen/tickerbell/v1/notification.ts";
import type { OperatorMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { asciiLine } from "./ascii-line.ts";
import { command, fact, told, type MailBlock, type MailRoom, type MailView } from "./mail-view.ts";
import { plainLine } from "./plain-line.ts";
import { renderMomentFor, type TwoZones } from "./render-moment.ts";
import { name } from "./trigger-block.ts";

interface Words {
  readonly title: string;
  readonly meaning: string;
  readonly mend: string;
  /** What shows how it stands, and what mends it. */
  readonly commands: readonly string[];
}

const SUBJECT_LIMIT = 78;
const DETAIL_LIMIT = 500;

const NO_WORDS: Words = {
  title: "Something happened to the system",
  meaning: "this mail has no words for it; a newer server told it",
  mend: "see how everything stands",
  commands: ["./bell status", "./bell doctor"],
};

const WORDS: ReadonlyMap<OperatorNoticeKind, Words> = new Map([
  [
    OperatorNoticeKind.FEED_STALE,
    {
      title: "Prices do not come",
      meaning: "alerts cannot fire on prices that do not come; those that come late are judged when they come",
      mend: "see whether the fetcher runs and what the source answers; start it again if it does not run",
      commands: ["./bell status", "./bell doctor"],
    },
  ],
  [
    OperatorNoticeKind.QUOTA_SPENT,
    {
      title: "The price source's requests are used up",
      meaning: "no new prices come from it until its next day begins",
      mend: "watch fewer symbols, or take a plan with more requests and tell it in the settings",
      commands: ["./bell status", "./bell symbols list"],
    },
  ],
  [
    OperatorNoticeKind.MAIL_FAILING,
    {
      title: "Mail was failing, and goes again",
      meaning:
        "for a while the mail server took no mail; what waited goes now, and what waited for more than a day expired",
      mend: "see what the mail server said, and look for mails that were not taken",
      commands: ["./bell users failed-mails", "./bell mail check"],
    },
  ],
  [
    OperatorNoticeKind.CERTIFICATE_ENDING,
    {
      title: "A certificate is near its end",
      meaning: "after its end the processes do not speak to each other any more: no prices, no mail",
      mend: "renew what is old; processes take new certificates without a restart",
      commands: ["./bell certs status", "./bell certs"],
    },
  ],
  [
    OperatorNoticeKind.CLOCK_STEPPED,
    {
      title: "The machine's clock was set",
      meaning:
        "the hour between two mails is kept all the same; times of prices and mails may be wrong until the clock is right",
      mend: "see that the machine's clock is right and kept so by NTP",
      commands: ["timedatectl status", "timedatectl set-ntp true"],
    },
  ],
  [
    OperatorNoticeKind.DISK_NEARLY_FULL,
    {
      title: "The disk is nearly full",
      meaning: "when it is full, no price and no alert can be stored, and nothing is acknowledged that is not on disk",
      mend: "make room on the disk, or keep prices for a shorter time",
      commands: ["df -h", "./bell doctor"],
    },
  ],
]);

/** A notice of the system, ready for the templates. */
export function viewOfOperatorMail(mail: OperatorMail, notificationId: string, room: MailRoom): MailView {
  const { title, meaning, mend, commands } = WORDS.get(mail.kind) ?? NO_WORDS;
  const zones = { exchange: mail.timeZone || "UTC", reader: "UTC" };
  const shown = mail.notices.slice(-room.blocks); // the newest tell how it stands
  const next = renderMomentFor(zones, mail.nextMailTime?.getTime() ?? NaN);
  return {
    subject: subjectOf(title, mail.notices.at(-1)),
    warning: "",
    title,
    lead: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`,
    blocks: shown.map((notice) => blockOf(notice, zones)),
    more: mail.notices.length - shown.length,
    closing: told([
      fact("To do", mend),
      ...commands.map((text, at) => command(at === 0 ? "Look" : "Mend", text)),
      fact("Next mail", next === "" ? "" : `at the earliest about ${next}`),
      command("See again", `./bell notifications get ${name(notificationId)}`),
    ]),
  };
}

/** What it is about, if that is short. */
function subjectOf(title: string, notice: OperatorNotice | undefined): string {
  const detail = asciiLine(notice?.detail ?? "", DETAIL_LIMIT);
  const about = `Tickerbell: ${detail}`;
  if (detail !== "" && about.length <= SUBJECT_LIMIT) return about;
  return asciiLine(`Tickerbell: ${title.charAt(0).toLowerCase()}${title.slice(1)}`, SUBJECT_LIMIT);
}

function blockOf({ time, detail }: OperatorNotice, zones: TwoZones): MailBlock {
  const facts = [
    fact("What", plainLine(detail, DETAIL_LIMIT)),
    fact("When", renderMomentFor(zones, time?.getTime() ?? NaN)),
  ];
  return { heading: "", headline: "", price: "", change: "", way: "none", picture: null, facts: told(facts) };
}
