import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS as NOW } from "../../test/examples.ts";
import type { MailHold } from "./history.ts";
import { heldMail } from "./mail-detail.ts";

const FREE: MailHold = {
  isSuspended: false,
  cooldownEndMs: null,
  retryTimeMs: null,
  isSending: false,
  waitingCount: 0,
};
const SOON = NOW + 10 * MINUTE_MS;

describe("heldMail()", () => {
  const cases: readonly (readonly [hold: Partial<MailHold>, detail: string, untilMs: number | null])[] = [
    [{}, "", null],
    [{ waitingCount: 1 }, "", null],
    [{ cooldownEndMs: SOON }, "at most one mail an hour about AAPL: the next from 2026-01-05 14:40 UTC on", SOON],
    [
      { cooldownEndMs: SOON, waitingCount: 2 },
      "at most one mail an hour about AAPL: the next from 2026-01-05 14:40 UTC on; 2 lines wait for it",
      SOON,
    ],
    [{ isSending: true, cooldownEndMs: SOON }, "a mail about AAPL is being sent", SOON],
    [
      { retryTimeMs: SOON + 1, waitingCount: 1 },
      "the mail server did not take the last try; the next is at 2026-01-05 14:40:01 UTC; 1 line waits for it",
      SOON + 1,
    ],
    [
      { retryTimeMs: NOW, cooldownEndMs: SOON },
      "at most one mail an hour about AAPL: the next from 2026-01-05 14:40 UTC on",
      SOON,
    ],
    [
      { isSuspended: true, cooldownEndMs: SOON },
      "your address refused mail several times and gets none until you verify it again",
      null,
    ],
  ];
  for (const [hold, detail, untilMs] of cases) {
    it(detail === "" ? `says nothing when nothing holds it: ${JSON.stringify(hold)}` : detail, () => {
      expect(heldMail("AAPL", { ...FREE, ...hold })).to.deep.equal({ detail, untilMs });
    });
  }
});
