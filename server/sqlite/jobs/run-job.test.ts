import { expect } from "chai";
import { join } from "node:path";
import { errorFromAnswer } from "./error-from-answer.ts";
import { runJob } from "./run-job.ts";

const SCRIPT = join(import.meta.dirname, "check-file.ts");

describe("runJob()", () => {
  const run = (word: string, signal = new AbortController().signal) => runJob(SCRIPT, [word], signal);

  it("says why no process could be begun", async () => {
    const answer = await run("a word that no process takes \0");
    expect(answer).to.have.property("kind", "failed");
    expect(answer).to.have.property("text").that.includes("null bytes");
  });

  it("rejects when nobody wants the answer any more", async () => {
    const signal = AbortSignal.abort(new Error("it ends"));
    expect(await run("/nowhere", signal).catch((error: unknown) => error)).to.have.property("message", "it ends");
  });
});

describe("errorFromAnswer()", () => {
  const errorOf = (code: string) => errorFromAnswer({ kind: "failed", code, text: "it failed" }, "/data/test.db");

  it("says that the disk is full, whoever said so: SQLite, the file system or the quota", () => {
    const full = ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC", "EDQUOT"].map((code) => errorOf(code)?.reason);
    expect(full).to.deep.equal(["STORE_FULL", "STORE_FULL", "STORE_FULL", "STORE_FULL"]);
    expect(errorOf("EIO")?.reason).to.equal("STORE_UNAVAILABLE");
  });

  it("says nothing when all is well", () => {
    expect(errorFromAnswer({ kind: "done" }, "/data/test.db")).to.equal(null);
  });
});
