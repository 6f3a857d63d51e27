// What make does to deploy, up to the door of a container engine: `docker` is a script here that writes down how it was called.
import { expect } from "chai";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { readText } from "./support/deployment-files.ts";
import { Newcomer } from "./support/newcomer.ts";

const { version } = JSON.parse(readText("package.json")) as { version: string };

/** As docker answers: version, containers of ours, and 1 for the call whose beginning is in the file `fails`. */
const DOCKER = `#!/bin/sh
folder=$(dirname "$0")
echo "$*" >>"$folder/calls"
case "$*" in "$(cat "$folder/fails")"*) echo "Cannot connect to the Docker daemon" >&2; exit 1 ;; esac
case "$*" in
  version*) cat "$folder/version" ;;
  "compose ps --quiet") cat "$folder/containers" ;;
esac
`;

describe("deploying with make", function () {
  let person: Newcomer;
  let tools = "";

  beforeEach(() => {
    person = new Newcomer();
    tools = join(person.folder, "tools");
    mkdirSync(tools);
    writeFileSync(join(tools, "docker"), DOCKER, { mode: 0o755 });
    // The checkout's libraries are a link to ours: npm, which begins by removing them, must not get at them from here.
    writeFileSync(join(tools, "npm"), "#!/bin/sh\necho npm is not to run here\nexit 1\n", { mode: 0o755 });
    pretend({ version: "28.2.2", containers: "0123456789ab", fails: "nothing", calls: "" });
    person.set({ PATH: `${tools}:${process.env["PATH"]}`, BELL_CERTS_DIR: join(person.folder, "certs") });
  });
  afterEach(() => person.close());

  function pretend(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(tools, name), text);
  }

  const calls = (): string[] => readFileSync(join(tools, "calls"), "utf8").split("\n").slice(0, -1);

  /** The one line that a refusal is, without make's own. */
  async function refusal(command: string): Promise<string> {
    const { code, said } = await person.type(command);
    expect(code, said).to.equal(2);
    return said.replace(/^make(\[\d+\])?: .*\n/gm, "");
  }

  it("looks, makes certificates, builds, starts and waits until all is well, in this order", async () => {
    const { code, said } = await person.type("make deploy");
    expect(code, said).to.equal(0);
    expect(calls()).to.deep.equal([
      "version --format {{.Server.Version}}",
      "compose version",
      "compose ps --quiet",
      `build --tag tickerbell:${version} .`,
      "compose up --detach --no-build --force-recreate --wait --wait-timeout 120",
    ]);
    expect(said).to.match(
      /operator +made[^]*Tickerbell runs in containers, with SIMULATED prices\.[^]*\.\/bell register/,
    );
  });

  it("builds the image alone", async () => {
    expect((await person.type("make image")).code).to.equal(0);
    expect(calls()).to.deep.equal(["version --format {{.Server.Version}}", `build --tag tickerbell:${version} .`]);
  });

  it("ends the containers, keeps the data and says how to remove them", async () => {
    const { code, said } = await person.type("make undeploy");
    expect([code, said]).to.deep.equal([
      0,
      "Ended. The data are kept; to remove them too: docker compose down --volumes\n",
    ]);
    expect(calls().at(-1)).to.equal("compose down");
  });

  for (const command of ["make image", "make deploy", "make undeploy"]) {
    it(`says in one line that no engine answers: ${command}`, async () => {
      pretend({ fails: "version" });
      expect(await refusal(command)).to.match(/^tickerbell: no Docker engine answers: start it .*\n$/);
      expect(calls()).to.deep.equal(["version --format {{.Server.Version}}"]);
    });
  }

  it("says in one line that docker is not installed", async () => {
    const bare = join(person.folder, "bare");
    mkdirSync(bare);
    for (const name of ["sh", "make", "sed", "dirname"]) {
      const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
      symlinkSync(found, join(bare, name));
    }
    person.set({ PATH: bare });
    expect(await refusal("make deploy")).to.match(/^tickerbell: docker is not installed: install Docker Engine .*\n$/);
  });

  it("says in one line that the engine is too old, or has no compose", async () => {
    pretend({ version: "24.0.9" });
    expect(await refusal("make deploy")).to.match(/^tickerbell: the Docker engine is 24\.0\.9, and 25 or newer .*\n$/);
    pretend({ version: "25.0.0", fails: "compose version" });
    expect(await refusal("make deploy")).to.match(/^tickerbell: docker has no compose plugin: .*\n$/);
  });

  it("says in one line which port is taken, before anything is made", async () => {
    pretend({ containers: "" });
    const holder = createServer().listen(8025, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve).once("error", resolve)); // taken by another is taken, too
    try {
      expect(await refusal("make deploy")).to.match(/^tickerbell: port (50051|8025) of 127\.0\.0\.1 is taken .*\n$/);
      expect(calls().at(-1)).to.equal("compose ps --quiet");
    } finally {
      holder.close();
    }
  });

  it("fails when a container does not become well, and says where to look", async () => {
    pretend({ fails: "compose up" });
    expect(await refusal("make deploy")).to.match(/tickerbell: not every container is well: docker compose ps .*\n$/);
  });
});
