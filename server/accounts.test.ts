import { expect } from "chai";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { refusalOf } from "../test/support/refusal-of.ts";
import { AccountThrottle, USUAL_THROTTLES } from "./account-throttle.ts";
import { Accounts, type InSession } from "./accounts.ts";
import { Passwords, type HashCost } from "./passwords.ts";
import type { Seen } from "./session-store.ts";
import { Sessions } from "./sessions.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import { eachInItsWorld, type StoreWorld } from "./testing/store-world.ts";

const CHEAP: HashCost = { memory: 64, passes: 1, parallelism: 1, tagLength: 32 };
const PASSWORD = "four unrelated words";
const WRONG = "not these words";
const ANN = "ann@example.com";
const HOME = "198.51.100.1";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const KEY = { id: "key", privateKey, publicKey };

/** Accounts as the server has them, on a store whose clock a test sets; hashes cost nothing. */
function accountsOf(world: StoreWorld, cost = CHEAP, dispatcher = { wake: (): void => undefined }): Accounts {
  const { store, clock } = world;
  const sessions = new Sessions({
    store: store.sessions,
    keys: { newest: KEY, find: () => KEY },
    clock,
    newId: () => world.newId(),
  });
  const throttle = new AccountThrottle(store.throttles, store.users, USUAL_THROTTLES);
  return new Accounts({ users: store.users, passwords: new Passwords(cost), throttle, sessions, dispatcher, clock });
}

const from = (address: string): Seen => ({ address, client: "bell/1" });

