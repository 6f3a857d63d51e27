// The promise: certificates are renewed, revoked and replaced while everything runs. Nobody who is sound notices, and who was revoked is
// out within seconds.
import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { DAY_MS, SECOND_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { issueCertificates } from "../scripts/certs/issue-certificates.ts";
import { revokeCertificate } from "../scripts/certs/revoke.ts";
import { CertificateWorld, CLIENT_ROLES } from "./support/certificate-world.ts";
import { eventually } from "./support/eventually.ts";
import { runRevocationTrial } from "./support/revocation-trial.ts";
import { runRotationTrial } from "./support/rotation-trial.ts";

describe("certificates in a server that runs", () => {
  it("are renewed under load, and the authority with them, and not one call fails", async () => {
    const violations: string[] = [];
    const figures = await runRotationTrial({ rotations: 1, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
    expect(figures["changes of the authority"]).to.equal(1);
  });

  it("shut out whoever was revoked, also on connections and streams that are open, and nobody else", async () => {
    const violations: string[] = [];
    await runRevocationTrial({ revocations: 3, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
  });

  it("stand in the audit when they are revoked, and when the server takes its own anew", async () => {
    const world = await CertificateWorld.open();
    try {
      const { folder, server } = world;
      const ended = "SELECT action, object, detail FROM audit WHERE action LIKE 'certificate_%' ORDER BY action";
      const now = Date.now();
      await revokeCertificate({ folder, what: "notifier", reason: "its disk was lost", now });
      await issueCertificates({ folder, now, roles: ["server"], force: true });
      await eventually("both are written", () => Promise.resolve(server.query(ended).length === 2));
      const [reload, revoke] = server.query(ended) as { action: string; object: string; detail: string }[];
      expect(reload).to.include({ action: "certificate_reload", detail: "spiffe://tickerbell/server/local" });
      expect(revoke).to.include({ action: "certificate_revoke", detail: "its disk was lost" });
      expect(revoke?.object).to.match(/^[0-9A-F]{16,}$/i);
    } finally {
      await world.close();
    }
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
