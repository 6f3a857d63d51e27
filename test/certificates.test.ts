// The promise: certificates are renewed, revoked and replaced while everything runs. Nobody who is sound notices, and who was revoked is
// out within seconds.
import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { DAY_MS, SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { CertificateWorld, CLIENT_ROLES } from "./support/certificate-world.ts";
import { eventually } from "./support/eventually.ts";
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

  it("end the calls and streams of a peer whose certificate has come to its end since it connected", async () => {
    const clock = new FakeClock(Date.now());
    const world = await CertificateWorld.open({}, clock);
    try {
      const ends: Promise<string>[] = [];
      for (const role of CLIENT_ROLES) ends.push((await world.connect(role).watch()).end);
      const client = world.connect("cli");
      expect(await client.ask()).to.equal("OK");
      clock.advance(91 * DAY_MS);
      expect(await client.ask()).to.match(/^UNAUTHENTICATED CERTIFICATE_EXPIRED: the certificate expired on /);
      await eventually("the streams are looked at", async () => {
        clock.advance(15 * SECOND_MS);
        return Promise.race([Promise.all(ends), setImmediate(false as const)]);
      });
      for (const end of await Promise.all(ends)) expect(end).to.match(/^UNAUTHENTICATED CERTIFICATE_EXPIRED/);
    } finally {
      await world.close();
    }
  });
});
