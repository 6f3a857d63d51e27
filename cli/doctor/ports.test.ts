import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handle } from "../../runtime/life/handle.ts";
import { startProcess as startMailbox } from "../../simulator/mailbox/main.ts";
import { startProcess as startSimulator } from "../../simulator/alpha-vantage/main.ts";
import { freePorts } from "../../test/support/free-ports.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { lookAtPorts, type PortLook } from "./look-at-ports.ts";
import { judgePort } from "./ports.ts";

describe("judgePort()", () => {
  const place = { setting: "BELL_LISTEN", process: "server", address: { host: "127.0.0.1", port: 50051 } } as const;
  const cases: readonly (readonly [state: PortLook["state"], judged: string, message: string, hint: string])[] = [
    ["free", "ok", "127.0.0.1:50051 is free for the server", ""],
    ["ours", "ok", "127.0.0.1:50051 is the server's", ""],
    ["another", "fail", "another program listens at 127.0.0.1:50051", "lsof -i :50051"],
    ["mute", "fail", "says nothing: the server, which hangs, or another program", "lsof -i :50051"],
    ["silent", "fail", "takes no connection and refuses none", "BELL_LISTEN=host:port"],
    ["elsewhere", "fail", "is no address of this machine", "BELL_LISTEN=host:port"],
  ];
  for (const [state, judged, message, hint] of cases) {
    it(`says of one that is ${state}: ${judged}`, () => {
      const finding = judgePort({ ...place, state });
      expect(finding).to.include({ name: "port 50051", state: judged });
      expect(finding.message).to.include(message);
      expect(finding.hint).to.include(hint);
    });
  }
});

describe("lookAtPorts()", function () {
  let folder: string;
  let server: TestServer;
  const running: Handle[] = [];
  const sockets: Socket[] = [];
  const others: Server[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-doctor-"));
    server = await startTestServer();
  });
  after(async () => {
    for (const handle of running) await handle.close();
    for (const socket of sockets) socket.destroy();
    for (const other of others) other.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const names = ["BELL_LISTEN", "BELL_SIMULATOR_LISTEN", "BELL_MAILBOX_SMTP_LISTEN", "BELL_MAILBOX_PAGE_LISTEN"];
  const PATIENT_MS = 15_000;
  const statesAt = async (addresses: readonly string[], more = {}, limitMs = PATIENT_MS) => {
    const environment = Object.fromEntries(names.map((name, at) => [name, addresses[at] ?? "127.0.0.1:0"]));
    return (await lookAtPorts({ ...environment, ...more }, limitMs)).map(({ setting, state }) => [setting, state]);
  };

  async function listen(speak: (socket: Socket) => unknown): Promise<string> {
    const other = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      speak(socket);
    });
    others.push(other);
    await once(other.listen(0, "127.0.0.1"), "listening");
    return `127.0.0.1:${(other.address() as AddressInfo).port}`;
  }

  it("finds that they are free", async () => {
    const ports = (await freePorts(4)).map((port) => `127.0.0.1:${port}`);
    expect(await statesAt(ports)).to.deep.equal(names.map((name) => [name, "free"]));
  });

  it("knows our own processes by what they say", async () => {
    const log = { BELL_LOG_LEVEL: "silent", BELL_DATA_DIR: folder };
    const simulator = await startSimulator({ ...log, BELL_SIMULATOR_LISTEN: "127.0.0.1:0" });
    const places = { BELL_MAILBOX_SMTP_LISTEN: "127.0.0.1:0", BELL_MAILBOX_PAGE_LISTEN: "127.0.0.1:0" };
    const mailbox = await startMailbox({ ...log, ...places });
    running.push(simulator, mailbox);
    const { smtp = "", page = "" } = mailbox.addresses;
    const plain = (address: string) => address.replace(/^http:\/\//, "").replace(/\/$/, "");
    const ours = [server.address, plain(simulator.addresses["http"] ?? ""), smtp, plain(page)];
    expect(await statesAt(ours)).to.deep.equal(names.map((name) => [name, "ours"]));
  });

  const strangers: readonly (readonly [string, (socket: Socket) => unknown, limitMs?: number])[] = [
    ["greets", (socket) => socket.write("220 mail.example\r\n"), 3_000], // more might come until then
    ["hangs up", (socket) => socket.destroy()],
    ["speaks for ever", (socket) => socket.write("x".repeat(100_000))],
  ];
  for (const [what, speak, limitMs] of strangers) {
    it(`takes a program that ${what} for another`, async () => {
      const address = await listen(speak);
      const states = await statesAt(
        names.map(() => address),
        {},
        limitMs,
      );
      expect(states).to.deep.equal(names.map((name) => [name, "another"]));
    });
  }

  it("cannot tell who it is that says nothing", async () => {
    const address = await listen(() => undefined);
    expect(
      await statesAt(
        names.map(() => address),
        {},
        100,
      ),
    ).to.deep.equal(names.map((name) => [name, "mute"]));
  });

  it("knows an address that is not this machine's, without a question to anybody", async () => {
    expect(await statesAt(["192.0.2.7:50051"])).to.deep.equal([["BELL_LISTEN", "elsewhere"]]);
  });

  it("looks neither at the stand-ins for what is configured, nor at ports that the system chooses", async () => {
    const real = { BELL_SMTP: "smtp.example.com:587", BELL_SOURCE: "binance" };
    const [port = 0] = await freePorts(1);
    expect(
      await statesAt(
        names.map(() => `0.0.0.0:${port}`),
        real,
      ),
    ).to.deep.equal([["BELL_LISTEN", "free"]]);
    expect(await statesAt([])).to.deep.equal([]);
  });
});
