// The promise: what `make install` puts somewhere runs from there, with nothing of the checkout, and goes again.
import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { eventually } from "./support/eventually.ts";
import { sharedCertificates } from "./support/shared-certificates.ts";

const UNITS = "etc/systemd/system";

describe("make install", function () {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-install-"));
  const destination = join(folder, "root");
  const program = join(destination, "opt/tickerbell");
  const home = join(folder, "home");
  let next = "";

  before(() => {
    chmodSync(folder, 0o755);
    mkdirSync(home);
    const { status, said } = make("install", `DESTDIR=${destination}`);
    expect(status, said).to.equal(0);
    next = said;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function make(...words: string[]) {
    const kept = Object.entries(process.env).filter(([name]) => !/^(BELL_|MAKE|MFLAGS)/.test(name));
    const env = { ...Object.fromEntries(kept), npm_config_prefer_offline: "true" };
    const { status, stdout, stderr } = spawnSync("make", words, { cwd: PROJECT_ROOT, env, encoding: "utf8" });
    return { status, said: stdout + stderr };
  }

  const installed = (path: string): string => join(destination, path);
  /** Nothing of ours, no home to speak of, and no Node on the path that is surely there. */
  const bare = { PATH: "/usr/bin:/bin", HOME: home };

  it("says what to type where the staged files will be, and that this machine was left alone", () => {
    expect(next).to.include(`staged in ${destination}, for a machine where it is in /opt/tickerbell`);
    const typed = [...next.matchAll(/^ {2}(.*)$/gm)].map(([, line = ""]) => line.split(" ").slice(0, 3).join(" "));
    expect(typed).to.deep.equal([
      "sudo systemd-sysusers tickerbell.conf",
      "sudo install -d",
      "sudo systemctl daemon-reload",
      "sudo -u tickerbell",
      "sudo cp /etc/tickerbell/tickerbell.env.example",
      "sudoedit /etc/tickerbell/tickerbell.env ",
      "sudo systemctl enable",
    ]);
    expect(next.match(/^ {2}.*$/gm)?.join("\n")).not.to.include(destination);
  });

  it("puts a program there that runs without the checkout, by its link too", () => {
    const { stdout, stderr } = spawnSync(join(program, "bell"), ["--version"], {
      env: bare,
      cwd: "/",
      encoding: "utf8",
    });
    expect(stdout, stderr).to.match(/^\d+\.\d+\.\d+\n$/);
    expect(readlinkSync(installed("usr/local/bin/bell"))).to.equal("/opt/tickerbell/bell");
    const files = spawnSync("grep", ["-rlF", PROJECT_ROOT, program, "--include=*.ts"], { encoding: "utf8" });
    expect(files.stdout).to.equal("");
  });

  it("puts no tests there and no tools of development", () => {
    const found = spawnSync("find", [program, "-name", "*.test.ts", "-not", "-path", "*/node_modules/*"], {
      encoding: "utf8",
    });
    expect(found.stdout).to.equal("");
    for (const name of ["mocha", "typescript", "eslint", "@bufbuild/buf"]) {
      expect(existsSync(join(program, "node_modules", name)), name).to.equal(false);
    }
  });

  it("puts a server there that serves and ends in good order", async () => {
    const { folder: certs } = await sharedCertificates();
    const env = { ...bare, BELL_CERTS_DIR: certs, BELL_DATA_DIR: join(folder, "data"), BELL_LISTEN: "127.0.0.1:0" };
    const server = spawn(join(program, "bell"), ["server"], { env, cwd: "/" });
    let said = "";
    for (const stream of [server.stdout, server.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => server.on("close", resolve));
    await eventually(
      () => `the server is ready: ${said}`,
      () => said.includes("server ready"),
    );
    server.kill("SIGTERM");
    expect(await ended, said).to.equal(0);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it("puts units there whose paths exist, and that systemd takes", function () {
    const units = readdirSync(installed(UNITS)).sort();
    expect(units).to.deep.equal([
      "tickerbell-fetcher.service",
      "tickerbell-notifier.service",
      "tickerbell-server.service",
      "tickerbell.target",
    ]);
    // systemd looks for the programs where the units say; so they are shown ones that name where the program is now.
    const shown = units.map((name) => {
      const text = readFileSync(installed(`${UNITS}/${name}`), "utf8").replaceAll("/opt/tickerbell", program);
      for (const [, path] of text.matchAll(/^(?:ExecStart|WorkingDirectory|Documentation)=(?:file:)?(\/\S+)/gm)) {
        expect(existsSync(path!), path).to.equal(true);
      }
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` };
    const { error, status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...shown], {
      env,
      encoding: "utf8",
    });
    if (error !== undefined) return this.skip(); // there is no systemd here
    expect([status, stderr]).to.deep.equal([0, ""]);
  });

  it("refuses a place that is not Tickerbell's own, and what it may not write to", () => {
    for (const prefix of [
      "/usr",
      "/usr/local/bin",
      "/opt/tickerbell/..",
      "opt/tickerbell",
      "/opt/ticker bell",
      "/opt/$(id)",
    ]) {
      const env = { ...process.env, PREFIX: prefix, DESTDIR: destination };
      const { status, stderr } = spawnSync(join(PROJECT_ROOT, "deploy/systemd/install"), ["install"], {
        cwd: PROJECT_ROOT,
        env,
        encoding: "utf8",
      });
      expect(status, prefix).to.equal(1);
      expect(stderr).to.match(/^tickerbell: PREFIX is .*\n$/);
    }
  });

  it("goes again by make uninstall, but for settings, certificates and data", () => {
    const settings = installed("etc/tickerbell/tickerbell.env");
    writeFileSync(settings, "BELL_LOG_LEVEL=warn\n");
    const { status, said } = make("uninstall", `DESTDIR=${destination}`);
    expect(status, said).to.equal(0);
    const left = spawnSync("find", [destination, "-not", "-type", "d"], { encoding: "utf8" });
    expect(left.stdout).to.equal(`${settings}\n`);
  });
});
