import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { OutcomeKind } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { issueTestCertificates, type TestCertificates } from "../scripts/certs/test-certificates.ts";
import { startProcess } from "./main.ts";
import { FakeDeliveryServer } from "./testing/fake-delivery-server.ts";
import { MailReceiver } from "./testing/mail-receiver.ts";
import { sampleDelivery } from "./testing/sample-delivery.ts";

describe("startProcess()", () => {
  let folder: string;
  let certificates: TestCertificates;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "notifier-main-"));
    certificates = await issueTestCertificates(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("delivers over mutual TLS, from settings alone", async () => {
    const expectation = { expectedRole: "server", now: Date.now() } as const;
    const files = loadCredentialFiles(certificates.files("server"), expectation);
    const server = await new FakeDeliveryServer().start(0, serverCredentials(files));
    const smtp = await new MailReceiver().start();
    const notifier = await startProcess({
      BELL_SERVER: `localhost:${server.port}`,
      BELL_CERTS_DIR: folder,
      BELL_SMTP: `127.0.0.1:${smtp.port}`,
      BELL_LOG_LEVEL: "silent",
    });
    try {
      await server.until(() => server.readyPlaces === 4);
      server.hand(sampleDelivery());
      await server.until(() => server.outcomes.length === 1);
      expect(server.outcomes[0]!.kind).to.equal(OutcomeKind.TAKEN);
      expect(smtp.mails).to.have.length(1);
    } finally {
      await notifier.close();
      server.stop();
      await smtp.stop();
    }
  });

  it("does not start without its certificate", async () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    const failure = await startProcess({ BELL_CERTS_DIR: empty }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(AppError);
    expect(failure).to.include({ reason: "TLS_SETUP" });
  });
});
