import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { SessionFile } from "./session-file.ts";

const SESSION = {
  server: "localhost:50051",
  email: "ann@example.com",
  accessToken: "a",
  accessExpireMs: 1,
  refreshToken: "r",
  refreshExpireMs: 2,
};

describe("SessionFile", () => {
  let folder: string;
  let file: SessionFile;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bell session "));
    file = new SessionFile(join(folder, "deep", "session.json"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps a session for its owner alone, folder and file, and leaves no draft", () => {
    file.save(SESSION);
    file.save(SESSION);
    expect(file.load()).to.deep.equal(SESSION);
    expect(statSync(file.path).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).to.equal(0o700);
    expect(readdirSync(join(folder, "deep"))).to.deep.equal(["session.json"]);
  });

  it("is empty without a file, and after forgetting", () => {
    expect(file.load()).to.equal(null);
    file.save(SESSION);
    file.remove();
    file.remove();
    expect(file.load()).to.equal(null);
  });

  for (const mode of [0o640, 0o604, 0o644]) {
    it(`refuses a file of mode 0${mode.toString(8)} and names the mend`, () => {
      file.save(SESSION);
      chmodSync(file.path, mode);
      expect(() => file.load())
        .to.throw(AppError, `mode 0${mode.toString(8)}`)
        .with.property("hint")
        .that.includes(`chmod 600 ${file.path}`);
    });
  }

  it("names a damaged file", () => {
    file.save(SESSION);
    writeFileSync(file.path, '{"server": 7}');
    expect(() => file.load())
      .to.throw(AppError, file.path)
      .with.property("reason", "CONFIG_INVALID");
  });

  it("says so when the place cannot be written", () => {
    mkdirSync(join(folder, "taken.json"));
    const bad = new SessionFile(join(folder, "taken.json"));
    expect(() => bad.save(SESSION))
      .to.throw(AppError, "taken.json")
      .with.property("hint")
      .that.includes("BELL_SESSION_FILE");
    expect(readdirSync(folder)).to.deep.equal(["taken.json"]);
  });
});
