// The promise: a log that cannot be written neither ends a process nor keeps it from ending, and goes on when it can be written again.
import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { eventually } from "../../test/support/eventually.ts";
import { StandardOutput } from "./standard-output.ts";

const LINES = 100;
/** Logs lines, and one more when it is told to go on; then it ends. */
const LOGGING = `const { createLog } = await import(${JSON.stringify(join(import.meta.dirname, "log.ts"))});
const log = createLog("test", "info");
for (let at = 0; at < ${LINES}; at++) log.info({ at }, "x".repeat(100));
process.stdin.once("data", () => { log.info({ at: ${LINES} }, "the last"); process.stdin.destroy(); });`;
const NODE = [process.execPath, "--input-type=module", "--eval", LOGGING];
/** In blocks of 512 bytes: the longest that a file may get. The system refuses what is more, as a full disk does. */
const BLOCKS = 8;
const LIMITED = `trap '' XFSZ; ulimit -f ${BLOCKS}; exec "$@" >>"$0"`;

describe("a log that cannot be written", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-log-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("waits for room, and comes then, every line in its order", async () => {
    const file = join(folder, "log");
    const child = spawn("/bin/sh", ["-c", LIMITED, file, ...NODE], { stdio: ["pipe", "ignore", "pipe"] });
    const ended = Promise.all([once(child, "close"), text(child.stderr)]);
    await eventually("the log is full", () => statSync(file, { throwIfNoEntry: false })?.size === BLOCKS * 512);
    let written = "";
    const takeAll = () => {
      written += readFileSync(file, "utf8");
      truncateSync(file, 0);
    };
    takeAll();
    child.stdin.write("go on\n");
    // Each time there is room for a part of what waits, and the end tries once more.
    const [[code], complaints] = (await ended) as [[number | null], string];
    takeAll();
    expect([code, complaints]).to.deep.equal([0, ""]);
    const places = written
      .split("\n")
      .flatMap((line) => (line.endsWith("}") ? [(JSON.parse(line) as { at: number }).at] : []));
    expect(places.length).to.be.above(30);
    expect(places).to.deep.equal(Array.from({ length: places.length }, (_, at) => at));
  });

  it("is given up when the process ends: nothing waits for a disk without room", function () {
    if (process.platform !== "linux") return this.skip();
    const full = openSync("/dev/full", "w");
    const { status, signal, stderr } = spawnSync(NODE[0]!, NODE.slice(1), {
      input: "go on\n",
      stdio: ["pipe", full, "pipe"],
      encoding: "utf8",
      timeout: 10_000,
    });
    closeSync(full);
    expect([status, signal, stderr]).to.deep.equal([0, null, ""]);
  });

  it("waits for a reader that takes nothing for the moment, and holds nobody up", async () => {
    const fifo = join(folder, "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).to.equal(0);
    const both = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      const output = new StandardOutput(both);
      const lines = Array.from({ length: 2_000 }, (_, at) => `${at} ${"x".repeat(100)}\n`); // three pipes full
      for (const line of lines) output.write(line);
      let read = "";
      const buffer = Buffer.alloc(65_536);
      await eventually("all has come", () => {
        try {
          read += buffer.toString("utf8", 0, readSync(both, buffer));
        } catch {
          // nothing there just now
        }
        return read.length >= lines.join("").length;
      });
      expect(read).to.equal(lines.join(""));
    } finally {
      closeSync(both);
    }
  });
});
