// The promise: whatever is wrong with a certificate, the server does not hear its owner, and the owner is told what is wrong before it
// connects. Each fault has a certificate of its own in which nothing else is wrong.
import { ChannelCredentials, Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { errorFromStatus } from "../proto/convert/error.ts";
import { QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles, type CredentialPaths } from "../runtime/tls/credential-files.ts";
import { leafExtensions } from "../scripts/certs/certificate-profile.ts";
import { revokeCertificate } from "../scripts/certs/revoke.ts";
import { TestCertificates, type CertificateFault } from "../scripts/certs/test-certificates.ts";
import { CertificateWorld } from "./support/certificate-world.ts";
import { eventually } from "./support/eventually.ts";
import { uncheckedFiles } from "./support/shared-certificates.ts";

const UNREACHABLE = "UNAVAILABLE SERVER_UNREACHABLE";
const NOBODY = "UNAUTHENTICATED CERTIFICATE_IDENTITY";
const REVOKED = "UNAUTHENTICATED CERTIFICATE_REVOKED";
const URI = "URI:spiffe://tickerbell/cli/local";

describe("a certificate with a fault", () => {
  let world: CertificateWorld;
  let certificates: TestCertificates;
  before(async () => {
    world = await CertificateWorld.open();
    certificates = new TestCertificates(world.folder, Date.now());
  });
  after(() => world.close());

  const bad = (fault: CertificateFault) => () => certificates.badFiles("cli", fault);
  const leaf = (lines: readonly string[]) => () => certificates.filesWith("cli", lines);
  const named = (uri: string) => leaf(leafExtensions([`URI:${uri}`], "clientAuth"));
  const without = (start: string) => leafExtensions([URI], "clientAuth").filter((line) => !line.startsWith(start));

  /** A sound pair of its own, for a test to spoil. */
  async function sound(spoil: (paths: CredentialPaths) => void | Promise<void> = () => undefined) {
    const paths = await certificates.filesWith("cli", leafExtensions([URI], "clientAuth"));
    await spoil(paths);
    return paths;
  }

  /** How a person might write it into the list, in the folder of the server. */
  function revoked(spell: (serial: string) => string) {
    return () =>
      sound(async ({ certFile, caFile, keyFile }) => {
        const { serial } = loadCredentialFiles({ certFile, caFile, keyFile }, { expectedRole: "cli", now: Date.now() });
        await revokeCertificate({ folder: world.folder, what: spell(serial), reason: "", now: Date.now() });
      });
  }

  const faults: readonly [string, () => Promise<CredentialPaths>, answer: string, own: RegExp][] = [
    ["from another authority", bad("another-ca"), UNREACHABLE, /was issued by another authority/],
    ["signed by itself", bad("self-signed"), UNREACHABLE, /was issued by another authority/],
    ["expired", bad("expired"), UNREACHABLE, /expired on/],
    ["not valid yet", bad("not-yet-valid"), UNREACHABLE, /is not valid before/],
    ["serverAuth alone for a client", bad("wrong-eku"), UNREACHABLE, /lacks clientAuth/],
    ["another role", bad("wrong-role"), "PERMISSION_DENIED ROLE_NOT_ALLOWED", /is for the role fetcher/],
    ["an unknown role", bad("unknown-role"), NOBODY, /role "boss" is unknown/],
    ["another trust domain", bad("wrong-domain"), NOBODY, /trust domain/],
    ["the role in its common name alone", bad("role-in-name-only"), NOBODY, /has no URI/],
    ["host names alone", bad("no-uri"), NOBODY, /has no URI/],
    ["no alternative name at all", leaf(without("subjectAltName")), NOBODY, /has no URI/],
    ["two identities", bad("two-uris"), NOBODY, /has 2 URIs/],
    ["a name with capitals", named("spiffe://tickerbell/cli/Ann"), NOBODY, /plain NAME/],
    ["a name with an escape", named("spiffe://tickerbell/cli/a%2Fb"), NOBODY, /plain NAME/],
    ["a name that climbs", named("spiffe://tickerbell/cli/../operator"), NOBODY, /plain NAME/],
    ["no name", named("spiffe://tickerbell/cli"), NOBODY, /plain NAME/],
    ["CA:TRUE", bad("ca-true"), NOBODY, /CA:TRUE/],
    ["keyCertSign", bad("key-cert-sign"), NOBODY, /keyCertSign/],
    ["cRLSign", leaf([...without("keyUsage"), "keyUsage = digitalSignature, cRLSign"]), NOBODY, /cRLSign/],
    ["no extended key usage", bad("no-eku"), NOBODY, /lacks clientAuth/],
    ["revoked", revoked((serial) => serial), REVOKED, /was revoked on/],
    ["revoked, with leading zeros and colons", revoked((serial) => `00:00:${serial}`), REVOKED, /was revoked on/],
    ["revoked, in small letters", revoked((serial) => serial.toLowerCase()), REVOKED, /was revoked on/],
  ];
  for (const [what, make, answer, own] of faults) {
    it(`is refused with ${answer}, and told beforehand: ${what}`, async () => {
      const paths = await make();
      expect(() => loadCredentialFiles(paths, { expectedRole: "cli", now: Date.now() }))
        .to.throw(own)
        .with.property("reason", "TLS_SETUP");
      const credentials = channelCredentials(uncheckedFiles(paths));
      await eventually(`${answer}, and not what it was before`, async () => answer === (await knock(credentials)));
    });
  }

  const unshowable: readonly [string, (paths: CredentialPaths) => void, RegExp][] = [
    ["another pair's key", (p) => copyFileSync(join(world.folder, "cli.key"), p.keyFile), /is not the key of/],
    ["an empty certificate", (p) => writeFileSync(p.certFile, ""), /is empty/],
    ["an empty key", (p) => writeFileSync(p.keyFile, ""), /is empty/],
    ["a certificate that is cut", (p) => writeFileSync(p.certFile, readFileSync(p.certFile).subarray(0, 300)), /holds/],
    ["a key that all can read", (p) => chmodSync(p.keyFile, 0o644), /is open to other users/],
    ["no file", (p) => rmSync(p.certFile), /is missing/],
  ];
  for (const [what, spoil, own] of unshowable) {
    it(`is told with TLS_SETUP, and never shown: ${what}`, async () => {
      const paths = await sound(spoil);
      expect(() => loadCredentialFiles(paths, { expectedRole: "cli", now: Date.now() }))
        .to.throw(own)
        .with.property("reason", "TLS_SETUP");
    });
  }

  it("keeps whoever has a list that cannot be read from starting", () => {
    const folder = mkdtempSync(join(world.folder, "bad-list-"));
    for (const name of ["ca.crt", "cli.crt", "cli.key"]) copyFileSync(join(world.folder, name), join(folder, name));
    writeFileSync(join(folder, "revoked.txt"), "not a serial number\n");
    const paths = {
      caFile: join(folder, "ca.crt"),
      certFile: join(folder, "cli.crt"),
      keyFile: join(folder, "cli.key"),
    };
    expect(() => loadCredentialFiles(paths, { expectedRole: "cli", now: Date.now() })).to.throw(/has a bad line 1/);
  });

  it("lets nobody in without a certificate, or with TLS 1.2, and everybody with a sound one", async () => {
    const { ca, cert, key } = uncheckedFiles(await sound());
    expect(await knock(ChannelCredentials.createSsl(ca))).to.equal(UNREACHABLE);
    const old = createSecureContext({ ca, cert, key, maxVersion: "TLSv1.2" });
    expect(await knock(ChannelCredentials.createFromSecureContext(old))).to.equal(UNREACHABLE);
    expect(await knock(ChannelCredentials.createSsl(ca, key, cert))).to.equal("OK");
  });

  /** One call: "OK", or code and reason of its end. */
  function knock(credentials: ChannelCredentials): Promise<string> {
    const client = new Client(world.server.address.replace("127.0.0.1", "localhost"), credentials);
    const { path, requestSerialize, responseDeserialize } = QuoteServiceService.listQuotes;
    const answer = new Promise<string>((resolve) => {
      const options = { deadline: Date.now() + 60_000 };
      const answered = (error: ServiceError | null): void => {
        const end = error === null ? null : errorFromStatus(error);
        resolve(end === null ? "OK" : `${end.code} ${end.reason}`);
      };
      const request = { symbols: [], pageSize: 0, pageToken: "" };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, new Metadata(), options, answered);
    });
    return answer.finally(() => client.close());
  }
});
