import { playInjection } from "../mail/play-injection.ts";
import type { LongTrial } from "./trial.ts";

const MAILS = 10_000;

/** Names, notes, sentences, addresses and times of any kind: one recipient, the expected headers, no foreign markup. A trial is a mail. */
export const mailInjection: LongTrial = {
  name: "mail.injection",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? MAILS;
    const { refused, largest } = await playInjection({ count, seed, onViolation });
    return { trials: count, seed, figures: { addressesRefused: refused, largestBytes: largest } };
  },
};
