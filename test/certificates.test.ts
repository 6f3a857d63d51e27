// The promise: certificates are renewed, revoked and replaced while everything runs. Nobody who is sound notices, and who was revoked is
// out within seconds.
import { expect } from "chai";
import { runRevocationTrial } from "./support/revocation-trial.ts";
import { runRotationTrial } from "./support/rotation-trial.ts";

describe("certificates in a server that runs", function () {
  this.timeout(120_000);

  it("are renewed under load, and the authority with them, and not one call fails", async () => {
    const violations: string[] = [];
    const figures = await runRotationTrial({ rotations: 2, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
    expect(figures["changes of the authority"]).to.equal(1);
  });

  it("shut out whoever was revoked, also on connections and streams that are open, and nobody else", async () => {
    const violations: string[] = [];
    await runRevocationTrial({ revocations: 3, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
  });
});
