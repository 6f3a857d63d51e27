import { expect } from "chai";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUN_PROCESS = join(import.meta.dirname, "run-process.ts");

/** A process of one statement: what its handle does when it is closed. */
class Child {
  readonly folder = mkdtempSync(join(tmpdir(), "run-process-"));
  readonly process: ChildProcess;
  output = "";

  constructor(close: string) {
    const file = join(this.folder, "main.ts");
    writeFileSync(
      file,
      `import { runProcess } from ${JSON.stringify(RUN_PROCESS)};
       setInterval(() => undefined, 1_000).unref();
       const start = () => Promise.resolve({ addresses: { http: "127.0.0.1:1" }, close: async () => { ${close} } });
       await runProcess(start, {});
       console.log("ended in good order");
       process.exit(0);`,
    );
    this.process = fork(file, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.process.stdout?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
  }

  async ready(): Promise<unknown> {
    const [message] = (await once(this.process, "message")) as unknown[];
    return message;
  }

  async ended(): Promise<number | null> {
    const told = this.process.stdout === null ? [] : once(this.process.stdout, "end");
    const [[code]] = (await Promise.all([once(this.process, "exit"), told])) as [[number | null], unknown];
    rmSync(this.folder, { recursive: true });
    return code;
  }
}

describe("runProcess()", () => {
  it("tells its parent where it can be reached, and closes at SIGTERM", async () => {
    const child = new Child('console.log("closing");');
    expect(await child.ready()).to.deep.equal({ ready: { http: "127.0.0.1:1" } });
    const ended = child.ended();
    child.process.kill("SIGTERM");
    expect(await ended).to.equal(0);
    expect(child.output).to.equal("closing\nended in good order\n");
  });

  it("closes when its parent is gone", async () => {
    const child = new Child('console.log("closing");');
    await child.ready();
    const ended = child.ended();
    child.process.disconnect();
    expect(await ended).to.equal(0);
    expect(child.output).to.contain("closing");
  });
});
