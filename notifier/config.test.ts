import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import { readNotifierConfig } from "./config.ts";
import { securityFor } from "./smtp-settings.ts";

describe("readNotifierConfig()", () => {
  let folder: string;
  let passwordFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "notifier-config-"));
    passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "correct horse\n", { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function problemsOf(environment: Environment): string[] {
    try {
      readNotifierConfig(environment);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.message).not.to.include("correct horse");
      return error.fields.map(({ field, message }) => `${field}: ${message}`);
    }
  }

  it("has defaults for this machine", () => {
    const { server, smtp, from, places } = readNotifierConfig({});
    expect({ server, from, places }).to.deep.equal({
      server: "localhost:50051",
      from: { name: "Tickerbell", address: "bell@localhost" },
      places: 8,
    });
    expect(smtp).to.deep.include({ host: "127.0.0.1", port: 1025, security: "loopback", login: null });
  });

  it("takes the password from its file, without the line's end", () => {
    const { smtp } = readNotifierConfig({ BELL_SMTP_USER: "ann", BELL_SMTP_PASSWORD_FILE: passwordFile });
    expect(smtp.login).to.deep.equal({ user: "ann", password: "correct horse" });
  });

  it("wants user and password together", () => {
    const message = "must be set: a log-in needs BELL_SMTP_USER and BELL_SMTP_PASSWORD_FILE";
    expect(problemsOf({ BELL_SMTP_USER: "ann" })).to.deep.equal([`BELL_SMTP_PASSWORD_FILE: ${message}`]);
    expect(problemsOf({ BELL_SMTP_PASSWORD_FILE: passwordFile })).to.deep.equal([`BELL_SMTP_USER: ${message}`]);
  });

  it("tells every mistake at once", () => {
    const environment = { BELL_SMTP: "nowhere", BELL_NOTIFIER_PLACES: "0", BELL_SMTP_USER: "ann" };
    const fields = problemsOf(environment).map((problem) => problem.split(":")[0]);
    expect(fields).to.deep.equal(["BELL_SMTP_PASSWORD_FILE", "BELL_SMTP", "BELL_NOTIFIER_PLACES"]);
  });

  const files: readonly (readonly [what: string, spoil: (file: string) => void, words: string])[] = [
    ["is missing", (file) => rmSync(file), "does not exist"],
    ["is open to others", (file) => chmodSync(file, 0o644), "is open to other users (mode 0644): chmod 600"],
    ["is empty", (file) => writeFileSync(file, "\n"), "is empty"],
    ["has two lines", (file) => writeFileSync(file, "correct horse\nbattery\n"), "has more than one line"],
  ];
  for (const [what, spoil, words] of files) {
    it(`says that the password's file ${what}`, () => {
      spoil(passwordFile);
      const [problem, ...others] = problemsOf({ BELL_SMTP_USER: "ann", BELL_SMTP_PASSWORD_FILE: passwordFile });
      expect(problem).to.include(words);
      expect(others).to.deep.equal([]);
    });
  }
});

describe("securityFor()", () => {
  const cases = [
    ["mail.example.com", 587, "starttls"],
    ["mail.example.com", 25, "starttls"],
    ["mail.example.com", 465, "tls"],
    ["127.0.0.1", 1025, "loopback"],
    ["localhost", 25, "loopback"],
    ["::1", 465, "tls-loopback"],
    ["localhost.example.com", 25, "starttls"],
    ["10.0.0.1", 25, "starttls"],
  ] as const;
  for (const [host, port, security] of cases) {
    it(`calls ${host}:${port} ${security}`, () => expect(securityFor(host, port)).to.equal(security));
  }

  it("takes a host that is declared as good as this machine for one, and no other", () => {
    expect(securityFor("Mailbox", 1025, ["mailbox"])).to.equal("loopback");
    expect(securityFor("mailbox", 1025)).to.equal("starttls");
    expect(securityFor("mailbox.example.com", 1025, ["mailbox"])).to.equal("starttls");
  });
});
