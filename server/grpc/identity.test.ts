import { expect } from "chai";
import { ChannelCredentials, Client, Metadata } from "@grpc/grpc-js";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AppError } from "../../domain/error.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import type { CertificateFault } from "../../scripts/certs/test-certificates.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { sharedCertificates, uncheckedFiles } from "../../test/support/shared-certificates.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

describe("who a caller is", () => {
  const clock = new FakeClock(Date.now());
  let server: TestServer;
  let ann: SignedUp;
  let bob: SignedUp;
  before(async () => {
    server = await startTestServer({ clock });
    [ann, bob] = [await server.signUp(), await server.signUp()];
  });
  after(() => server.close());

  const whoAmI = (token: string) => server.ask(UserServiceService.getCurrentUser, {}, { token });

  describe("by certificate", () => {
    const refusedByTls: CertificateFault[] = ["another-ca", "self-signed", "expired", "not-yet-valid", "wrong-eku"];
    const refusedByUs: CertificateFault[] = [
      "no-uri",
      "two-uris",
      "unknown-role",
      "wrong-domain",
      "role-in-name-only",
      "ca-true",
      "key-cert-sign",
    ];

    for (const fault of [...refusedByTls, ...refusedByUs]) {
      it(`is refused: ${fault}`, async () => {
        const { code, reason } = await refusalWith(fault);
        if (refusedByTls.includes(fault)) expect([code, reason]).to.deep.equal(["UNAVAILABLE", "SERVER_UNREACHABLE"]);
        else expect([code, reason]).to.deep.equal(["UNAUTHENTICATED", "CERTIFICATE_IDENTITY"]);
      });
    }

    it("is refused for the wrong role", async () => {
      const { code, reason } = await refusalWith("wrong-role");
      expect([code, reason]).to.deep.equal(["PERMISSION_DENIED", "ROLE_NOT_ALLOWED"]);
    });

    it("is refused without any", async () => {
      const ca = readFileSync((await sharedCertificates()).files("cli").caFile);
      expect((await listQuotes(ChannelCredentials.createSsl(ca))).code).to.equal("UNAVAILABLE");
      expect((await listQuotes(ChannelCredentials.createInsecure())).code).to.equal("UNAVAILABLE");
    });

    async function refusalWith(fault: CertificateFault): Promise<AppError> {
      const paths = await (await sharedCertificates()).badFiles("cli", fault);
      return listQuotes(channelCredentials(uncheckedFiles(paths)));
    }

    async function listQuotes(credentials: ConstructorParameters<typeof Client>[1]): Promise<AppError> {
      const { path, requestSerialize, responseDeserialize } = QuoteServiceService.listQuotes;
      const client = new Client(server.address.replace("127.0.0.1", "localhost"), credentials);
      try {
        return await new Promise<AppError>((resolve, reject) => {
          const options = { deadline: Date.now() + 60_000 };
          const answered = (error: Parameters<typeof errorFromStatus>[0] | null) =>
            error === null ? reject(new Error("it was let in")) : resolve(errorFromStatus(error));
          client.makeUnaryRequest(
            path,
            requestSerialize,
            responseDeserialize,
            { symbols: [] },
            new Metadata(),
            options,
            answered,
          );
        });
      } finally {
        client.close();
      }
    }
  });

  describe("by access token", () => {
    it("is the user whose session it belongs to", async () => {
      expect(await whoAmI(ann.token)).to.include({ id: ann.userId, email: ann.email });
    });

    it("is told what is wrong with it, however many calls are refused at once", async () => {
      const calls = Array.from({ length: 50 }, () => refusalOf(whoAmI("no token")));
      const reasons = (await Promise.all(calls)).map(({ code, reason }) => `${code} ${reason}`);
      expect(new Set(reasons)).to.deep.equal(new Set(["UNAUTHENTICATED NOT_LOGGED_IN"]));
    });

    it("is over after a quarter of an hour, and at once after the log-out", async () => {
      const user = await server.signUp();
      clock.advance(15 * MINUTE_MS - 1_000);
      await whoAmI(user.token);
      clock.advance(1_000);
      expect((await refusalOf(whoAmI(user.token))).reason).to.equal("SESSION_ENDED");
      const { session } = await server.ask(UserServiceService.refreshSession, { refreshToken: user.refreshToken });
      const token = session!.accessToken;
      await server.ask(UserServiceService.logOut, { allSessions: false }, { token });
      expect((await refusalOf(whoAmI(token))).reason).to.equal("SESSION_ENDED");
      const again = server.ask(UserServiceService.refreshSession, { refreshToken: session!.refreshToken });
      expect((await refusalOf(again)).reason).to.equal("SESSION_ENDED");
      ann = await relogged(ann);
      bob = await relogged(bob);
    });

    it("is over for thief and owner when a refresh token is used twice", async () => {
      const user = await server.signUp();
      const { session } = await server.ask(UserServiceService.refreshSession, { refreshToken: user.refreshToken });
      await whoAmI(session!.accessToken);
      clock.advance(10 * SECOND_MS);
      const stolen = server.ask(UserServiceService.refreshSession, { refreshToken: user.refreshToken });
      expect((await refusalOf(stolen)).reason).to.equal("SESSION_ENDED");
      expect((await refusalOf(whoAmI(session!.accessToken))).reason).to.equal("SESSION_ENDED");
    });

    it("works on after a restart of the server: its key is kept, closed to others", async () => {
      await server.restart();
      expect(await whoAmI(ann.token)).to.include({ id: ann.userId });
      expect(statSync(join(server.folder, "token-key.pem")).mode & 0o777).to.equal(0o600);
    });

    async function relogged(user: SignedUp): Promise<SignedUp> {
      const { email, password } = user;
      const { session } = await server.ask(UserServiceService.logIn, { email, password });
      return { ...user, token: session!.accessToken, refreshToken: session!.refreshToken };
    }
  });

  describe("another user", () => {
    it("finds an alert and a notification exactly as one that never was", async () => {
      const request = CreateAlertRequest.fromPartial({ text: "AAPL above 200" });
      const { id } = await server.ask(AlertServiceService.createAlert, request, { token: ann.token });
      const random = "3f1a9c1e-0000-4000-8000-000000000000";
      const as = { token: bob.token };
      const answers = (known: string) =>
        Promise.all(
          [
            server.ask(AlertServiceService.getAlert, { id: known }, as),
            server.ask(AlertServiceService.pauseAlert, { id: known, untilTime: undefined }, as),
            server.ask(AlertServiceService.resumeAlert, { id: known }, as),
            server.ask(AlertServiceService.deleteAlert, { id: known, etag: '"7"' }, as),
            server.ask(AlertServiceService.batchDeleteAlerts, { ids: [known] }, as),
            server.ask(NotificationServiceService.getNotification, { id: known }, as),
          ].map(async (answer) => {
            const { code, reason, message, hint } = await refusalOf(answer);
            return [code, reason, message.replace(known, "ID"), hint];
          }),
        );
      expect(await answers(id)).to.deep.equal(await answers(random));
      expect((await answers(id)).map(([code]) => code)).to.deep.equal(Array(6).fill("NOT_FOUND"));
      await server.ask(AlertServiceService.getAlert, { id }, { token: ann.token });
    });
  });

  describe("the log", () => {
    it("holds refusals, and never a token or a password", () => {
      const log = server.log.join("\n");
      for (const secret of [ann.token, ann.refreshToken, ann.password, bob.token]) expect(log).not.to.include(secret);
      expect(log).to.include("call refused");
    });
  });
});
