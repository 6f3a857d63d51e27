import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import type { HistoryRequest } from "./history-reading.ts";
import { HistoryThread } from "./history-thread.ts";

/** In the place of the real thread: answers with its own number and the id asked for, or comes to grief as that says. */
const SCRIPT = `
  import { parentPort, threadId } from "node:worker_threads";
  parentPort.on("message", ({ query: { id } }) => {
    if (id === "throw") throw new Error("the thread failed on purpose");
    if (id === "exit") process.exit(1);
    if (id === "error") {
      const told = { code: "NOT_FOUND", reason: "ALERT_NOT_FOUND", message: "none", hint: "look", fields: [], retryAfterMs: null };
      return parentPort.postMessage({ error: told });
    }
    if (id === "defect") return parentPort.postMessage({ defect: "a defect" });
    if (id !== "never") parentPort.postMessage({ result: [threadId, id] });
  });`;

describe("HistoryThread", () => {
  let folder: string;
  let thread: HistoryThread;
  let clock: FakeClock;
  let log: string[];
  const open = (longestMs = 10_000): HistoryThread => {
    const script = join(folder, "script.mjs");
    writeFileSync(script, SCRIPT);
    thread = new HistoryThread("test.db", createLog("test", "error", { write: (line: string) => log.push(line) }), {
      clock,
      script,
      longestMs,
    });
    return thread;
  };
  beforeEach(() => {
    clock = new FakeClock(0);
    log = [];
    folder = mkdtempSync(join(tmpdir(), "tickerbell-thread-"));
  });
  afterEach(async () => {
    await thread.close();
    rmSync(folder, { recursive: true });
  });

  let users = 0;
  /** Everybody asks once, unless told otherwise. */
  const ask = async (id: string, userId = `user-${(users += 1)}`): Promise<[threadId: number, id: string]> => {
    const request: HistoryRequest = { kind: "explain", query: { userId, id, atMs: null, limit: 1 } };
    return (await thread.ask(request)) as unknown as [number, string];
  };
  const refusal = async (id: string, userId?: string): Promise<AppError> => {
    const error: unknown = await ask(id, userId).catch((thrown: unknown) => thrown);
    if (error instanceof AppError) return error;
    throw new Error(`it was not refused: ${String(error)}`);
  };

  it("answers one question after the other, on one thread that stays", async () => {
    open();
    const [first, second] = await Promise.all([ask("one"), ask("two")]);
    expect([first[1], second[1]]).to.deep.equal(["one", "two"]);
    expect([second[0], (await ask("three"))[0]]).to.deep.equal([first[0], first[0]]);
  });

  for (const grief of ["throw", "exit"]) {
    it(`goes on with a new thread when it comes to an end: ${grief}`, async () => {
      open();
      const [before, failed, after] = await Promise.all([ask("one"), refusal(grief), ask("two")]);
      expect([failed.code, failed.reason]).to.deep.equal(["UNAVAILABLE", "STORE_UNAVAILABLE"]);
      expect(after[1]).to.equal("two");
      expect(after[0]).not.to.equal(before[0]);
      expect(log.join("").includes("on purpose")).to.equal(grief === "throw");
    });
  }

  it("cuts a question that takes too long", async () => {
    open(1);
    expect((await refusal("never")).code).to.equal("DEADLINE_EXCEEDED");
  });

  it("hands on what the reading refuses, and no word of a defect that only we understand as an answer", async () => {
    open();
    expect(await refusal("error")).to.include({ code: "NOT_FOUND", message: "none", hint: "look" });
    expect(await ask("defect").catch((error: unknown) => error))
      .to.be.an("error")
      .and.not.instanceOf(AppError);
  });

  it("lets so many wait, and no more", async () => {
    open();
    const waiting = Array.from({ length: 51 }, () => refusal("never"));
    expect(await refusal("one")).to.include({ code: "RESOURCE_EXHAUSTED", reason: "TOO_MANY", retryAfterMs: 1_000 });
    await thread.close();
    for (const one of await Promise.all(waiting)) expect(one.code).to.equal("UNAVAILABLE");
  });

  it("lets nobody keep the others from asking", async () => {
    open();
    const waiting = [refusal("never", "ann"), refusal("one", "ann")];
    expect(await refusal("two", "ann")).to.include({ code: "RESOURCE_EXHAUSTED", reason: "TOO_MANY" });
    const bobs = refusal("three", "bob");
    await thread.close();
    for (const one of await Promise.all([...waiting, bobs])) expect(one.code).to.equal("UNAVAILABLE");
  });

  for (const [waitedMs, isAnswered] of [
    [9_000, true],
    [9_001, false],
  ] as const) {
    it(`${isAnswered ? "still answers" : "answers no more"} a question that has waited for ${waitedMs} ms`, async () => {
      open();
      const [before, waiting] = [refusal("exit"), ask("one").catch((error: unknown) => error)];
      clock.advance(waitedMs);
      const next = ask("two");
      expect((await before).code).to.equal("UNAVAILABLE");
      if (isAnswered) expect(await waiting).to.include("one");
      else expect(await waiting).to.include({ code: "DEADLINE_EXCEEDED", reason: "DEADLINE" });
      expect((await next)[1]).to.equal("two");
    });
  }

  it("takes no question after its end", async () => {
    open();
    await ask("one");
    await thread.close();
    expect((await refusal("two")).message).to.include("stopping");
  });
});
