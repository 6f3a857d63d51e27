// The promise: who cannot prove a role is refused, and a person hears which file is at fault and what mends it.
import { Client, credentials, Metadata, status, type ChannelCredentials, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NotificationServiceService } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import type { CredentialPaths } from "../runtime/tls/credential-files.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../scripts/certs/test-certificates.ts";
import { freePorts } from "./support/free-ports.ts";
import { sharedCertificates, uncheckedFiles } from "./support/shared-certificates.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

const FAULTS = [
  "another-ca",
  "expired",
  "wrong-role",
  "no-uri",
  "two-uris",
] as const satisfies readonly CertificateFault[];
const ROLES = ["cli", "fetcher", "notifier"] as const;
type ClientRole = (typeof ROLES)[number];

/** What each role's process calls first. */
const FIRST_CALL = {
  cli: QuoteServiceService.listQuotes.path,
  fetcher: QuoteServiceService.streamQuotes.path,
  notifier: NotificationServiceService.deliver.path,
} as const;
const REFUSALS: readonly status[] = [status.UNAVAILABLE, status.UNAUTHENTICATED, status.PERMISSION_DENIED];

describe("mutual TLS", () => {
  let certificates: TestCertificates;
  let server: TestServer;
  let world: World;

  before(async () => {
    certificates = await sharedCertificates();
    server = await startTestServer();
    world = await World.open({ BELL_SERVER: server.address });
  });
  after(async () => {
    await world.close();
    await server.close();
  });

  /** A role's first call: "OK" once the server has let it in, else the status it ended with. */
  function knock(role: ClientRole, channel: ChannelCredentials): Promise<status> {
    const client = new Client(server.address, channel, channelOptions);
    const nothing = (): Buffer => Buffer.alloc(0);
    const call = client.makeBidiStreamRequest(FIRST_CALL[role], nothing, nothing, new Metadata(), {
      deadline: Date.now() + 60_000,
    });
    const answered = new Promise<status>((resolve) => {
      call.on("data", () => resolve(status.OK)).on("metadata", () => resolve(status.OK));
      call.on("error", (error: ServiceError) => resolve(error.code));
    });
    if (role === "cli") call.end(new Uint8Array()); // its call takes one request
    return answered.finally(() => {
      call.cancel();
      client.close();
    });
  }

  for (const role of ROLES) {
    it(`lets a ${role} with its own certificate in`, async () => {
      expect(await knock(role, channelCredentials(uncheckedFiles(certificates.files(role))))).to.equal(status.OK);
    });

    it(`refuses a ${role} without a certificate`, async () => {
      const { ca } = uncheckedFiles(certificates.files(role));
      expect(REFUSALS).to.include(await knock(role, credentials.createSsl(ca)));
    });

    for (const fault of FAULTS) {
      it(`refuses a ${role} whose certificate has the fault: ${fault}`, async () => {
        const files = uncheckedFiles(await certificates.badFiles(role, fault));
        expect(REFUSALS).to.include(await knock(role, channelCredentials(files)));
      });
    }
  }

  describe("in the words of bell", () => {
    /** A sound folder in which one file of a role is spoilt; it goes with the world. */
    async function folderWith(
      role: ClientRole,
      fault?: CertificateFault,
    ): Promise<CredentialPaths & { folder: string }> {
      const folder = mkdtempSync(join(world.folder, "certs-"));
      for (const name of ["ca.crt", "ca.key", "server.crt", "server.key", `${role}.crt`, `${role}.key`]) {
        cpSync(join(certificates.folder, name), join(folder, name));
      }
      const paths = {
        folder,
        caFile: join(folder, "ca.crt"),
        certFile: join(folder, `${role}.crt`),
        keyFile: join(folder, `${role}.key`),
      };
      if (fault !== undefined) {
        const bad = await certificates.badFiles(role, fault);
        cpSync(bad.certFile, paths.certFile);
        cpSync(bad.keyFile, paths.keyFile);
      }
      return paths;
    }

    const listQuotes = (folder: string) => world.type(["quotes", "list", "--certs", folder]);

    const words: Record<(typeof FAULTS)[number], RegExp> = {
      "another-ca": /cli\.crt was issued by another authority than \S+ca\.crt/,
      expired: /cli\.crt expired on \d{4}-\d\d-\d\d/,
      "wrong-role": /cli\.crt is for the role fetcher, but cli is needed here/,
      "no-uri": /cli\.crt proves no identity here/,
      "two-uris": /cli\.crt proves no identity here/,
    };
    for (const fault of FAULTS) {
      it(`names the file with the fault ${fault}, and the mend that it names mends it`, async () => {
        const { folder, certFile } = await folderWith("cli", fault);
        const { code, complaints } = await listQuotes(folder);
        expect(complaints).to.match(words[fault]).and.include(certFile).and.include("hint: make certs");
        expect(code).to.equal(78);
        await world.does(["certs", "--certs", folder]);
        expect(await listQuotes(folder)).to.include({ code: 0, complaints: "" });
      });
    }

    it("names every missing file, as in a folder that is none", async () => {
      const { code, complaints } = await listQuotes("/nonexistent");
      for (const name of ["ca.crt", "cli.crt", "cli.key"])
        expect(complaints).to.include(`/nonexistent/${name} is missing`);
      expect(complaints).to.include("hint: make certs");
      expect(code).to.equal(78);
    });

    it("names a key that others can read, and the mend that it names mends it", async () => {
      const { folder, keyFile } = await folderWith("cli");
      chmodSync(keyFile, 0o644);
      const { code, complaints } = await listQuotes(folder);
      expect(complaints).to.include(`${keyFile} is open to other users`).and.include(`chmod 600 ${keyFile}`);
      expect(code).to.equal(78);
      chmodSync(keyFile, 0o600);
      expect(await listQuotes(folder)).to.include({ code: 0 });
    });

    it("names a server whose certificate comes from another authority than ours", async () => {
      const other = mkdtempSync(join(world.folder, "other-"));
      await issueTestCertificates(other);
      const { code, complaints } = await listQuotes(other);
      expect(complaints).to.include(`the certificate of ${server.address} was issued by another authority`);
      expect(complaints).to.include(join(other, "ca.crt")).and.include("hint: make certs");
      expect(code).to.equal(78);
    });

    for (const role of ["fetcher", "notifier"] as const) {
      it(`ends a ${role} whose certificate has expired, naming it`, async () => {
        const { folder, certFile } = await folderWith(role, "expired");
        const { code, complaints } = await world.bell([role], {
          settings: { BELL_CERTS_DIR: folder, BELL_ALPHA_VANTAGE_URL: "http://localhost:1" },
        });
        expect(complaints).to.include(`${certFile} expired on`).and.include("make certs");
        expect(code).to.equal(78);
        rmSync(folder, { recursive: true });
      });
    }
  });

  describe("without a server", () => {
    const LIMIT_MS = 30_000;

    it("bell says soon that nobody listens, and where", async () => {
      const [port = 0] = await freePorts(1);
      const began = performance.now();
      const { code, complaints } = await world.bell(["quotes", "list", "--server", `localhost:${port}`]);
      expect(performance.now() - began).to.be.below(LIMIT_MS);
      expect(complaints).to.include(`nobody listens at localhost:${port}`).and.include("./bell up");
      expect(code).to.equal(69);
    });
  });
});
