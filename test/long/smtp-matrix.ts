import { COLUMNS } from "../support/smtp-matrix-ends.ts";
import { SMTP_CASES } from "../support/smtp-matrix-table.ts";
import { playColumn } from "../support/smtp-matrix.ts";
import type { LongTrial } from "./trial.ts";

/** Every answer, and every way to give none, at every stage: `resend`, `hold`, and `resend` in doubt; with PIPELINING and without. */
export const smtpMatrix: LongTrial = {
  name: "smtp.matrix",
  run: async ({ trials, onViolation }) => {
    const cases = SMTP_CASES.slice(0, trials ?? SMTP_CASES.length);
    const ways = COLUMNS.flatMap((column) => [false, true].map((pipelining) => ({ column, pipelining })));
    const played = await Promise.all(
      ways.map(({ column, pipelining }) => playColumn(cases, column, pipelining, onViolation)),
    );
    return { trials: played.reduce((sum, count) => sum + count, 0), seed: null };
  },
};
