// For tests: a folder, a terminal and a fake server, and `bell` run among them as a person would.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { systemClock, type Clock } from "../../runtime/clock/clock.ts";
import type { OpenClient } from "../client.ts";
import { runBell } from "../run-bell.ts";
import { SessionFile } from "../session/session-file.ts";
import { FakeServer, type Script } from "./fake-server.ts";
import { MemoryTerminal } from "./memory-terminal.ts";

export interface BellResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Everything one test needs; `close` leaves nothing behind. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "bell test ")); // a blank in the path, on purpose
  readonly terminal = new MemoryTerminal();
  readonly interruption = new AbortController();
  readonly environment: Record<string, string> = {};
  readonly server: FakeServer;
  clock: Clock = systemClock;
  openClient: OpenClient = openPlainClient;

  private constructor(server: FakeServer) {
    this.server = server;
    this.environment["BELL_SERVER"] = server.address;
    this.environment["BELL_SESSION_FILE"] = join(this.folder, "session.json");
    this.environment["BELL_CERTS_DIR"] = join(this.folder, "certs");
  }

  static async open(script: Script = {}): Promise<World> {
    return new World(await FakeServer.start(script));
  }

  get sessionFile(): SessionFile {
    return new SessionFile(join(this.folder, "session.json"));
  }

  /** Logs in as a user whose tokens live for an hour. */
  logIn(token = "token-1", lifeMs = 3_600_000): void {
    const now = this.clock.now();
    this.sessionFile.save({
      server: this.environment["BELL_SERVER"] ?? "",
      email: "ann@example.com",
      accessToken: token,
      accessExpireMs: now + lifeMs,
      refreshToken: "refresh-1",
      refreshExpireMs: now + 86_400_000,
    });
  }

  /** Runs one command line and says what came of it. */
  async bell(...words: string[]): Promise<BellResult> {
    this.terminal.output = "";
    this.terminal.errors = "";
    const exitCode = await runBell(words, {
      environment: this.environment,
      terminal: this.terminal,
      clock: this.clock,
      timeZone: "Europe/Berlin",
      newId: randomUUID,
      interruption: () => this.interruption.signal,
      openClient: this.openClient,
    });
    return { exitCode, output: this.terminal.output, errors: this.terminal.errors };
  }

  close(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const openPlainClient: OpenClient = ({ server }) => ({
  client: new Client(server, credentials.createInsecure()),
  explain: () => Promise.resolve(null),
});
