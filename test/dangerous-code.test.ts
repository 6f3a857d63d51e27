// The promise: what is dangerous to have in a program is not in this one, nor are libraries with holes that are known.
import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { versionFault } from "../cli/node-version.ts";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";

const read = (file: string): string => readFileSync(join(PROJECT_ROOT, file), "utf8");
const SOURCES = globSync("{domain,runtime,proto/convert,server,client,notifier,cli,simulator,scripts}/**/*.ts", {
  cwd: PROJECT_ROOT,
}).filter((file) => !/\.test\.ts$|\/testing\//.test(file));

/** Where a pattern stands in the sources, comments apart: the file and what was found. */
function found(pattern: RegExp): string[] {
  return SOURCES.flatMap((file) => {
    const code = read(file).replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
    return [...code.matchAll(pattern)].map(([text]) => `${file}: ${text}`);
  });
}

/** The least versions without a hole that is known, with what was wrong before. */
const LEAST_VERSIONS: Readonly<Record<string, string>> = {
  "@grpc/grpc-js": "1.14.4", // CVE-2026-48068, CVE-2026-48069: a malformed request or gzip ends the server
  nodemailer: "9.1.1", // GHSA-c7w3-x93f-qmm8, GHSA-vvjj-xcjg-gr5g: commands in what is mailed
  protobufjs: "7.5.8", // CVE-2026-41242: a descriptor runs code
};

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
}
const locked = Object.entries(
  (JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> }).packages,
).filter(([path]) => path !== "");

function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string): number => text.split(".").reduce((sum, part) => sum * 10_000 + Number(part), 0);
  return numbers(version) >= numbers(least);
}

describe("the code", () => {
  it("is all of it looked at", () => expect(SOURCES.length).to.be.greaterThan(300));

  it("runs no text as code", () => {
    expect(found(/\beval\(|\bnew Function\(|"(?:node:)?vm"/g)).to.deep.equal([]);
  });

  it("starts programs with their arguments as a list, never through a shell", () => {
    expect(found(/\bshell: ?true|\bexecSync\b|import \{[^}]*\bexec\b[^}]*\} from "node:child_process"/g)).to.deep.equal(
      [],
    );
  });

  it("uses no broken hash or cipher", () => {
    const hashes = found(/\b(?:createHash|createHmac|hkdfSync|pbkdf2\w*)\("[^"]*"/g);
    expect(hashes).not.to.be.empty;
    expect(hashes.filter((use) => !use.endsWith('"sha256"'))).to.deep.equal([]);
    const ciphers = found(/"(?:aes|des|rc\d|bf|cast|camellia|chacha)[\w-]*-[\w-]+"/gi);
    expect(ciphers).to.deep.equal(['server/sealed-successor.ts: "aes-256-gcm"']);
  });

  it("has no library with a hole that is known", () => {
    for (const [name, least] of Object.entries(LEAST_VERSIONS)) {
      const copies = locked.filter(([path]) => path.endsWith(`node_modules/${name}`));
      expect(copies, name).not.to.be.empty;
      for (const [path, { version }] of copies) expect(isAtLeast(version, least), `${path} ${version}`).to.equal(true);
    }
    expect(versionFault("24.16.9"), "Node before 24.17").not.to.equal(null);
  });

  it("pins every library by its sum, and runs no script of theirs", () => {
    expect(locked.filter(([, { integrity }]) => integrity?.startsWith("sha512-") !== true)).to.deep.equal([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).to.deep.equal([]);
    expect(read(".npmrc")).to.match(/^ignore-scripts=true$/m);
  });
});
