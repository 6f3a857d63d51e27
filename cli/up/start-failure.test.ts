import { expect } from "chai";
import { exitCodeOf } from "../exit-codes.ts";
import { HopelessStart } from "./keeper.ts";
import { startFailure } from "./start-failure.ts";

describe("startFailure()", () => {
  const failure = (code: number) => startFailure(new HopelessStart("server", { code, signal: null }));

  it("ends with the exit code that the process had", () => {
    for (const code of [6, 7, 65, 69, 78]) expect(exitCodeOf(failure(code))).to.equal(code);
  });

  it("takes a value that a process refuses for what it is: a mistake in the settings", () => {
    expect(exitCodeOf(failure(2))).to.equal(78);
  });

  it("says what to do when another has the database", () => {
    expect(failure(6).hint).to.include("another ./bell up").and.include("Ctrl-C");
  });
});
