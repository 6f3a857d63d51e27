// What a mail server may answer, or do instead, at each stage, and what must come of it: written by hand from the rules of delivery, and
// from nothing that the notifier is made of.
import type { SmtpAct, SmtpStep } from "../../notifier/testing/scripted-smtp-server.ts";

/**
 * How an attempt must be taken. T taken. W certainly not taken: it waits and is tried again. A the address is refused. C the content is
 * refused. U nobody knows. S the mail server refuses us, not the mail: nothing is charged, and it says nothing of the address.
 */
export type Verdict = "T" | "W" | "A" | "C" | "U" | "S";

/** One thing that a mail server does. */
export interface SmtpCase {
  readonly name: string;
  readonly step: SmtpStep;
  readonly act: SmtpAct;
  readonly verdict: Verdict;
  /** What it answers to EHLO meanwhile. */
  readonly ehlo?: string;
  /** The notifier has a log-in. */
  readonly logsIn?: boolean;
  /** It happens in the session of a mail that went well before. */
  readonly isWarm?: boolean;
  /** What it says can only be meant for one command at a time. */
  readonly neverPipelined?: boolean;
}

/** Thirteen codes without an enhanced one. `data`: in the place of 354. `dot`: after the whole content. */
const CODES = `
  code  greeting  mail  rcpt  data  dot
  421   S         W     W     W     W
  450   S         W     W     W     W
  451   S         W     W     W     W
  452   S         W     W     W     W
  500   S         S     S     S     C
  501   S         S     S     S     C
  503   S         S     S     S     C
  530   S         S     S     S     C
  550   S         S     A     S     C
  551   S         S     S     S     C
  552   S         S     S     S     C
  553   S         S     A     S     C
  554   S         S     S     S     C`;

/** No answer: the connection is reset, closed in good order, or silent. `middle`: when part of the content has come. */
const BREAKS = `
  act    greeting  ehlo  mail  rcpt  data  middle  dot
  reset  S         S     W     W     W     U       U
  close  S         S     W     W     W     U       U
  hang   S         S     W     W     W     U       U`;

/** Enhanced codes, by the stage at which they come. */
const ENHANCED: readonly (readonly [step: SmtpStep, reply: string, verdict: Verdict])[] = [
  ["greeting", "554 5.7.1 you are on a list", "S"],
  ["greeting", "421 4.7.0 too many connections", "S"],
  ["mail", "530 5.7.0 authentication required", "S"],
  ["mail", "550 5.7.1 sender refused", "S"],
  ["mail", "550 5.1.8 no such domain of yours", "S"],
  ["mail", "553 5.1.1 our own address unknown", "S"],
  ["mail", "452 4.3.1 no space", "W"],
  ["rcpt", "550 5.1.1 no such user", "A"],
  ["rcpt", "550 5.1.2 no such domain", "A"],
  ["rcpt", "501 5.1.3 bad address", "A"],
  ["rcpt", "551 5.1.6 moved", "A"],
  ["rcpt", "556 5.1.10 takes no mail", "A"],
  ["rcpt", "550 5.2.1 disabled", "A"],
  ["rcpt", "550 5.7.1 relaying denied", "S"],
  ["rcpt", "554 5.7.1 relay access denied", "S"],
  ["rcpt", "550 5.7.26 unauthenticated sender", "S"],
  ["rcpt", "550 5.7.606 banned network", "S"],
  ["rcpt", "550 5.1.15 none of the codes", "S"],
  ["rcpt", "550 4.7.1 a code of another class", "S"],
  ["rcpt", "535 5.7.8 log in first", "S"],
  ["rcpt", "450 4.2.0 greylisted", "W"],
  ["rcpt", "452 4.2.2 mailbox full", "W"],
  ["data", "554 5.5.1 no valid recipients", "S"],
  ["data", "550 5.7.1 quota of yours", "S"],
  ["data", "550 5.1.1 no such user after all", "A"],
  ["dot", "550 5.7.1 looks like spam", "C"],
  ["dot", "554 5.6.0 bad content", "C"],
  ["dot", "552 5.3.4 too large", "C"],
  ["dot", "550 5.1.1 no such user after all", "A"],
  ["dot", "451 4.7.1 later", "W"],
  ["middle", "421 4.3.2 closing", "W"],
  ["middle", "552 5.3.4 too large", "C"],
];

/** 100 kB in lines of a kilobyte. */
const LONG = (code: number): string => `${`${code}-${"x".repeat(1_000)}\r\n`.repeat(100)}${code} end`;
/** One line, longer than what is read at once together with the most that is kept of a line. */
const LONG_LINE = "x".repeat(300_000);
const ESCAPES = "550-\u001b[31mred\u0007\r\n550 \u0000\u009b2J\u202e\u2028gone";

