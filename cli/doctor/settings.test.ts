import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "./settings.ts";
import { soundEnvironment } from "./sound-environment.ts";

const CANARY = "CANARY-1234567890";

describe("checkSettings()", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tickerbell-doctor-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("says how many are set when none is wrong", () => {
    expect(checkSettings({})).to.deep.equal([
      { name: "settings", state: "ok", message: "none set, no mistake in them", hint: "" },
    ]);
    const [finding] = checkSettings({ BELL_LOG_LEVEL: "warn", BELL_SERVER: "localhost:1", HOME: "/" });
    expect(finding?.message).to.equal("2 BELL_ settings set, no mistake in them");
  });

  it("tells each mistake by its setting, with what mends it", () => {
    const found = checkSettings({ BELL_SERVR: "x", BELL_LISTEN: "nowhere", NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(found.map(({ state }) => state)).to.deep.equal(["fail", "fail", "fail"]);
    expect(found.map(({ hint }) => hint)).to.deep.equal([
      "unset BELL_SERVR",
      "unset NODE_TLS_REJECT_UNAUTHORIZED",
      "set BELL_LISTEN as docs/configuration.md says, or unset it",
    ]);
    expect(found[0]?.message).to.include("did you mean BELL_SERVER?");
  });

  for (const name of ["BELL_ALPHA_VANTAGE_API_KEY_FILE", "BELL_SMTP_PASSWORD_FILE", "BELL_ACCESS_TOKEN_FILE"]) {
    it(`tells a file of ${name} that others may read, and never what stands in it`, () => {
      const file = join(folder, "secret");
      writeFileSync(file, `${CANARY}\n`);
      chmodSync(file, 0o644);
      const environment = { [name]: file, BELL_SMTP_USER: name.includes("SMTP") ? "ann" : undefined };
      const [finding] = checkSettings(environment);
      expect(finding).to.include({ state: "fail", hint: `chmod 600 ${file}` });
      expect(finding?.message).to.include("mode 0644");
      expect(JSON.stringify(checkSettings(environment))).not.to.include(CANARY);
      chmodSync(file, 0o600);
      expect(checkSettings(environment)[0]?.state).to.equal("ok");
    });
  }

  it("does not repeat a secret that was put in its file's place", () => {
    const [finding] = checkSettings({ BELL_ALPHA_VANTAGE_API_KEY_FILE: CANARY });
    expect(finding?.state).to.equal("fail");
    expect(JSON.stringify(finding)).not.to.include(CANARY);
  });
});

describe("soundEnvironment()", () => {
  it("leaves out what cannot be read, and names it", () => {
    const given = {
      HOME: "/home/ann",
      BELL_SERVER: "there",
      BELL_SERVR: "x",
      BELL_LISTEN: "[::1]:1",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    };
    const { environment, unreadable } = soundEnvironment(given);
    expect(environment).to.deep.equal({ HOME: "/home/ann", BELL_LISTEN: "[::1]:1" });
    expect([...unreadable]).to.deep.equal(["BELL_SERVER"]);
  });
});
