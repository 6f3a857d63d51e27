// The promise: what a user's stream was let in with ends the stream, too.
import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import Database from "better-sqlite3";
import { once } from "node:events";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceClient, type WatchTriggersResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { limits } from "../../runtime/grpc/limits.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

type Watch = ClientReadableStream<WatchTriggersResponse>;

describe("a stream with a user", () => {
  let clock: FakeClock;
  let server: TestServer;
  let client: AlertServiceClient;
  let ann: SignedUp;
  before(async () => {
    clock = new FakeClock(Date.now());
    server = await startTestServer({ clock });
    client = await server.connect(AlertServiceClient, "cli");
  });
  beforeEach(async () => {
    clock.advance(10 * SECOND_MS); // calls are limited by the second
    ann = await server.signUp();
  });
  after(() => server.close());

  /** A watch that the server has let in, and the reason with which it ends. */
  async function watch(token: string): Promise<{ call: Watch; ended: Promise<string> }> {
    const call = client.watchTriggers({ symbols: [] }, bearer(token));
    const ended = once(call, "error").then(([failure]) => {
      const { code, reason } = errorFromStatus(failure as ServiceError);
      return `${code} ${reason}`;
    });
    ended.catch(() => undefined);
    await once(call, "metadata");
    return { call, ended };
  }
  const tick = async () => {
    clock.advance(SECOND_MS);
    await setImmediate();
  };
  const logIn = async ({ email, password }: SignedUp) => {
    const { session } = await server.ask(UserServiceService.logIn, { email, password });
    return session?.accessToken ?? "";
  };
  const scriptToken = async (expireTime?: Date) => {
    const wish = { name: "watch", expireTime };
    const made = await server.ask(AccessTokenServiceService.createAccessToken, wish, { token: ann.token });
    return { id: made.accessToken?.id ?? "", secret: made.secret };
  };
  const operator = async () => {
    const bob = await server.signUp();
    const { code } = await server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    await server.ask(UserServiceService.claimOperator, { code }, { token: bob.token });
    return { token: bob.token };
  };

  const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
    "its user logs out": () => server.ask(UserServiceService.logOut, { allSessions: false }, { token: ann.token }),
    "its user logs out everywhere": async () =>
      server.ask(UserServiceService.logOut, { allSessions: true }, { token: await logIn(ann) }),
    "its session is revoked from another": async () => {
      const token = await logIn(ann);
      const { sessions } = await server.ask(SessionServiceService.listSessions, {}, { token });
      const other = sessions.find(({ isCurrent }) => !isCurrent);
      await server.ask(SessionServiceService.revokeSession, { id: other?.id ?? "" }, { token });
    },
    "its refresh token comes back": async () => {
      await server.ask(UserServiceService.refreshSession, { refreshToken: ann.refreshToken });
      clock.advance(10 * SECOND_MS);
      await server.ask(UserServiceService.refreshSession, { refreshToken: ann.refreshToken }).catch(() => undefined);
    },
    "its user is suspended": async () =>
      server.ask(AdminServiceService.suspendUser, { id: ann.userId, note: "" }, await operator()),
    "its user must choose another password": async () =>
      server.ask(AdminServiceService.forcePasswordReset, { id: ann.userId }, await operator()),
    "its user sets another password elsewhere": async () => {
      const words = { currentPassword: ann.password, newPassword: "other unrelated words" };
      await server.ask(UserServiceService.changePassword, words, { token: await logIn(ann) });
    },
    "its user is deleted": () =>
      server.ask(UserServiceService.deleteCurrentUser, { password: ann.password }, { token: ann.token }),
  };
  for (const [name, deed] of Object.entries(deeds)) {
    it(`ends at once when ${name}`, async () => {
      const { ended } = await watch(ann.token);
      await deed();
      expect(await ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
    });
  }

  it("ends at once when the script's token is revoked that it came with, and no other does", async () => {
    const [kept, revoked] = [await scriptToken(), await scriptToken()];
    const [stays, goes] = [await watch(kept.secret), await watch(revoked.secret)];
    await server.ask(AccessTokenServiceService.revokeAccessToken, { id: revoked.id }, { token: ann.token });
    expect(await goes.ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
    expect(stays.call.destroyed).to.equal(false);
    stays.call.cancel();
  });

  it("ends within seconds of the end of its access token, and not before", async () => {
    const { call, ended } = await watch(ann.token);
    for (let second = 1; second < 15 * 60; second += 1) await tick();
    await server.ask(UserServiceService.getCurrentUser, {}, { token: ann.token });
    expect(call.destroyed).to.equal(false);
    for (let second = 0; second <= 16; second += 1) await tick();
    expect(await ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
  });

  it("ends within 15 seconds of the end of a script's token", async () => {
    const { secret } = await scriptToken(new Date(clock.now() + MINUTE_MS));
    const { ended } = await watch(secret);
    clock.advance(MINUTE_MS);
    expect(await ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
  });

  it("ends within 15 seconds when its session ends and nobody says so", async () => {
    const { ended } = await watch(ann.token);
    const db = new Database(server.databaseFile);
    db.exec("UPDATE sessions SET end_time = 1");
    db.close();
    clock.advance(15 * SECOND_MS);
    expect(await ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
  });

  it("makes room for others by its end", async () => {
    const token = await logIn(ann);
    for (let round = 0; round < 2; round += 1) {
      const { secret, id } = await scriptToken();
      const watches = await Promise.all(Array.from({ length: limits.streamsPerUser }, () => watch(secret)));
      await server.ask(AccessTokenServiceService.revokeAccessToken, { id }, { token });
      clock.advance(SECOND_MS);
      for (const { ended } of watches) expect(await ended).to.equal("UNAUTHENTICATED SESSION_ENDED");
    }
  });
});
