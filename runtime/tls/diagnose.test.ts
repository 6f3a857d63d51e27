import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { AppError } from "../../domain/error.ts";
import {
  issueTestCertificates,
  type CertificateFault,
  type TestCertificates,
} from "../../scripts/certs/test-certificates.ts";
import type { CredentialFiles, CredentialPaths } from "./credential-files.ts";
import { diagnoseTlsFailure } from "./diagnose.ts";
import { askWhoAmI, startTestServer, type TestServer } from "./test-server.ts";

const FAILED_TO_CONNECT = { code: 14, details: "No connection established" };

describe("diagnoseTlsFailure()", () => {
  const now = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-diagnose-"));
  let certificates: TestCertificates;
  let other: TestCertificates;
  let server: TestServer;
  before(async () => {
    certificates = await issueTestCertificates(join(folder, "own"), now);
    other = await issueTestCertificates(join(folder, "other"), now);
    server = await startTestServer(unchecked(certificates.files("server")));
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  function unchecked(paths: CredentialPaths): CredentialFiles {
    const [ca, cert, key] = [readFileSync(paths.caFile), readFileSync(paths.certFile), readFileSync(paths.keyFile)];
    return { paths, ca, cert, key, peer: { role: "cli", name: "local" }, notAfter: 0, serial: "" };
  }

  /** Lets a real call fail, or not, and asks why. */
  async function diagnose(paths: CredentialPaths, target: string): Promise<AppError | null> {
    const error: unknown = await askWhoAmI(target, unchecked(paths)).then(
      () => ({ code: 7 }), // the call got through: a real server's table of roles would refuse it now
      (reason: unknown) => reason,
    );
    return diagnoseTlsFailure({ ...paths, expectedRole: "cli", now, target }, error);
  }

  describe("looks at its own files first", () => {
    const faults: readonly [CertificateFault, RegExp][] = [
      ["another-ca", /cli.crt was issued by another authority than .*ca.crt/],
      ["expired", /cli.crt expired on/],
      ["not-yet-valid", /cli.crt is not valid before/],
      ["wrong-role", /cli.crt is for the role fetcher, but cli is needed/],
      ["no-uri", /cli.crt proves no identity here: it has no URI/],
      ["two-uris", /cli.crt proves no identity here: it has 2 URIs/],
      ["wrong-eku", /cli.crt proves no identity here: its extended key usage lacks clientAuth/],
    ];
    for (const [fault, words] of faults) {
      it(`and says that its certificate has the fault ${fault}`, async () => {
        const found = await diagnose(await certificates.badFiles("cli", fault), `localhost:${server.port}`);
        expect(found?.reason).to.equal("TLS_SETUP");
        expect(found?.message).to.match(words);
        expect(found?.hint).to.equal("make certs");
      });
    }

    it("and says that there is no certificate", async () => {
      const paths = { ...certificates.files("cli"), certFile: join(folder, "cli.crt") };
      const connection = { ...paths, expectedRole: "cli", now, target: "localhost:1" } as const;
      expect((await diagnoseTlsFailure(connection, FAILED_TO_CONNECT))?.message).to.equal(
        `${paths.certFile} is missing`,
      );
    });

    it("and says that its key is open to others", async () => {
      const paths = await certificates.badFiles("cli", "wrong-host"); // a client needs no host: nothing is wrong yet
      chmodSync(paths.keyFile, 0o644);
      expect((await diagnose(paths, `localhost:${server.port}`))?.message).to.match(/cli.key is open to other users/);
    });
  });

  describe("then looks at the server", () => {
    const faults: readonly [CertificateFault, RegExp][] = [
      ["another-ca", /the certificate of localhost:\d+ was issued by another authority than .*ca.crt/],
      ["self-signed", /the certificate of localhost:\d+ was issued by another authority/],
      ["expired", /the certificate of localhost:\d+ expired on/],
      ["wrong-host", /the certificate of localhost:\d+ is for other hosts \(.*DNS:example.com\), not for localhost/],
      ["wrong-role", /the certificate of localhost:\d+ is for the role fetcher, but server is needed/],
      ["no-uri", /the certificate of localhost:\d+ proves no identity here: it has no URI/],
    ];
    for (const [fault, words] of faults) {
      it(`and says that the server's certificate has the fault ${fault}`, async () => {
        const bad = await startTestServer(unchecked(await certificates.badFiles("server", fault)));
        const found = await diagnose(certificates.files("cli"), `localhost:${bad.port}`);
        bad.close();
        expect(found?.reason).to.equal("TLS_SETUP");
        expect(found?.message).to.match(words);
      });
    }

    it("and says that the server trusts another authority than its own certificate's", async () => {
      const odd = await startTestServer(
        unchecked({ ...certificates.files("server"), caFile: other.files("server").caFile }),
      );
      const found = await diagnose(certificates.files("cli"), `localhost:${odd.port}`);
      odd.close();
      expect(found?.message).to.match(/the server at localhost:\d+ refuses .*cli.crt, although it is sound/);
    });

    it("and says that nobody listens", async () => {
      const gone = await startTestServer(unchecked(certificates.files("server")));
      gone.close();
      const found = await diagnose(certificates.files("cli"), `127.0.0.1:${gone.port}`);
      expect([found?.code, found?.reason]).to.deep.equal(["UNAVAILABLE", "SERVER_UNREACHABLE"]);
      expect(found?.message).to.equal(`nobody listens at 127.0.0.1:${gone.port}`);
    });

    it("and says that it accepts the connection and then keeps silent, as a server that hangs does", async () => {
      const sockets: Socket[] = [];
      const mute: Server = createTcpServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
      await once(mute, "listening");
      const target = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
      const connection = { ...certificates.files("cli"), expectedRole: "cli", now, target } as const;
      const found = await diagnoseTlsFailure(connection, FAILED_TO_CONNECT);
      for (const socket of sockets) socket.destroy();
      mute.close();
      expect(found?.reason).to.equal("SERVER_UNREACHABLE");
      expect(found?.message).to.equal(`${target} accepts the connection, but does not answer`);
      expect(found?.hint).to.include("start it again");
    });

    const hangsUp: readonly [string, (socket: Socket) => unknown][] = [
      ["with an end", (socket) => socket.destroy()],
      ["with a reset", (socket) => socket.resetAndDestroy()],
      ["with an end after it has heard us", (socket) => socket.once("data", () => socket.end())],
    ];
    for (const [how, hangUp] of hangsUp) {
      it(`and says that it hangs up without a word, ${how}`, async () => {
        const full: Server = createTcpServer(hangUp).listen(0, "127.0.0.1");
        await once(full, "listening");
        const target = `127.0.0.1:${(full.address() as AddressInfo).port}`;
        const connection = { ...certificates.files("cli"), expectedRole: "cli", now, target } as const;
        const found = await diagnoseTlsFailure(connection, FAILED_TO_CONNECT);
        full.close();
        expect([found?.code, found?.reason]).to.deep.equal(["UNAVAILABLE", "SERVER_UNREACHABLE"]);
        expect(found?.message).to.equal(`${target} closed the connection at once; it may have too many`);
        expect(found?.hint).to.match(/^try again/);
      });
    }

    it("and says that something else listens there", async () => {
      const chatty: Server = createTcpServer((socket) => socket.end("220 mail.example\r\n")).listen(0, "127.0.0.1");
      await once(chatty, "listening");
      const target = `127.0.0.1:${(chatty.address() as AddressInfo).port}`;
      const connection = { ...certificates.files("cli"), expectedRole: "cli", now, target } as const;
      const found = await diagnoseTlsFailure(connection, FAILED_TO_CONNECT);
      chatty.close();
      expect(found?.message).to.equal(`${target} does not speak TLS 1.3`);
    });
  });

  describe("has nothing to say", () => {
    it("when files and server are sound", async () => {
      const connection = {
        ...certificates.files("cli"),
        expectedRole: "cli",
        now,
        target: `localhost:${server.port}`,
      } as const;
      expect(await diagnoseTlsFailure(connection, FAILED_TO_CONNECT)).to.equal(null);
    });

    it("of errors that are no connection's, or no errors of a call", async () => {
      const connection = {
        caFile: "/none",
        certFile: "/none",
        keyFile: "/none",
        expectedRole: "cli",
        now,
        target: "x:1",
      } as const;
      for (const error of [{ code: 5 }, { code: "ENOENT" }, new Error("x"), null, undefined]) {
        expect(await diagnoseTlsFailure(connection, error)).to.equal(null);
      }
    });

    it("of a target that is not one host with a port", async () => {
      const connection = { ...certificates.files("cli"), expectedRole: "cli", now, target: "unix:/run/x" } as const;
      expect(await diagnoseTlsFailure(connection, FAILED_TO_CONNECT)).to.equal(null);
    });
  });
});
