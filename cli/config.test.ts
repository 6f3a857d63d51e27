import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { readCliConfig } from "./config.ts";
import { UsageError } from "./usage-error.ts";
import { wantsColour } from "./wants-colour.ts";

describe("readCliConfig()", () => {
  it("keeps the log-in where XDG says, else below the home", () => {
    expect(readCliConfig({ HOME: "/h" }).sessionFile).to.equal("/h/.config/tickerbell/session.json");
    expect(readCliConfig({ HOME: "/h", XDG_CONFIG_HOME: "/x" }).sessionFile).to.equal("/x/tickerbell/session.json");
    expect(readCliConfig({ HOME: "/h", BELL_SESSION_FILE: "/s" }).sessionFile).to.equal("/s");
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