const ODD: readonly SmtpCase[] = [
  replied("several lines, a code in each", "rcpt", "550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1 here", "A"),
  replied("several lines, the code in the last", "rcpt", "550-we know you not\r\n550 5.7.1 see there", "S"),
  replied("several lines, the code in the first", "rcpt", "550-5.7.1 we know you not\r\n550 see there", "S"),
  replied("several lines, a policy beside an address", "rcpt", "550-5.1.1 perhaps\r\n550 5.7.1 blocked", "S"),
  replied("several lines after the dot", "dot", "451-4.7.1 later\r\n451 4.7.1 much", "W"),
  replied("several lines that say yes", "dot", "250-2.0.0 taken\r\n250 2.0.0 as 42", "T"),
  replied("a code alone", "rcpt", "550", "A"),
  replied("a code alone after the dot", "dot", "250", "T"),
  replied("a recipient to be forwarded", "rcpt", "251 2.1.5 will forward", "T"),
  replied("a recipient not verified", "rcpt", "252 2.1.5 cannot verify", "T"),
  { ...replied("354 to a recipient", "rcpt", "354 go on", "W"), neverPipelined: true },
  replied("250 in the place of 354", "data", "250 2.0.0 go on", "T"),
  replied("252 after the dot", "dot", "252 2.0.0 perhaps", "T"),
  replied("354 after the dot", "dot", "354 go on", "U"),
  replied("words without a code after the dot", "dot", "hello", "U"),
  replied("words without a code", "rcpt", "hello", "W"),
  replied("a code that is none", "rcpt", "999 what", "W"),
  ...(
    [
      ["rcpt", "550 5.1.1 no such user", "A"],
      ["rcpt", "554 5.7.1 relay access denied", "S"],
      ["dot", "451 4.3.0 later", "W"],
      ["dot", "250 2.0.0 taken", "T"],
    ] as const
  ).map(([step, reply, verdict]) => ({
    ...replied(`byte by byte: ${reply}`, step, reply, verdict),
    act: { reply, isBytewise: true },
    neverPipelined: true, // the bytes of several answers would mix
  })),
  replied("control characters", "rcpt", ESCAPES, "A"),
  replied("control characters after the dot", "dot", ESCAPES.replaceAll("550", "250"), "T"),
  {
    ...replied("bytes of eight bits", "rcpt", "", "A"),
    act: { reply: "550 5.1.1 \u009b31munbekannt \u00e4\u00ff", encoding: "latin1" },
  },
  replied("100 kB to a greeting", "greeting", LONG(554), "S"),
  replied("100 kB to a sender", "mail", LONG(250), "W"),
  replied("100 kB to a recipient", "rcpt", LONG(550), "W"),
  replied("100 kB after the dot", "dot", LONG(250), "U"),
  replied("300 kB in one line", "rcpt", `550 ${LONG_LINE}`, "W"),
  replied("300 kB in one line after the dot", "dot", `250 ${LONG_LINE}`, "U"),
  { ...replied("250, then closed", "dot", "", "T"), act: { reply: "250 2.0.0 taken", thenCloses: true } },
  {
    ...replied("550, then closed", "rcpt", "", "A"),
    act: { reply: "550 5.1.1 no such user", thenCloses: true },
    neverPipelined: true,
  },
  ...(["reset", "close", "hang"] as const).map((act) => ({
    ...replied(`${act} after the 250 of another mail`, "reset", "", "T"),
    act,
    isWarm: true,
  })),
  replied("421 to EHLO", "ehlo", "421 4.3.2 closing", "S"),
  replied("550 to EHLO: HELO will do", "ehlo", "550 what", "T"),
  ...["454 4.7.0 not now", "501 5.5.4 what", "502 5.5.1 no"].map((reply) => ({
    ...replied(`${reply}, after STARTTLS was offered`, "starttls", reply, "S"),
    ehlo: "250-scripted\r\n250 STARTTLS",
  })),
  ...["454 4.7.0 not now", "530 5.7.0 no", "534 5.7.9 weak", "535 5.7.8 wrong", "550 5.1.1 no such user"].map(
    (reply) => ({
      ...replied(`${reply}, to a log-in`, "auth", reply, "S"),
      ehlo: "250-scripted\r\n250 AUTH PLAIN",
      logsIn: true,
    }),
  ),
];

/** Every case, in the order of the tables. */
export const SMTP_CASES: readonly SmtpCase[] = [
  ...parse(CODES).map(([code, step, verdict]) => replied(`${code} at ${step}`, step, `${code} so be it`, verdict)),
  ...parse(BREAKS).map(([act, step, verdict]) => ({
    ...replied(`${act} at ${step}`, step, "", verdict),
    act: act as SmtpAct,
  })),
  ...ENHANCED.map(([step, reply, verdict]) => replied(`${reply}, at ${step}`, step, reply, verdict)),
  ...ODD,
];

function replied(name: string, step: SmtpStep, reply: string, verdict: Verdict): SmtpCase {
  return { name, step, act: { reply }, verdict };
}

/** The rows of a table, cell by cell. */
function parse(table: string): [row: string, step: SmtpStep, verdict: Verdict][] {
  const [head = [], ...rows] = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([row = "", ...cells]) =>
    cells.map((cell, at) => [row, head[at + 1] as SmtpStep, cell as Verdict] as [string, SmtpStep, Verdict]),
  );
}
