import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS } from "../../domain/time.ts";
import { SessionFile } from "../session/session-file.ts";
import { checkLogIn } from "./log-in.ts";

const NOW = Date.parse("2026-11-22T14:30:00Z");
const SERVER = "localhost:50051";

describe("checkLogIn()", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-doctor-"));
    file = join(folder, "config", "session.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const logIn = (server = SERVER, leftMs = DAY_MS) =>
    new SessionFile(file).save({
      server,
      email: "ann@example.com",
      accessToken: "CANARY-access",
      accessExpireMs: NOW,
      refreshToken: "CANARY-refresh",
      refreshExpireMs: NOW + leftMs,
    });
  const look = (server: string | null = SERVER, place = file) => checkLogIn(() => place, server, NOW);

  it("says who is logged in, where and until when, and no token", () => {
    logIn();
    expect(look()).to.deep.equal({
      name: "log-in",
      state: "ok",
      message: "ann@example.com at localhost:50051, until 2026-11-23 14:30:00 UTC",
      hint: "",
    });
  });

  it("warns whoever is not logged in, no more, or elsewhere", () => {
    expect(look()).to.include({ state: "warn", message: "you are not logged in" });
    logIn(SERVER, -1);
    expect(look()).to.include({ state: "warn", hint: "./bell login ann@example.com" });
    logIn("bell.example.com:1");
    expect(look().message).to.include("logged in at bell.example.com:1, and not at localhost:50051");
    expect(look(null).state).to.equal("ok"); // nobody knows which server was meant
  });

  it("tells a file that others may read, and one that is damaged, with the mend", () => {
    logIn();
    chmodSync(file, 0o644);
    expect(look()).to.include({ state: "fail" });
    expect(look().hint).to.include(`chmod 600 ${file}`);
    chmodSync(file, 0o600);
    writeFileSync(file, "{}");
    expect(look().hint).to.include(`rm ${file}`);
  });

  it("warns where no log-in could be kept", () => {
    mkdirSync(join(folder, "config"));
    writeFileSync(join(folder, "config", "home"), "");
    const finding = look(SERVER, join(folder, "config", "home", "session.json")); // below a file nothing can be made
    expect(finding).to.include({ state: "warn" });
    expect(finding.hint).to.include("BELL_SESSION_FILE");
  });
});
