import { expect } from "chai";
import { refusalOf } from "../test/support/refusal-of.ts";
import { Passwords } from "./passwords.ts";

const NETWORK = "192.0.2.1";
const CHEAP = { memory: 64, passes: 1, parallelism: 1, tagLength: 32 };

describe("Passwords", () => {
  const passwords = new Passwords();
  const hash = (password: string) => passwords.hash(password, NETWORK);
  const verify = (password: string, stored: string | null) => passwords.verify(password, stored, NETWORK);

  it("hashes with argon2id, a salt each, and knows the password again", async () => {
    const [first, second] = await Promise.all([hash("four unrelated words"), hash("four unrelated words")]);
    expect(first).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(second).not.to.equal(first);
    expect(await verify("four unrelated words", first)).to.equal(true);
    for (const wrong of ["four unrelated word", "Four unrelated words", "", "four unrelated words "]) {
      expect(await verify(wrong, first)).to.equal(false);
    }
  });

  it("uses every character, also of long ones, and both Unicode forms of a letter as one", async () => {
    const long = "x".repeat(127);
    const stored = await hash(`${long}y`);
    expect(await verify(`${long}z`, stored)).to.equal(false);
    expect(await verify("Z\u00fcrich 1", await hash("Zu\u0308rich 1"))).to.equal(true);
  });

  it("knows a hash that was made with another cost, and that it is cheaper to guess at", async () => {
    const cheap = await new Passwords(CHEAP).hash("four unrelated words", NETWORK);
    expect(cheap).to.include("$m=64,t=1,p=1$");
    expect(await verify("four unrelated words", cheap)).to.equal(true);
    expect(await verify("anything", cheap)).to.equal(false);
    expect(passwords.isOutdated(cheap)).to.equal(true);
    expect(new Passwords(CHEAP).isOutdated(cheap)).to.equal(false);
    expect(new Passwords(CHEAP).isOutdated(await hash("four unrelated words"))).to.equal(false);
  });

  it("says no without a hash, and with the empty one of a password that was taken away, after the same work", async () => {
    expect(await verify("anything", null)).to.equal(false);
    expect(await verify("", "")).to.equal(false);
  });

  it("throws for a hash that nobody can read", async () => {
    expect(await verify("anything", "plain").catch((error: unknown) => String(error))).to.include("cannot be read");
  });

  it("lets 2 work and 4 of a network wait, and refuses more, while others are served", async () => {
    const own = new Passwords(CHEAP);
    const flood = Array.from({ length: 40 }, () => own.verify("anything", null, NETWORK));
    const other = own.verify("anything", null, "192.0.2.2");
    const ended = await Promise.allSettled(flood);
    expect(ended.filter(({ status }) => status === "fulfilled")).to.have.length(6);
    expect(await refusalOf(flood[39]!)).to.include({ code: "RESOURCE_EXHAUSTED", reason: "RATE_LIMITED" });
    expect(await other).to.equal(false);
  });

  it("serves another network within a few hashes, however many one asks for", async () => {
    const own = new Passwords(CHEAP);
    let [made, isOver] = [0, false];
    const ask = async (): Promise<void> => {
      while (!isOver) {
        const result = await own.verify("anything", null, NETWORK).catch(() => null);
        if (result !== null) made += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const flood = Array.from({ length: 20 }, ask);
    while (made < 20) await new Promise((resolve) => setImmediate(resolve));
    const before = made;
    await own.verify("anything", null, "192.0.2.2");
    isOver = true;
    expect(made - before).to.be.below(8);
    await Promise.all(flood);
  });
});
