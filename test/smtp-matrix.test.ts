// The promise: whatever a mail server answers, at whatever stage, and however it breaks off, the mail ends as it should, and a relay that
// refuses us marks no address. `make test-long ONLY=smtp.matrix` plays every case, with PIPELINING as well.
import { expect } from "chai";
import { COLUMNS } from "./support/smtp-matrix-ends.ts";
import { SMTP_CASES, type SmtpCase } from "./support/smtp-matrix-table.ts";
import { playColumn } from "./support/smtp-matrix.ts";

/** One case for each stage and verdict, and all that are odd in a way of their own. */
function someCases(): SmtpCase[] {
  const groups = Map.groupBy(SMTP_CASES, ({ step, verdict, act }) => `${step} ${verdict} ${typeof act}`);
  return [...groups.values()].map(([first]) => first!);
}

describe("a mail server that does not simply say 250", () => {
  for (const column of COLUMNS) {
    it(`leaves every mail as it must: ${column}`, async () => {
      const violations: string[] = [];
      await playColumn(someCases(), column, column === "hold", (text) => violations.push(text));
      expect(violations).to.deep.equal([]);
    });
  }

  it("is tried with thirteen codes at five stages, and breaks at seven", () => {
    const names = new Set(SMTP_CASES.map(({ name }) => name));
    expect(names.size).to.equal(SMTP_CASES.length);
    expect([...names].filter((name) => /^\d{3} at \w+$/.test(name))).to.have.length(13 * 5);
    expect([...names].filter((name) => /^(reset|close|hang) at \w+$/.test(name))).to.have.length(3 * 7);
  });
});
