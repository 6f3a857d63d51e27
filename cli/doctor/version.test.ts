import { expect } from "chai";
import { fetcher, sampleStatus } from "./testing/sample-answer.ts";
import { judgeVersions } from "./version.ts";

describe("judgeVersions()", () => {
  it("finds nothing where all are of one version", () => {
    expect(judgeVersions("1.2.3", sampleStatus())).to.deep.equal([
      { name: "version", state: "ok", message: "1.2.3, as the server's", hint: "" },
    ]);
  });

  it("tells who is newer than the server to upgrade the server first, by number and not by letter", () => {
    const [finding] = judgeVersions("1.10.0", sampleStatus({ serverVersion: "1.9.0", fetchers: [] }));
    expect(finding).to.include({ state: "warn", message: "this bell is of version 1.10.0, the server of 1.9.0" });
    expect(finding?.hint).to.include("upgrade the server first");
  });

  it("tells who is older to get the server's version, each by its name", () => {
    const findings = judgeVersions("1.2.2", sampleStatus({ fetchers: [fetcher({ version: "1.1.0" })] }));
    expect(findings.map(({ message }) => message)).to.deep.equal([
      "this bell is of version 1.2.2, the server of 1.2.3",
      "fetcher local is of version 1.1.0, the server of 1.2.3",
    ]);
    expect(findings[1]?.hint).to.include("get the server's version for fetcher local");
  });
});
