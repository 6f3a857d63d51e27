import { expect } from "chai";
import { refusalOf } from "../test/support/refusal-of.ts";
import { Passwords } from "./passwords.ts";

describe("Passwords", () => {
  const passwords = new Passwords();

  it("hashes with argon2id, a salt each, and knows the password again", async () => {
    const [first, second] = await Promise.all([
      passwords.hash("four unrelated words"),
      passwords.hash("four unrelated words"),
    ]);
    expect(first).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(second).not.to.equal(first);
    expect(await passwords.verify("four unrelated words", first)).to.equal(true);
    for (const wrong of ["four unrelated word", "Four unrelated words", "", "four unrelated words "]) {
      expect(await passwords.verify(wrong, first)).to.equal(false);
    }
  });

  it("uses every character, also of long ones, and both Unicode forms of a letter as one", async () => {
    const long = "x".repeat(127);
    const hash = await passwords.hash(`${long}y`);
    expect(await passwords.verify(`${long}z`, hash)).to.equal(false);
    const umlaut = await passwords.hash("Zu\u0308rich 1");
    expect(await passwords.verify("Z\u00fcrich 1", umlaut)).to.equal(true);
  });

  it("knows a hash that was made with another cost", async () => {
    const cheap = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    expect(await passwords.verify("anything", cheap)).to.equal(false);
  });

  it("says no without a hash, after the same work", async () => {
    expect(await passwords.verify("anything", null)).to.equal(false);
  });

  it("throws for a hash that nobody can read", async () => {
    const failure = await passwords.verify("anything", "plain").catch((error: unknown) => String(error));
    expect(failure).to.include("cannot be read");
  });

  it("lets 2 work and 32 wait, refuses more, and takes the next when they are done", async () => {
    const own = new Passwords();
    const runs = Array.from({ length: 40 }, () =>
      own.verify("anything", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA"),
    );
    const ended = await Promise.allSettled(runs);
    expect(ended.filter(({ status }) => status === "fulfilled")).to.have.length(34);
    expect(await refusalOf(runs[39]!)).to.include({ code: "RESOURCE_EXHAUSTED", reason: "RATE_LIMITED" });
    expect(await own.verify("anything", null)).to.equal(false);
  });
});
