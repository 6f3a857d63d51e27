import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Http2Server } from "node:http2";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions } from "node:tls";
import { expect } from "chai";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../../scripts/certs/test-certificates.ts";
import { loadCredentialFiles, type CredentialFiles, type CredentialPaths } from "./credential-files.ts";
import { askWhoAmI, startTestServer, type TestServer } from "./test-server.ts";

const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** The files as they are: a bad process does not check its own. */
function unchecked(paths: CredentialPaths): CredentialFiles {
  const [ca, cert, key] = [readFileSync(paths.caFile), readFileSync(paths.certFile), readFileSync(paths.keyFile)];
  return { paths, ca, cert, key, peer: { role: "cli", name: "local" }, notAfter: 0, serial: "" };
}

async function refusalOf(answer: Promise<string>): Promise<{ code: number; details: string }> {
  return answer.then(
    (who) => expect.fail(`taken as ${who}`),
    (error: unknown) => error as { code: number; details: string },
  );
}

describe("a connection between two processes", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-handshake-"));
  let certificates: TestCertificates;
  let server: TestServer;
  let cli: CredentialFiles;
  before(async () => {
    const now = Date.now();
    certificates = await issueTestCertificates(folder, now);
    cli = loadCredentialFiles(certificates.files("cli"), { expectedRole: "cli", now });
    server = await startTestServer(loadCredentialFiles(certificates.files("server"), { expectedRole: "server", now }));
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("tells the server who the client is, by host name", async () => {
    expect(await askWhoAmI(`localhost:${server.port}`, cli)).to.equal("spiffe://tickerbell/cli/local");
  });

  it("tells the same by address, and Node has nothing to warn of", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    expect(await askWhoAmI(`127.0.0.1:${server.port}`, cli)).to.equal("spiffe://tickerbell/cli/local");
    await new Promise(setImmediate);
    process.off("warning", listen);
    expect(warnings).to.deep.equal([]);
  });

  describe("from the server's side", () => {
    const refusals: readonly [CertificateFault, number, RegExp][] = [
      ["another-ca", UNAVAILABLE, /No connection established/],
      ["self-signed", UNAVAILABLE, /No connection established/],
      ["expired", UNAVAILABLE, /No connection established/],
      ["not-yet-valid", UNAVAILABLE, /No connection established/],
      ["wrong-eku", UNAVAILABLE, /No connection established/],
      ["no-uri", UNAUTHENTICATED, /no URI/],
      ["two-uris", UNAUTHENTICATED, /2 URIs/],
      ["unknown-role", UNAUTHENTICATED, /role "boss" is unknown/],
      ["wrong-domain", UNAUTHENTICATED, /trust domain/],
      ["ca-true", UNAUTHENTICATED, /CA:TRUE/],
      ["key-cert-sign", UNAUTHENTICATED, /keyCertSign/],
      ["no-eku", UNAUTHENTICATED, /lacks clientAuth/],
    ];
    for (const [fault, code, words] of refusals) {
      it(`refuses a client with the fault ${fault}`, async () => {
        const files = unchecked(await certificates.badFiles("cli", fault));
        const refusal = await refusalOf(askWhoAmI(`localhost:${server.port}`, files));
        expect(refusal.code).to.equal(code);
        expect(refusal.details).to.match(words);
      });
    }

    it("takes a client of another role for what it is", async () => {
      const files = unchecked(await certificates.badFiles("cli", "wrong-role"));
      expect(await askWhoAmI(`localhost:${server.port}`, files)).to.equal("spiffe://tickerbell/fetcher/local");
    });

    it("refuses a client without a certificate in the handshake", async () => {
      expect(await handshakeError({ port: server.port, ca: cli.ca })).to.match(/CERTIFICATE_REQUIRED/);
    });

    it("refuses TLS 1.2", async () => {
      const { ca, cert, key } = cli;
      const options: ConnectionOptions = { port: server.port, ca, cert, key, maxVersion: "TLSv1.2" };
      expect(await handshakeError(options)).to.match(/PROTOCOL_VERSION/);
    });

    it("refuses a group of less than 128 bits", async () => {
      const { ca, cert, key } = cli;
      const options: ConnectionOptions = { port: server.port, ca, cert, key, ecdhCurve: "ffdhe2048" };
      expect(await handshakeError(options)).to.match(/HANDSHAKE_FAILURE/);
    });
  });

  describe("from the client's side", () => {
    const refusals: readonly [CertificateFault, RegExp][] = [
      ["another-ca", /unable to verify the first certificate/],
      ["self-signed", /self-signed certificate/],
      ["expired", /certificate has expired/],
      ["not-yet-valid", /certificate is not yet valid/],
      ["wrong-host", /localhost. is not in the cert's altnames/],
      ["wrong-eku", /unsuitable certificate purpose/],
      ["wrong-role", /is for the role fetcher, but server is needed here/],
      ["no-uri", /no URI/],
      ["two-uris", /2 URIs/],
      ["ca-true", /CA:TRUE/],
      ["no-eku", /lacks serverAuth/],
    ];
    for (const [fault, words] of refusals) {
      it(`refuses a server with the fault ${fault}`, async () => {
        const bad = await startTestServer(unchecked(await certificates.badFiles("server", fault)));
        const refusal = await refusalOf(askWhoAmI(`localhost:${bad.port}`, cli));
        bad.close();
        expect(refusal.code).to.equal(UNAVAILABLE);
        expect(refusal.details).to.match(words);
      });
    }

    it("checks the address itself when it connects by address", async () => {
      const bad = await startTestServer(unchecked(await certificates.badFiles("server", "wrong-host")));
      const refusal = await refusalOf(askWhoAmI(`127.0.0.1:${bad.port}`, cli));
      bad.close();
      expect(refusal.details).to.match(/IP: 127\.0\.0\.1 is not in the cert's list/);
    });

    it("does not talk to a server without TLS", async () => {
      const plain: Http2Server = createServer().listen(0, "127.0.0.1");
      await once(plain, "listening");
      const refusal = await refusalOf(askWhoAmI(`localhost:${(plain.address() as AddressInfo).port}`, cli));
      plain.close();
      expect(refusal.code).to.equal(UNAVAILABLE);
    });
  });
});

/** The code of the error with which the server ends this connection. */
async function handshakeError(options: ConnectionOptions): Promise<string> {
  const socket = connect({ host: "localhost", ALPNProtocols: ["h2"], ...options });
  socket.setTimeout(5_000, () => socket.destroy()); // a server that lets us in would leave us waiting
  const [error] = (await once(socket, "close").then(
    () => [undefined],
    (reason: unknown) => [reason],
  )) as [NodeJS.ErrnoException | undefined];
  return error?.code ?? "closed without an error";
}