describe("Accounts", () => {
  const world = eachInItsWorld(({ folder, ...options }) =>
    Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })),
  );

  /** The code of the next mail, which is sent. */
  const mailed = async (): Promise<string> => {
    const mail = await world().begin();
    await world().end(mail, "taken");
    return "code" in mail.content ? mail.content.code : mail.content.kind;
  };
  const signUp = async (email = ANN, address = HOME): Promise<InSession> => {
    const accounts = accountsOf(world());
    await accounts.register({ email, password: PASSWORD, timeZone: "" }, from(address));
    const { user } = await accounts.verify(await mailed(), from(address));
    const [session] = await world().store.sessions.listSessions(user.id);
    return { record: user, sessionId: session!.id };
  };
  const logIn = (password: string, address: string, email = ANN) =>
    accountsOf(world()).logIn(email, password, from(address));
  /** What becomes of a log-in, in a word. */
  const tryLogIn = (password: string, address: string, email = ANN): Promise<string> =>
    logIn(password, address, email).then(
      () => "in",
      (error: unknown) => (error as { reason: string }).reason,
    );
  /** Other strangers' addresses, a new one each time. */
  let strangers = 0;
  const stranger = () => `203.0.${Math.floor(++strangers / 250)}.${strangers % 250}`;

  describe("throttles", () => {
    for (const email of [ANN, "nobody@example.com"]) {
      it(`let five wrong passwords of ${email} through, then one after 1, 2, 4 … s, from wherever`, async () => {
        await signUp();
        for (let tried = 0; tried < 5; tried += 1) {
          expect(await tryLogIn(WRONG, stranger(), email)).to.equal("LOGIN_FAILED");
        }
        for (const waitMs of [1_000, 2_000, 4_000]) {
          const refusal = await refusalOf(logIn(WRONG, stranger(), email));
          expect(refusal).to.include({ code: "RESOURCE_EXHAUSTED", reason: "RATE_LIMITED", retryAfterMs: waitMs });
          expect(refusal.message).to.equal("too many attempts");
          world().clock.advance(waitMs);
          expect(await tryLogIn(WRONG, stranger(), email)).to.equal("LOGIN_FAILED");
        }
      });
    }

    it("let no more than 60 of 500 guesses in an hour through, over restarts", async () => {
      await signUp();
      let evaluated = 0;
      for (let tried = 0; tried < 500; tried += 1) {
        if (tried % 200 === 0) await world().restart();
        const admitted = new AccountThrottle(world().store.throttles, world().store.users, USUAL_THROTTLES);
        const attempt = admitted.admitPassword(ANN, "an id", stranger());
        evaluated += await attempt.then(
          () => 1,
          () => 0,
        );
        world().clock.advance(HOUR_MS / 500);
      }
      expect(evaluated).to.be.within(10, 60);
    });

    it("let the owner in from where the owner has been, whatever strangers do", async () => {
      await signUp();
      for (let tried = 0; tried < 20; tried += 1) await tryLogIn(WRONG, stranger());
      expect(await tryLogIn(PASSWORD, stranger())).to.equal("RATE_LIMITED");
      expect(await tryLogIn(PASSWORD, HOME)).to.equal("in");
      expect(await tryLogIn(PASSWORD, stranger()), "it is not forgiven to strangers").to.equal("RATE_LIMITED");
    });

    it("have a back-off of their own for where the owner has been", async () => {
      await signUp();
      for (let tried = 0; tried < 5; tried += 1) await tryLogIn(WRONG, HOME);
      expect(await tryLogIn(PASSWORD, HOME)).to.equal("RATE_LIMITED");
      world().clock.advance(SECOND_MS);
      expect(await tryLogIn(PASSWORD, HOME)).to.equal("in");
      for (let tried = 0; tried < 5; tried += 1) expect(await tryLogIn(WRONG, HOME)).to.equal("LOGIN_FAILED");
    });

    it("let 20 attempts a minute through from one network, whoever's password is tried", async () => {
      await signUp();
      for (let tried = 0; tried < 20; tried += 1) {
        const address = `2001:db8:1:2::${tried}`;
        expect(await tryLogIn(WRONG, address, `user-${tried}@example.com`)).to.equal("LOGIN_FAILED");
      }
      const refusal = await refusalOf(logIn(PASSWORD, "2001:db8:1:2::ffff"));
      expect(refusal).to.include({ reason: "RATE_LIMITED", retryAfterMs: MINUTE_MS });
      expect(await tryLogIn(PASSWORD, "2001:db8:1:3::1")).to.equal("in");
      world().clock.advance(MINUTE_MS);
      expect(await tryLogIn(PASSWORD, "2001:db8:1:2::ffff")).to.equal("in");
    });

    it("let five registrations an hour through from one network", async () => {
      const register = (at: number, address = HOME) =>
        accountsOf(world()).register({ email: `a${at}@example.com`, password: PASSWORD, timeZone: "" }, from(address));
      for (let at = 0; at < 5; at += 1) await register(at);
      expect(await refusalOf(register(5))).to.include({ reason: "RATE_LIMITED", retryAfterMs: HOUR_MS });
      await register(5, "203.0.113.9");
      world().clock.advance(HOUR_MS);
      await register(6);
    });

    for (const email of [ANN, "nobody@example.com"]) {
      it(`let three wishes an hour for another password of ${email} through`, async () => {
        await signUp();
        const ask = () => accountsOf(world()).requestReset(email, from(stranger()));
        for (let asked = 0; asked < 3; asked += 1) {
          expect((await ask()).expireTimeMs).to.equal(world().clock.now() + DAY_MS);
        }
        expect(await refusalOf(ask())).to.include({ reason: "RATE_LIMITED", retryAfterMs: HOUR_MS });
      });
    }

    it("count the passwords that are asked for in a session, too", async () => {
      const ann = await signUp();
      const change = () =>
        accountsOf(world()).changePassword(ann, { current: WRONG, next: "five unrelated words" }, from(stranger()));
      for (let tried = 0; tried < 5; tried += 1) expect((await refusalOf(change())).reason).to.equal("PASSWORD_WRONG");
      expect((await refusalOf(change())).reason).to.equal("RATE_LIMITED");
    });

    it("keep no address of a person or a network in the clear", async () => {
      await signUp();
      await tryLogIn(WRONG, "203.0.113.77");
      const { default: Database } = await import("better-sqlite3");
      const db = new Database(join(world().folder, "test.db"), { readonly: true });
      const keys = db.prepare("SELECT key FROM throttles").pluck().all() as string[];
      db.close();
      expect(keys.length).to.be.above(2);
      expect(keys.join()).not.to.match(/ann|example|203\.0|198\.51/);
    });
  });

  describe("log-ins", () => {
    it("make a better hash when hashes have become dearer", async () => {
      await signUp();
      const stored = async () => (await world().store.users.findUser(ANN))!.passwordHash;
      const before = await stored();
      await accountsOf(world(), { ...CHEAP, passes: 2 }).logIn(ANN, PASSWORD, from(HOME));
      expect(await stored())
        .to.include("m=64,t=2,p=1")
        .and.not.to.equal(before);
      const better = await stored();
      await logIn(PASSWORD, HOME);
      expect(await stored()).to.equal(better);
    });

    it("tell who is suspended only with the right password", async () => {
      const { record } = await signUp();
      await world().store.admin.suspendAccount(record.id);
      expect(await tryLogIn(WRONG, HOME)).to.equal("LOGIN_FAILED");
      expect(await refusalOf(logIn(PASSWORD, HOME))).to.include({
        code: "PERMISSION_DENIED",
        reason: "USER_SUSPENDED",
      });
    });

    it("fail while a password was taken away, until it is replaced", async () => {
      const { record } = await signUp();
      const reset = { code: "A", codeHash: "#A", expireTimeMs: world().clock.now() + DAY_MS };
      await world().store.admin.forcePasswordReset(record.id, reset);
      expect(await tryLogIn(PASSWORD, HOME)).to.equal("LOGIN_FAILED");
      expect(await tryLogIn("", HOME)).to.equal("LOGIN_FAILED");
    });

    it("find the account by any way to write its address", async () => {
      await signUp("Ann@b\u00fccher.example");
      for (const email of ["ann@B\u00dcCHER.example", " ANN@xn--bcher-kva.example "]) {
        expect(await tryLogIn(PASSWORD, HOME, email)).to.equal("in");
      }
    });
  });

  it("has what waits mailed at once when an address is proved anew", async () => {
    let wakes = 0;
    const accounts = accountsOf(world(), CHEAP, { wake: () => void (wakes += 1) });
    await accounts.register({ email: ANN, password: PASSWORD, timeZone: "" }, from(HOME));
    const code = await mailed();
    wakes = 0;
    await accounts.verify(code, from(HOME));
    expect(wakes).to.equal(1);
  });

  it("replaces a forgotten password, once, and only by a good one", async () => {
    await signUp();
    const accounts = accountsOf(world());
    await accounts.requestReset(ANN, from(HOME));
    const code = await mailed();
    const weak = await refusalOf(accounts.resetPassword(code, "password1", from(HOME)));
    expect(weak.fields.map(({ field, reason }) => `${field} ${reason}`)).to.deep.equal(["new_password PASSWORD_WEAK"]);
    const name = await refusalOf(accounts.resetPassword(code, "Ann@Example.com", from(HOME)));
    expect(name.reason).to.equal("PASSWORD_WEAK");
    const typed = code.toLowerCase().replace(/(.{4})/g, "$1-");
    expect(await accounts.resetPassword(typed, "five unrelated words", from(HOME))).to.include({ email: ANN });
    expect(await tryLogIn(PASSWORD, HOME)).to.equal("LOGIN_FAILED");
    expect(await tryLogIn("five unrelated words", HOME)).to.equal("in");
    const again = await refusalOf(accounts.resetPassword(code, "x", from(HOME)));
    expect(again.fields.map(({ reason }) => reason)).to.deep.equal(["CODE_WRONG", "PASSWORD_WEAK"]);
  });
});
