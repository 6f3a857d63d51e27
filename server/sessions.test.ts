import { expect } from "chai";
import { generateKeyPairSync } from "node:crypto";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { EXAMPLE_START_MS } from "../test/examples.ts";
import { refusalOf } from "../test/support/refusal-of.ts";
import { hashSecret, Sessions, type SessionTokens } from "./sessions.ts";
import type { SessionRecord, UserRecord, UserStore } from "./user-store.ts";

const ANN: UserRecord = { id: "ann", email: "ann@example.com", passwordHash: "", createTimeMs: 0 };

/** One user's sessions in memory. */
class FakeUsers {
  readonly sessions = new Map<string, SessionRecord>();
  readonly port = {
    getSessionUser: (id: string) => Promise.resolve(this.sessions.has(id) ? ANN : null),
    refreshSession: (refreshHash: string, next: Pick<SessionRecord, "refreshHash" | "refreshExpireTimeMs">) => {
      const found = [...this.sessions.values()].find((session) => session.refreshHash === refreshHash);
      if (found === undefined) return Promise.resolve(null);
      const renewed = { ...found, ...next };
      this.sessions.set(found.id, renewed);
      return Promise.resolve(renewed);
    },
  } as unknown as UserStore;
}

describe("Sessions", () => {
  const key = generateKeyPairSync("ed25519").privateKey;
  let clock: FakeClock;
  let users: FakeUsers;
  let sessions: Sessions;
  beforeEach(() => {
    clock = new FakeClock(EXAMPLE_START_MS);
    users = new FakeUsers();
    let ids = 0;
    sessions = new Sessions(users.port, key, clock, () => `id-${++ids}`);
  });

  const open = async (): Promise<{ id: string; tokens: SessionTokens }> => {
    const session = sessions.prepare();
    users.sessions.set(session.record.id, { ...session.record, userId: ANN.id });
    return { id: session.record.id, tokens: await sessions.tokensFor(ANN.id, session) };
  };

  it("gives out an access token for 15 minutes and a refresh token for 30 days", async () => {
    const { tokens } = await open();
    expect(tokens.accessExpireTimeMs - clock.now()).to.equal(15 * MINUTE_MS);
    expect(tokens.refreshExpireTimeMs - clock.now()).to.equal(30 * DAY_MS);
    expect(Buffer.from(tokens.refreshToken, "base64url")).to.have.length(32);
  });

  it("stores the refresh token's hash alone, and makes each anew", async () => {
    const [first, second] = [await open(), await open()];
    expect(users.sessions.get(first.id)?.refreshHash).to.equal(hashSecret(first.tokens.refreshToken));
    expect(JSON.stringify([...users.sessions])).not.to.include(first.tokens.refreshToken);
    expect(first.tokens.refreshToken).not.to.equal(second.tokens.refreshToken);
  });

  it("knows whom an access token speaks for, to the last second", async () => {
    const { id, tokens } = await open();
    expect(await sessions.authenticate(tokens.accessToken)).to.deep.equal({ record: ANN, sessionId: id });
    clock.advance(15 * MINUTE_MS - 1_000);
    await sessions.authenticate(tokens.accessToken);
    clock.advance(1_000);
    const over = await refusalOf(sessions.authenticate(tokens.accessToken));
    expect([over.code, over.reason]).to.deep.equal(["UNAUTHENTICATED", "SESSION_ENDED"]);
  });

  it("asks for the session each time: when it has ended, so have its tokens", async () => {
    const { id, tokens } = await open();
    users.sessions.delete(id);
    expect((await refusalOf(sessions.authenticate(tokens.accessToken))).reason).to.equal("SESSION_ENDED");
  });

  it("trades a refresh token for the next pair of the same session, once", async () => {
    const { id, tokens } = await open();
    clock.advance(MINUTE_MS);
    const next = await sessions.refresh(tokens.refreshToken);
    expect((await sessions.authenticate(next.accessToken)).sessionId).to.equal(id);
    expect(next.refreshExpireTimeMs).to.equal(clock.now() + 30 * DAY_MS);
    const again = await refusalOf(sessions.refresh(tokens.refreshToken));
    expect([again.code, again.reason]).to.deep.equal(["UNAUTHENTICATED", "SESSION_ENDED"]);
    await sessions.refresh(next.refreshToken);
  });

  it("knows no token of another server", async () => {
    const other = new Sessions(users.port, generateKeyPairSync("ed25519").privateKey, clock, () => "x");
    const { tokens } = await open();
    expect((await refusalOf(other.authenticate(tokens.accessToken))).reason).to.equal("NOT_LOGGED_IN");
  });
});
