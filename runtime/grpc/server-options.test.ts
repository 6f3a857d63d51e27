import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Settings } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueTestCertificates } from "../../scripts/certs/test-certificates.ts";
import { loadCredentialFiles } from "../tls/credential-files.ts";
import { startTestServer } from "../tls/test-server.ts";

describe("http2Settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-settings-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is what a client hears: few streams, and room for a fetcher's batches in flight", async () => {
    const now = Date.now();
    const certificates = await issueTestCertificates(folder, now);
    const load = (role: "server" | "cli") => loadCredentialFiles(certificates.files(role), { expectedRole: role, now });
    const server = await startTestServer(load("server"));
    const { ca, cert, key } = load("cli");
    const session = connect(`https://localhost:${server.port}`, { ca, cert, key });
    try {
      const [settings] = (await once(session, "remoteSettings")) as [Settings];
      expect(settings.maxConcurrentStreams).to.equal(100);
      expect(settings.initialWindowSize).to.equal(1_048_576);
    } finally {
      session.destroy();
      server.close();
    }
  });
});
