import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { settingProblems } from "./setting-problems.ts";

describe("settingProblems()", () => {
  let folder: string;
  let openFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-settings-"));
    openFile = join(folder, "secret");
    writeFileSync(openFile, "CANARY\n");
    chmodSync(openFile, 0o644);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const fieldsOf = (environment: Environment): string[] => settingProblems(environment).map(({ field }) => field);

  it("finds none where nothing is set, nor where ports are left to the system", () => {
    expect(fieldsOf({})).to.deep.equal([]);
    const listens = ["BELL_LISTEN", "BELL_SIMULATOR_LISTEN", "BELL_MAILBOX_SMTP_LISTEN", "BELL_MAILBOX_PAGE_LISTEN"];
    expect(fieldsOf(Object.fromEntries(listens.map((name) => [name, "127.0.0.1:0"])))).to.deep.equal([]);
    expect(fieldsOf({ BELL_LISTEN: "0.0.0.0:50051", BELL_SIMULATOR_LISTEN: "[::1]:8081" })).to.deep.equal([]);
  });

  it("tells the mistakes of all processes at once, and each once", () => {
    const environment = {
      BELL_LOG_LEVEL: "loud",
      BELL_LISTN: "x",
      BELL_LISTEN: "nowhere",
      BELL_MAILBOX_SMTP_LISTEN: "mail.example.com:25",
      BELL_NOTIFIER_PLACES: "0",
      BELL_SMTP_USER: "ann",
      BELL_SCHEDULE: "never",
      BELL_SESSION_FILE: "session.json",
    };
    expect(fieldsOf(environment)).to.have.members([
      "BELL_LOG_LEVEL",
      "BELL_LISTN",
      "BELL_LISTEN",
      "BELL_MAILBOX_SMTP_LISTEN",
      "BELL_NOTIFIER_PLACES",
      "BELL_SMTP_PASSWORD_FILE",
      "BELL_SCHEDULE",
    ]);
  });

  it("looks into the files with secrets, and never shows what stands in them", () => {
    const environment = {
      BELL_ALPHA_VANTAGE_API_KEY_FILE: openFile,
      BELL_SMTP: "smtp.example.com:587",
      BELL_SMTP_USER: "ann",
      BELL_SMTP_PASSWORD_FILE: openFile,
    };
    const problems = settingProblems(environment);
    expect(problems.map(({ field }) => field)).to.have.members([
      "BELL_ALPHA_VANTAGE_API_KEY_FILE",
      "BELL_SMTP_PASSWORD_FILE",
    ]);
    expect(JSON.stringify(problems)).not.to.include("CANARY");
  });

  it("tells once that a replay would mail to the world, which two processes refuse", () => {
    expect(fieldsOf({ BELL_CLOCK: "data", BELL_SMTP: "smtp.example.com:587" })).to.deep.equal(["BELL_SMTP"]);
  });
});
