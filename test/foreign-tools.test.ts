// The promise: other people's clients and scanners find what ours find. Each has nothing of ours but certificates, and the contract
// if the server does not tell it.
import { expect } from "chai";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { contractMethods } from "./access/contract-methods.ts";
import { exampleTick } from "./examples.ts";
import { QuoteSender } from "./support/quote-sender.ts";
import { sharedCertificates } from "./support/shared-certificates.ts";
import { startTestServer, type SignedUp, type TestServer } from "./support/test-server.ts";

const run = promisify(execFile);
const BUF = join(PROJECT_ROOT, "node_modules/.bin/buf");
const PYTHON = "/usr/bin/python3";
const PATIENCE_MS = 240_000;
/** All that a client could agree upon with us. */
const CIPHERS = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

/** Whether a command is there and does this. */
function works(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { stdio: "ignore", timeout: 60_000 }).status === 0;
}

describe("somebody else's", () => {
  let server: TestServer;
  let user: SignedUp;
  let certs = "";

  before(async () => {
    server = await startTestServer();
    certs = (await sharedCertificates()).folder;
    user = await server.signUp();
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([exampleTick(0, 190)]);
    sender.end();
  });
  after(() => server.close());

  describe("buf curl", () => {
    /** It has no contract but what the server tells by reflection. */
    async function ask(path: string, ...words: string[]): Promise<string> {
      const files = [
        "--cacert",
        join(certs, "ca.crt"),
        "--cert",
        join(certs, "cli.crt"),
        "--key",
        join(certs, "cli.key"),
      ];
      const all = ["curl", "--protocol", "grpc", ...files, ...words, `https://${server.address}${path}`];
      return (await run(BUF, all, { timeout: PATIENCE_MS, cwd: certs })).stdout;
    }
    async function curl(method: string, request: object, ...words: string[]): Promise<Record<string, unknown>> {
      const answer = await ask(`/tickerbell.v1.${method}`, "-d", JSON.stringify(request), ...words);
      return JSON.parse(answer) as Record<string, unknown>;
    }
    const bearer = (token: string) => ["-H", `authorization: Bearer ${token}`];

    it("signs in, lists prices and makes an alert", async () => {
      const { email, password } = user;
      const { session } = (await curl("UserService/LogIn", { email, password })) as {
        session: { accessToken: string };
      };
      expect(await curl("QuoteService/ListQuotes", {})).to.have.nested.property("quotes[0].symbol", "AAPL");
      const words = bearer(session.accessToken);
      expect(await curl("AlertService/CreateAlert", { text: "AAPL below 100" }, ...words)).to.include({
        symbol: "AAPL",
      });
    });

    for (const version of ["v1", "v1alpha"]) {
      it(`learns every method by reflection ${version}`, async () => {
        const methods = await ask("", "--list-methods", "--reflect-protocol", `grpc-${version}`);
        const ours = contractMethods().filter(({ path }) => path.startsWith("/tickerbell."));
        expect(ours).not.to.be.empty;
        expect(methods.trimEnd().split("\n")).to.have.members(ours.map(({ path }) => path.slice(1)));
      });
    }

    it("is told what is wrong in the words of the contract, and nothing without the right token", async () => {
      const failure = await curl("AlertService/ListAlerts", {}, ...bearer("none")).then(
        () => "",
        (error: unknown) => (error as { stderr: string }).stderr,
      );
      expect(failure)
        .to.include('"unauthenticated"')
        .and.to.match(/"message": "\w/);
    });
  });

  describe("Python", () => {
    if (!works(PYTHON, "-c", "import grpc, google.protobuf")) {
      it("skipped: no python3-grpcio");
      return;
    }

    it("signs in, lists prices, makes an alert and watches", async () => {
      const script = join(import.meta.dirname, "support/foreign-client.py");
      const contract = join(PROJECT_ROOT, "proto/gen/image.binpb");
      const words = [script, server.address, certs, contract, user.email, user.password];
      const { stdout } = await run(PYTHON, words, { timeout: PATIENCE_MS });
      const lines = stdout.trimEnd().split("\n");
      const got = lines.map((line) => JSON.parse(line) as { method: string; answer: Record<string, unknown> });
      expect(got.map(({ method }) => method)).to.deep.equal(["LogIn", "ListQuotes", "CreateAlert", "WatchQuotes"]);
      expect(got[1]!.answer).to.have.nested.property("quotes[0].symbol", "AAPL");
      expect(got[2]!.answer).to.include({ symbol: "AAPL" });
      expect(got[3]!.answer).to.have.nested.property("quote.symbol", "AAPL");
    });
  });

  describe("sslscan", () => {
    if (!works("sslscan", "--version")) {
      it("skipped: no sslscan");
      return;
    }

    it("finds TLS 1.3 alone, three ciphers, and no group of less than 128 bits", async () => {
      const pair = [`--certs=${join(certs, "cli.crt")}`, `--pk=${join(certs, "cli.key")}`];
      const { stdout } = await run("sslscan", ["--no-colour", ...pair, server.address], { timeout: PATIENCE_MS });
      const versions = [...stdout.matchAll(/^((?:SSL|TLS)v[\d.]+) +enabled/gm)].map(([, name]) => name);
      const ciphers = [...stdout.matchAll(/^(?:Preferred|Accepted) +\S+ +\d+ bits +(\S+)/gm)].map(([, name]) => name);
      const bits = [...stdout.matchAll(/^TLSv1\.3 +(\d+) bits/gm)].map(([, count]) => Number(count));
      expect(versions).to.deep.equal(["TLSv1.3"]);
      expect(ciphers.toSorted()).to.deep.equal(CIPHERS);
      expect(bits).not.to.be.empty;
      expect(Math.min(...bits)).to.be.at.least(128);
    });
  });

  describe("testssl", () => {
    if (!works("testssl", "--version")) {
      it("skipped: no testssl");
      return;
    }

    it("finds nothing that is not ok, but that a private authority names nobody who tells what was revoked", async () => {
      const trust = ["--add-ca", join(certs, "ca.crt")];
      const words = ["--quiet", "--color", "0", "--warnings", "off", ...trust, "-p", "-s", "-S", server.address];
      const failed = (error: { stdout: string }) => error; // its exit code counts what it remarks upon
      const { stdout } = await run("testssl", words, { timeout: PATIENCE_MS }).catch(failed);
      expect(stdout)
        .to.match(/TLS 1\.3 +offered \(OK\)/)
        .and.to.match(/TLS 1\.2 +not offered/);
      expect(stdout).to.match(/Chain of trust +Ok/);
      expect(stdout.match(/NOT ok.*/g)).to.deep.equal(["NOT ok -- neither CRL nor OCSP URI provided"]);
    });
  });
});
