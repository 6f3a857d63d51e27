// The promise: nobody speaks for a user with a token that the server did not give, or that has ended.
import { setLogger } from "@grpc/grpc-js";
import { expect } from "chai";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { hashSecret } from "../../server/secret.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { expectWellFormed } from "./expect-refusal.ts";
import { storedOfUsers } from "./stored-rows.ts";
import { authorizationOf, TOKEN_ATTACKS } from "./token-attacks.ts";
import { TokenWorld } from "./token-world.ts";

const WHO_AM_I = UserServiceService.getCurrentUser.path;
const WATCH = AlertServiceService.watchTriggers.path;

describe("a call with a token", () => {
  let world: TokenWorld;
  let rows: Record<string, string[]>;
  const written: string[] = [];
  before(async () => {
    setLogger({ error: (...words: unknown[]) => written.push(words.join(" ")) }); // where gRPC itself complains
    world = await TokenWorld.open();
    rows = storedOfUsers(world.server.databaseFile);
  });
  after(async () => {
    setLogger(console);
    await world.close();
  });

  it("is let in as its user, if the server gave it and it has not ended", async () => {
    for (const token of [world.ann.token, await world.forge(), world.scriptToken]) {
      for (const path of [WHO_AM_I, WATCH]) expect((await world.try(`Bearer ${token}`, path)).kind).to.equal("in");
      expect((await world.try(`bearer ${token}`)).kind, "the scheme in any case").to.equal("in");
    }
  });

  for (const attack of TOKEN_ATTACKS) {
    it(`is nobody's: ${attack.name}`, async () => {
      const authorization = await authorizationOf(attack, world);
      for (const path of [WHO_AM_I, WATCH]) {
        const tried = await world.try(authorization, path);
        if (tried.kind !== "refused") throw new Error(`it was ${tried.kind}`);
        const { error } = tried;
        expect([error.code, error.reason]).to.deep.equal(["UNAUTHENTICATED", attack.reason ?? "NOT_LOGGED_IN"]);
        expectWellFormed(error);
        for (const token of [world.ann.token, world.scriptToken]) expect(error.message).not.to.include(token);
      }
    });
  }

  it("of a megabyte is cut, and the others are served", async () => {
    expect((await world.try(`Bearer ${"x".repeat(1_000_000)}`)).kind).not.to.equal("in");
    expect((await world.try(`Bearer ${world.ann.token}`)).kind).to.equal("in");
  });

  const refreshes: Readonly<Record<string, () => string>> = {
    "an access token": () => world.ann.token,
    "a script's token": () => world.scriptToken,
    "what is stored of a refresh token": () => hashSecret(world.ann.refreshToken),
    "a refresh token with a letter more": () => `${world.ann.refreshToken}A`,
    "a refresh token in a token's clothes": () => `Bearer ${world.ann.refreshToken}`,
    "that of a session that was logged out": () => world.loggedOut.refreshToken,
    "that of a suspended user": () => world.suspended.refreshToken,
    "that of a deleted user": () => world.deleted.refreshToken,
    nothing: () => "",
    "200 kB": () => "x".repeat(200_000),
    SQL: () => "' OR ''='",
  };
  for (const [name, refreshToken] of Object.entries(refreshes)) {
    it(`renews nothing for ${name} as a refresh token`, async () => {
      const call = world.server.ask(UserServiceService.refreshSession, { refreshToken: refreshToken() });
      const { code, reason } = await refusalOf(call);
      expect([code, reason]).to.deep.equal(["UNAUTHENTICATED", "SESSION_ENDED"]);
    });
  }

  it("has stored nothing by all that, and who was logged in still is", async () => {
    expect(storedOfUsers(world.server.databaseFile)).to.deep.equal(rows);
    expect(world.server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
    const { refreshToken } = world.ann;
    const { session } = await world.server.ask(UserServiceService.refreshSession, { refreshToken });
    expect((await world.try(`Bearer ${session?.accessToken ?? ""}`)).kind).to.equal("in");
  });

  it("has left no token in the log, nor beside it", () => {
    const log = [...world.server.log, ...written].join("\n");
    for (const { token, refreshToken } of [world.ann, world.deleted, world.suspended]) {
      for (const secret of [token, refreshToken, token.split(".")[2] ?? ""]) expect(log).not.to.include(secret);
    }
    for (const secret of [world.scriptToken, world.revokedToken]) expect(log).not.to.include(secret.slice(5));
  });
});
