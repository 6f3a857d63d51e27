// The promise of the hour over simulated time, in short; `make test-long ONLY=hour` does it at length. And that its judge would see it broken.
import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import type { HourWorldOptions } from "./hour/hour-world.ts";
import { playReboots, playSteps, playTime } from "./hour/hour-trials.ts";

const FEW = { seed: 1, policy: "resend", users: 6, wishers: 3, symbols: 3, tickEveryMs: 5 * MINUTE_MS } as const;

describe("the hour, over simulated time", function () {
  this.timeout(120_000);

  for (const policy of ["resend", "hold"] as const) {
    it(`holds for whatever the mail server and the processes do (${policy})`, async () => {
      const { faults, figures } = await playTime({ ...FEW, policy }, 3 * HOUR_MS);
      expect(faults).to.deep.equal([]);
      expect(figures["mails"]).to.be.greaterThan(20);
    });
  }

  it("holds while the wall clock is set again and again", async () => {
    const { faults, figures } = await playSteps({ ...FEW, wishers: 0 }, 10);
    expect(faults).to.deep.equal([]);
    expect(figures["mails"]).to.be.greaterThan(20);
  });

  it("is silent for two hours at most when the clock is set while the machine is down", async () => {
    const { faults } = await playReboots({ ...FEW, wishers: 0, symbols: 2, moods: [] }, 1);
    expect(faults).to.deep.equal([]);
  });

  describe("its judge", () => {
    const seen = async (changes: Partial<HourWorldOptions>): Promise<string> =>
      (await playTime({ ...FEW, wishers: 0, ...changes }, 3 * HOUR_MS)).faults.join("\n");

    it("sees an hour of 59 minutes", async () => {
      expect(await seen({ clockRate: 60 / 59 })).to.match(/^two mails to \S+ about \S+ within 35\d\d/m);
    });

    it("sees a repeat of which one byte is another", async () => {
      const spoil = (bytes: Buffer, isRepeat: boolean): Buffer =>
        isRepeat ? Buffer.concat([bytes, Buffer.from(" ")]) : bytes;
      expect(await seen({ spoil, moods: ["losing answers"] })).to.match(/came with different bytes$/m);
    });

    it("sees a price that nobody judged", async () => {
      expect(await seen({ swallowEvery: 10 })).to.match(/^the trigger "A\d+ .* UTC" \(FIRED\) is in 0 notifications$/m);
    });
  });
});
