// The mail server of the mail benches as a process of its own: it keeps what it takes, tells how fast so many mails came, and
// writes them down, so that another sender can hand it the same bytes.
import { createHash } from "node:crypto";
import { runProcess } from "../runtime/life/run-process.ts";
import { MailSink, type TakenMail } from "./mail-sink.ts";
import { writeMails } from "./mail-file.ts";

/** What it is asked: to take so many mails from now on; then, to write down those it took. */
export type SinkQuestion =
  | { readonly kind: "take"; readonly mails: number; readonly warmUp: number }
  | { readonly kind: "write"; readonly file: string };

/** What came. */
export interface Taking {
  /** After the mails that do not count. */
  readonly mailsPerSecond: number;
  readonly bytesPerMail: number;
  /** Of all mails, in whatever order they came. */
  readonly digest: string;
}

let taken: TakenMail[] = [];
let onTaken: () => void = () => undefined;

const sink = new MailSink((mail) => {
  taken.push(mail);
  onTaken();
});

process.on("message", (question: SinkQuestion) => {
  void answer(question).then((said) => process.send?.(said));
});

await runProcess(async () => ({ addresses: { smtp: await sink.open() }, close: () => sink.close() }), process.env);

async function answer(question: SinkQuestion): Promise<Taking | null> {
  if (question.kind === "take") return take(question.mails, question.warmUp);
  writeMails(question.file, taken);
  return null;
}

async function take(mails: number, warmUp: number): Promise<Taking> {
  taken = [];
  await new Promise<void>((resolve) => (onTaken = () => taken.length === mails && resolve()));
  const [first, last] = [taken[warmUp - 1]?.takenAt ?? NaN, taken[mails - 1]?.takenAt ?? NaN];
  const bytes = taken.reduce((sum, mail) => sum + mail.bytes.length, 0);
  return {
    mailsPerSecond: ((mails - warmUp) * 1_000) / (last - first),
    bytesPerMail: bytes / mails,
    digest: digestOf(taken),
  };
}

function digestOf(mails: readonly TakenMail[]): string {
  const each = mails.map(({ from, to, bytes }) =>
    sha256(Buffer.concat([Buffer.from(`${from} ${to.join(" ")}\n`), bytes])),
  );
  return sha256(each.toSorted().join());
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
