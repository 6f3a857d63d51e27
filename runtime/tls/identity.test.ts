import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import { leafExtensions } from "../../scripts/certs/certificate-profile.ts";
import { ISSUED_ROLES } from "../../scripts/certs/issue-certificates.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../../scripts/certs/test-certificates.ts";
import { peerFromCertificate } from "./identity.ts";

describe("peerFromCertificate()", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-identity-"));
  let certificates: TestCertificates;
  before(async () => void (certificates = await issueTestCertificates(folder)));
  after(() => rmSync(folder, { recursive: true }));

  const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file));
  const peerOf = async (names: readonly string[]): Promise<Peer> =>
    peerFromCertificate(read((await certificates.filesWith("cli", leafExtensions(names, "clientAuth"))).certFile));
  const refusalOf = async (peer: Promise<Peer>): Promise<AppError> =>
    peer.then(
      ({ role }) => expect.fail(`taken as ${role}`),
      (error: unknown) => error as AppError,
    );

  for (const role of ISSUED_ROLES) {
    it(`reads the role ${role} from what make certs makes, parsed or as bytes`, () => {
      const certificate = read(certificates.files(role).certFile);
      expect(peerFromCertificate(certificate)).to.deep.equal({ role, name: "local" });
      expect(peerFromCertificate(certificate.raw)).to.deep.equal({ role, name: "local" });
    });
  }

  const faults: readonly [CertificateFault, RegExp][] = [
    ["no-uri", /no URI among its alternative names/],
    ["role-in-name-only", /no URI among its alternative names/],
    ["two-uris", /2 URIs among its alternative names; exactly one/],
    ["wrong-domain", /trust domain is "example.com", not "tickerbell"/],
    ["unknown-role", /role "boss" is unknown; known are server,/],
    ["ca-true", /certificate authority \(CA:TRUE\)/],
    ["key-cert-sign", /keyCertSign/],
    ["no-eku", /lacks clientAuth, which the role cli needs/],
    ["wrong-eku", /lacks clientAuth, which the role cli needs/],
  ];
  for (const [fault, words] of faults) {
    it(`refuses ${fault} with its own words`, async () => {
      const { certFile } = await certificates.badFiles("cli", fault);
      const refusal = await refusalOf(Promise.resolve().then(() => peerFromCertificate(read(certFile))));
      expect([refusal.code, refusal.reason]).to.deep.equal(["UNAUTHENTICATED", "CERTIFICATE_IDENTITY"]);
      expect(refusal.message).to.match(words);
    });
  }

  it("does not believe a DNS name that imitates a URI in print", async () => {
    const imitation = Buffer.from("x, URI:spiffe://tickerbell/operator/local");
    const names = Buffer.concat([Buffer.from([0x30, imitation.length + 2, 0x82, imitation.length]), imitation]);
    const lines = leafExtensions(["DNS:x"], "clientAuth").filter((line) => !line.startsWith("subjectAltName"));
    const files = await certificates.filesWith("cli", [...lines, `subjectAltName = DER:${names.toString("hex")}`]);
    expect(() => peerFromCertificate(read(files.certFile))).to.throw(AppError, /no URI/);
  });

  it("finds the one URI among a hundred other names", async () => {
    const hosts = Array.from({ length: 99 }, (_, index) => `DNS:h${index}`);
    expect(await peerOf([...hosts, "URI:spiffe://tickerbell/cli/laptop-2"])).to.deep.equal({
      role: "cli",
      name: "laptop-2",
    });
  });

  const oddUris = [
    "https://tickerbell/cli/local",
    "SPIFFE://tickerbell/cli/local",
    "spiffe://tickerbell:1/cli/local",
    "spiffe://tickerbell/cli",
    "spiffe://tickerbell/cli/",
    "spiffe://tickerbell/cli/local/",
    "spiffe://tickerbell/cli/local?x",
    "spiffe://tickerbell/cli/local%00",
    "spiffe://tickerbell/cli/../operator",
    "spiffe://tickerbell//local",
    "spiffe://tickerbell/Operator/local",
    "spiffe://tickerbell/toString/local",
  ];
  for (const uri of oddUris) {
    it(`refuses the URI ${uri}`, async () => {
      expect((await refusalOf(peerOf([`URI:${uri}`]))).reason).to.equal("CERTIFICATE_IDENTITY");
    });
  }

  it("refuses a URI with a NUL or a line end in it and prints neither", async () => {
    for (const tail of ["\0", "\n[31m"]) {
      const uri = Buffer.from(`spiffe://tickerbell/operator/local${tail}`);
      const names = Buffer.concat([Buffer.from([0x30, uri.length + 2, 0x86, uri.length]), uri]);
      const lines = leafExtensions(["DNS:x"], "clientAuth").filter((line) => !line.startsWith("subjectAltName"));
      const files = await certificates.filesWith("cli", [...lines, `subjectAltName = DER:${names.toString("hex")}`]);
      const refusal = await refusalOf(Promise.resolve().then(() => peerFromCertificate(read(files.certFile))));
      expect(refusal.message)
        .to.match(/plain NAME/)
        .and.not.include(tail);
    }
  });

  it("refuses bytes that are no certificate, and every certificate that is cut", () => {
    const { raw } = read(certificates.files("cli").certFile);
    for (let length = 0; length < raw.length; length += 7) {
      expect(() => peerFromCertificate(raw.subarray(0, length))).to.throw(AppError, /cannot be read/);
    }
  });

  it("refuses a certificate in which the alternative names stand twice", () => {
    const { raw } = read(certificates.files("cli").certFile);
    const basicConstraints = Buffer.from("0603551d13", "hex");
    const twice = Buffer.from(raw);
    Buffer.from("0603551d11", "hex").copy(twice, twice.indexOf(basicConstraints)); // its name becomes subjectAltName
    expect(() => peerFromCertificate(twice)).to.throw(AppError, /2\.5\.29\.17 stands there twice/);
  });
});
