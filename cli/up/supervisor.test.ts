import { expect } from "chai";
import { systemClock } from "../../runtime/clock/clock.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { spawnChild, type Child, type Exit } from "./child.ts";
import { HopelessStart } from "./keeper.ts";
import { Supervisor } from "./supervisor.ts";

/** What the processes of the tests do. */
const SCRIPTS = {
  loyal: `process.on("SIGTERM", () => process.stdout.write("loyal ends\\n", () => process.exit(0)));
    process.on("disconnect", () => process.exit(0));
    process.send({ ready: { grpc: "127.0.0.1:" + process.pid } });`,
  stubborn: `process.on("SIGTERM", () => undefined);
    process.on("disconnect", () => process.exit(0));
    process.send({ ready: {} });`,
  misled: `process.stderr.write("bell: BELL_LISTEN: is nothing\\n", () => process.exit(78));`,
};

/** A process that lives and dies as the test says. */
class Puppet implements Child {
  readonly signals: string[] = [];
  readonly #ready = Promise.withResolvers<Record<string, string>>();
  readonly #exited = Promise.withResolvers<Exit>();
  readonly ready = this.#ready.promise;
  readonly exited = this.#exited.promise;

  signal(name: "SIGTERM" | "SIGKILL"): void {
    this.signals.push(name);
  }

  rise(): void {
    this.#ready.resolve({});
  }

  die(code: number): void {
    this.#exited.resolve({ code, signal: null });
  }
}

/** Lets everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Supervisor with puppets", () => {
  let clock: FakeClock;
  let supervisor: Supervisor;
  let puppets: Puppet[];
  let news: string[];
  beforeEach(() => {
    clock = new FakeClock(0);
    supervisor = new Supervisor(clock);
    puppets = [];
    news = [];
  });
  const start = async (name: string, rises = true): Promise<Puppet> => {
    const ready = supervisor.start({
      name,
      start: () => {
        const puppet = new Puppet();
        puppets.push(puppet);
        if (rises) puppet.rise();
        return puppet;
      },
      onReady: () => undefined,
      onNews: (text) => news.push(`${name} ${text}`),
    });
    if (rises) await ready;
    else ready.catch(() => undefined);
    return puppets.at(-1)!;
  };

  it("gives one up that finds its data damaged, also when it was ready before", async () => {
    await start("server");
    puppets[0]!.die(1);
    await settle();
    clock.advance(1_000);
    await settle();
    puppets[1]!.die(65);
    expect(await supervisor.lost)
      .to.be.instanceOf(HopelessStart)
      .with.property("processName", "server");
    clock.advance(60_000);
    await settle();
    expect(puppets).to.have.length(2);
  });

  for (const code of [7, 65, 69]) {
    it(`does not try again when a first start ends with ${code}`, async () => {
      (await start("server", false)).die(code);
      expect((await supervisor.lost).exit.code).to.equal(code);
    });
  }

  it("starts one that died again after 1, 2, 4, … 30 s", async () => {
    await start("server");
    const pauses: number[] = [];
    for (let death = 0; death < 7; death += 1) {
      const before = puppets.length;
      puppets.at(-1)!.die(1);
      await settle();
      let pause = 0;
      for (; puppets.length === before; pause += 1) {
        clock.advance(1_000);
        await settle();
      }
      pauses.push(pause);
    }
    expect(pauses).to.deep.equal([1, 2, 4, 8, 16, 30, 30]);
    expect(news[0]).to.equal("server ended (exit code 1); starts again in 1 s");
  });

  it("is patient again with one that lived for a minute", async () => {
    await start("server");
    for (const livedMs of [0, 0, 60_000]) {
      clock.advance(livedMs);
      puppets.at(-1)!.die(1);
      await settle();
      clock.advance(30_000);
      await settle();
    }
    expect(news.map((text) => text.slice(-3))).to.deep.equal(["1 s", "2 s", "1 s"]);
  });

  it("gives up on a first start that a further one would not change", async () => {
    const ready = supervisor.start({
      name: "server",
      start: () => {
        const puppet = new Puppet();
        puppet.die(78);
        return puppet;
      },
      onReady: () => undefined,
      onNews: () => undefined,
    });
    const error: unknown = await ready.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(HopelessStart).with.nested.property("exit.code", 78);
  });

  it("ends in reverse order, each after the one before", async () => {
    const server = await start("server");
    const fetcher = await start("fetcher");
    const stopped = supervisor.stop();
    expect([server.signals, fetcher.signals]).to.deep.equal([[], ["SIGTERM"]]);
    fetcher.die(0);
    await settle();
    expect(server.signals).to.deep.equal(["SIGTERM"]);
    server.die(0);
    await stopped;
    expect(clock.sleeping).to.equal(0);
  });

  it("does not wait for ever for one that is deaf, and kills it within 10 s", async () => {
    const server = await start("server");
    const fetcher = await start("fetcher");
    const stopped = supervisor.stop();
    clock.advance(4_000);
    await settle();
    expect(server.signals).to.deep.equal(["SIGTERM"]);
    server.die(0);
    await settle();
    expect(fetcher.signals).to.deep.equal(["SIGTERM"]);
    clock.advance(5_000);
    await settle();
    expect(fetcher.signals).to.deep.equal(["SIGTERM", "SIGKILL"]);
    fetcher.die(0);
    await stopped;
  });

  it("stops while one is still starting, and while one pauses", async () => {
    const server = await start("server");
    server.die(1);
    await settle();
    const fetcher = await start("fetcher", false);
    const stopped = supervisor.stop();
    fetcher.die(0);
    await stopped;
    expect(puppets).to.have.length(2);
    await supervisor.start({
      name: "late",
      start: () => new Puppet(),
      onReady: () => undefined,
      onNews: () => undefined,
    });
  });
});

describe("Supervisor with processes", () => {
  const supervise = async (
    supervisor: Supervisor,
    script: keyof typeof SCRIPTS,
    lines: string[],
    children: Child[] = [],
  ): Promise<void> => {
    await supervisor.start({
      name: script,
      start: () => {
        const child = spawnChild(["-e", SCRIPTS[script]], { PATH: process.env["PATH"] }, (line) => lines.push(line));
        children.push(child);
        return child;
      },
      onReady: (addresses) => lines.push(`ready ${Object.keys(addresses).join()}`),
      onNews: (text) => lines.push(text),
    });
  };

  it("hears that a process is ready, reads its lines, and ends it", async () => {
    const supervisor = new Supervisor(systemClock);
    const lines: string[] = [];
    await supervise(supervisor, "loyal", lines);
    await supervisor.stop();
    expect(lines).to.deep.equal(["ready grpc", "loyal ends"]);
  });

  it("ends one that is deaf to SIGTERM at once when told to", async () => {
    const supervisor = new Supervisor(systemClock);
    const lines: string[] = [];
    const children: Child[] = [];
    await supervise(supervisor, "stubborn", lines, children);
    const stopped = supervisor.stop();
    supervisor.kill();
    await stopped;
    expect(await children[0]?.exited).to.deep.equal({ code: null, signal: "SIGKILL" });
  });

  it("passes on why a process could not start", async () => {
    const supervisor = new Supervisor(systemClock);
    const lines: string[] = [];
    const error: unknown = await supervise(supervisor, "misled", lines).catch((reason: unknown) => reason);
    await supervisor.stop();
    expect(error).to.be.instanceOf(HopelessStart);
    expect(lines).to.deep.equal(["bell: BELL_LISTEN: is nothing"]);
  });
});
