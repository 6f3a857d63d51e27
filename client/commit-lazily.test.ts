import Database from "better-sqlite3";
import { expect } from "chai";
import { commitLazily } from "./commit-lazily.ts";

describe("commitLazily()", () => {
  it("does not wait for the disk meanwhile, and does again, however the work ends", () => {
    const db = new Database(":memory:");
    const level = (): unknown => db.pragma("synchronous", { simple: true });
    db.pragma("synchronous = FULL");
    expect(commitLazily(db, level)).to.equal(1);
    expect(level()).to.equal(2);
    const fail = (): void => {
      throw new Error("the disk is full");
    };
    expect(() => commitLazily(db, fail)).to.throw("the disk is full");
    expect(level()).to.equal(2);
    db.close();
  });
});
