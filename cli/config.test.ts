import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { AppError } from "../domain/error.ts";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { readCliConfig } from "./config.ts";
import { UsageError } from "./usage-error.ts";
import { wantsColour } from "./wants-colour.ts";

const UNKNOWN_UID = 54_321;

describe("readCliConfig()", () => {
  it("keeps the log-in where XDG says, else below the home", () => {
    expect(readCliConfig({ HOME: "/h" }).sessionFile()).to.equal("/h/.config/tickerbell/session.json");
    expect(readCliConfig({ HOME: "/h", XDG_CONFIG_HOME: "/x" }).sessionFile()).to.equal("/x/tickerbell/session.json");
    expect(readCliConfig({ HOME: "/h", BELL_SESSION_FILE: "/s" }).sessionFile()).to.equal("/s");
  });

  it("asks for a place for the log-in when there is none, and only when it is needed", function () {
    if (process.getuid?.() !== 0) this.skip(); // only root can become a user whom the system does not know
    const script = `import { readCliConfig } from "./cli/config.ts";
      const { server, sessionFile } = readCliConfig({});
      try { sessionFile(); } catch ({ reason, message }) { console.log(server, reason, message); }`;
    const options = { cwd: PROJECT_ROOT, uid: UNKNOWN_UID, env: {}, encoding: "utf8" } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], options);
    expect(stdout, stderr).to.match(
      /^localhost:50051 CONFIG_INVALID BELL_SESSION_FILE: is not set, and neither is HOME/,
    );
  });

  it("lets the command line win over the environment", () => {
    const config = readCliConfig(
      { BELL_SERVER: "a:1", BELL_CERTS_DIR: "/a" },
      { server: "[::1]:2", certs: "/b c", as: "operator" },
    );
    expect(config).to.deep.include({
      server: "[::1]:2",
      role: "operator",
      credentials: { caFile: "/b c/ca.crt", certFile: "/b c/operator.crt", keyFile: "/b c/operator.key" },
    });
  });

  it("tells which of the two is wrong", () => {
    expect(() => readCliConfig({}, { server: "there" })).to.throw(UsageError, "--server");
    expect(() => readCliConfig({ BELL_SERVER: "there" })).to.throw(AppError, "BELL_SERVER");
  });
});

describe("wantsColour()", () => {
  const cases: readonly (readonly [
    title: string,
    environment: Record<string, string>,
    screen: boolean,
    wanted: boolean,
  ])[] = [
    ["on a screen", {}, true, true],
    ["not in a file", {}, false, false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["not on a dumb terminal", { TERM: "dumb" }, true, false],
  ];
  for (const [title, environment, screen, wanted] of cases) {
    it(title, () => expect(wantsColour(environment, screen)).to.equal(wanted));
  }
});
