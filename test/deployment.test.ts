// The files that deploy Tickerbell, held against the code they deploy.
import { expect } from "chai";
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { addProcessCommands, addSimulatorCommands } from "../cli/commands/process.ts";
import type { Context } from "../cli/context.ts";
import { Command } from "commander";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { settings, type SettingName } from "../runtime/config/settings.ts";
import {
  imageEnvironment,
  imagePaths,
  readCompose,
  readStages,
  readText,
  readUnit,
} from "./support/deployment-files.ts";
import { isIgnored } from "./support/image-tree.ts";
import { importedFiles } from "./support/imported-files.ts";

const UNITS = ["tickerbell-server.service", "tickerbell-fetcher.service", "tickerbell-notifier.service"];
const { version } = JSON.parse(readText("package.json")) as { version: string };
const { services, volumes } = readCompose();
const processes = Object.entries(services).filter(([name]) => name !== "certs");
const image = readStages().at(-1)!;
const instruction = (word: string) => image.filter((one) => one.word === word).map(({ rest }) => rest);

/** The commands of `bell` that are processes. */
function processCommands(): string[] {
  const program = new Command();
  addProcessCommands(program, {} as Context);
  addSimulatorCommands(program, {} as Context);
  return program.commands.map((command) => command.name()).sort();
}

function reads(name: string, reader: string): boolean {
  return name in settings && (settings[name as SettingName].readers as readonly string[]).includes(reader);
}

const portOf = (name: SettingName): string => settings[name].fallback!.split(":").at(-1)!;

describe("the image", () => {
  it("is made of the Node that the project asks for, in every stage", () => {
    const [, oldest] = /const OLDEST: readonly \[number, number\] = \[(\d+), \d+\]/.exec(
      readText("cli/node-version.ts"),
    )!;
    const bases = readStages().map(([from]) => from!.rest.split(" ")[0]);
    expect(bases).to.deep.equal([1, 2, 3].map(() => `node:${oldest}-slim`));
  });

  it("runs bell, as a user that is not root and has a number", () => {
    expect(instruction("USER")).to.deep.equal(["10001:10001"]);
    expect(instruction("ENTRYPOINT")).to.deep.equal(['["./bell"]']);
    expect(instruction("HEALTHCHECK").join()).to.include('CMD ["deploy/container/check-health"]');
    expect(image.findIndex(({ word }) => word === "USER")).to.be.above(
      image.findLastIndex(({ word }) => word === "RUN"),
    );
  });

  it("bears the version of the project, as the compose file names it", () => {
    expect(instruction("LABEL").join()).to.include(`image.version="${version}"`);
    for (const [name, service] of Object.entries(services))
      expect(service.image, name).to.equal(`tickerbell:${version}`);
  });

  it("holds every file that a process or a command loads, and what is executed", () => {
    const paths = imagePaths();
    const holds = (file: string) =>
      !isIgnored(file) &&
      (file.startsWith("proto/gen/") || paths.some((path) => file === path || file.startsWith(`${path}/`)));
    const loaded = importedFiles(join(PROJECT_ROOT, "cli/main.ts")).map((file) => relative(PROJECT_ROOT, file));
    expect(loaded.length).to.be.above(200);
    expect(loaded).to.include("server/start-server.ts").and.include("simulator/mailbox/page-door.ts");
    const needed = [...loaded, "scripts/find-node", "deploy/container/check-health", "deploy/container/share-certs"];
    expect(needed.filter((file) => !holds(file))).to.deep.equal([]);
  });

  it("copies only what is there, and .dockerignore lets it through", () => {
    const allowed = readText(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const copied = readStages().flatMap((stage) =>
      stage.filter(({ word, rest }) => word === "COPY" && !rest.startsWith("--")),
    );
    const sources = copied.flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    expect(sources.length).to.be.above(15);
    for (const source of sources) {
      expect(existsSync(join(PROJECT_ROOT, source)), source).to.equal(true);
      expect(
        allowed.some((name) => source === name || source.startsWith(`${name}/`)),
        source,
      ).to.equal(true);
    }
    for (const line of ["*", "**/*.test.ts", "**/testing"])
      expect(readText(".dockerignore").split("\n")).to.include(line);
    for (const secret of ["certs", "data", ".git"]) expect(allowed).not.to.include(secret);
  });

  it("names settings that exist, for folders that it has", () => {
    const ours = Object.entries(imageEnvironment()).filter(([name]) => name.startsWith("BELL_"));
    expect(ours).to.deep.equal([
      ["BELL_DATA_DIR", "/data"],
      ["BELL_CERTS_DIR", "/certs"],
    ]);
    for (const [name, folder] of ours) {
      expect(name in settings, name).to.equal(true);
      expect(instruction("RUN").join(), folder).to.match(new RegExp(`install --directory [^&]*${folder}`));
    }
  });
});

describe("docker-compose.yml", () => {
  it("runs every process of bell, each under its own name", () => {
    expect(processes.map(([name]) => name).sort()).to.deep.equal(processCommands());
    for (const [name, { command, entrypoint }] of processes) {
      expect([command, entrypoint], name).to.deep.equal([[name], undefined]);
    }
  });

  it("needs no variable", () => {
    expect(readText("docker-compose.yml")).not.to.match(/\$\{|\$[A-Z]/);
  });

  for (const [name, service] of Object.entries(services)) {
    it(`gives ${name} no right that it does not need`, () => {
      expect(service).to.include({ read_only: true, init: true }).and.to.have.property("mem_limit");
      expect(service.cap_drop).to.deep.equal(["ALL"]);
      expect(service.security_opt).to.deep.equal(["no-new-privileges:true"]);
      expect(service.tmpfs).to.deep.equal(["/tmp"]);
      expect(service.network_mode).to.equal(name === "certs" ? "none" : undefined);
      expect([service.user, service.cap_add, service.restart]).to.deep.equal(
        name === "certs"
          ? ["0:0", ["CHOWN", "DAC_READ_SEARCH", "FOWNER"], "no"]
          : [undefined, undefined, "unless-stopped"],
      );
    });
  }

  it("stops a process no sooner than it ends by itself", () => {
    const [, limit] = /CLOSE_LIMIT_MS = ([\d_]+)/.exec(readText("runtime/life/run-process.ts"))!;
    for (const [name, { stop_grace_period: grace = "" }] of processes) {
      expect(parseInt(grace) * 1_000, name).to.be.above(Number(limit!.replace("_", "")));
    }
  });

  it("names settings that exist, and that the process reads", () => {
    const named = processes.flatMap(([name, { environment }]) =>
      Object.keys(environment ?? {}).map((key) => [name, key]),
    );
    expect(named.length).to.be.above(10);
    for (const [name, key] of named) expect(reads(key!, name!), `${name} ${key}`).to.equal(true);
  });

  it("gives every address the name of a service and the port where that one listens", () => {
    const ports: Record<string, string[]> = {
      server: [portOf("BELL_LISTEN")],
      simulator: [portOf("BELL_SIMULATOR_LISTEN")],
      mailbox: [portOf("BELL_MAILBOX_SMTP_LISTEN"), portOf("BELL_MAILBOX_PAGE_LISTEN")],
    };
    for (const [name, { environment = {} }] of processes) {
      for (const [key, value] of Object.entries(environment)) {
        const [, host = "", port = ""] = /^(?:http:\/\/)?([a-z0-9.]+):(\d+)$/.exec(value) ?? [];
        if (port !== "") expect(ports[host === "0.0.0.0" ? name : host], `${name} ${key}`).to.include(port);
        if (key === "BELL_LOCAL_HOSTS") expect(ports).to.have.any.keys(value);
      }
    }
  });

  it("publishes the server and the mailbox's page, to this machine only", () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    const wanted = (["BELL_LISTEN", "BELL_MAILBOX_PAGE_LISTEN"] as const).map(portOf);
    expect(published).to.deep.equal(wanted.map((port) => `127.0.0.1:${port}:${port}`));
  });

  it("keeps the data of every process that has some, and shows each its own certificates", () => {
    for (const [name, { volumes: mounted = [] }] of processes) {
      const wanted = [
        ...(reads("BELL_DATA_DIR", name) ? [`${name}-data:/data`] : []),
        ...(reads("BELL_CERTS_DIR", name) ? [`${name}-certs:/certs:ro`] : []),
      ];
      expect(mounted, name).to.deep.equal(wanted);
      for (const volume of wanted) expect(volumes).to.have.property(volume.split(":")[0]!);
    }
  });

  it("starts a process when what it needs is well", () => {
    const needs = Object.fromEntries(
      processes.map(([name, { depends_on: on = {} }]) => [name, Object.keys(on).sort()]),
    );
    expect(needs).to.deep.equal({
      server: ["certs"],
      fetcher: ["certs", "server", "simulator"],
      notifier: ["certs", "mailbox", "server"],
      simulator: [],
      mailbox: [],
    });
    for (const [name, { condition }] of processes.flatMap(([, { depends_on: on = {} }]) => Object.entries(on))) {
      expect(condition).to.equal(name === "certs" ? "service_completed_successfully" : "service_healthy");
    }
  });
});

describe("the systemd units", () => {
  for (const name of UNITS) {
    const role = /-(\w+)\./.exec(name)![1]!;
    const unit = readUnit(name);
    const one = (key: string) => unit.get(key)?.join(" ");

    it(`${name} runs bell ${role} as a user of its own that may write to its state only`, () => {
      expect(one("ExecStart")).to.equal(`/opt/tickerbell/bell ${role}`);
      expect([one("User"), one("NoNewPrivileges"), one("ProtectSystem")]).to.deep.equal([
        "tickerbell",
        "yes",
        "strict",
      ]);
      expect([one("CapabilityBoundingSet"), one("ReadWritePaths")]).to.deep.equal(["", undefined]);
      expect(one("StateDirectory")).to.equal(reads("BELL_DATA_DIR", role) ? `tickerbell/${role}` : undefined);
      expect(one("MemoryMax")).to.match(/^\d+[MG]$/);
    });

    it(`${name} names settings that ${role} reads, and hides every key but its own`, () => {
      const environment = unit.get("Environment")!.map((pair) => pair.split("=") as [string, string]);
      const ours = environment.filter(([key]) => key.startsWith("BELL_"));
      for (const [key] of ours) expect(reads(key, role), key).to.equal(true);
      expect(Object.fromEntries(ours)["BELL_DATA_DIR"]).to.equal(
        reads("BELL_DATA_DIR", role) ? `/var/lib/tickerbell/${role}` : undefined,
      );
      const hidden = [...one("InaccessiblePaths")!.matchAll(/certs\/(\w+)\.key/g)].map(([, key]) => key);
      expect([...hidden, role].sort()).to.deep.equal(["ca", "cli", "fetcher", "notifier", "operator", "server"]);
    });

    it(`${name} does not start again what a person has to mend, and waits for the end`, () => {
      expect([one("Restart"), one("RestartPreventExitStatus"), one("TimeoutStopSec")]).to.deep.equal([
        "on-failure",
        "65 78",
        "10",
      ]);
    });
  }

  it("are all in the target", () => {
    expect(readUnit("tickerbell.target").get("Wants")!.join().split(" ")).to.deep.equal(UNITS);
  });

  it("come with an example of settings that exist", () => {
    const named = [...readText("deploy/systemd/tickerbell.env.example").matchAll(/^#?(BELL_\w+)=/gm)].map(
      ([, name]) => name!,
    );
    expect(named.length).to.be.above(5);
    for (const name of named) expect(name in settings, name).to.equal(true);
  });
});

describe("docs/deployment.md", () => {
  const page = readText("docs/deployment.md");

  it("names make targets, settings and files that exist", () => {
    const makefile = readText("Makefile");
    for (const [, target] of page.matchAll(/\bmake ([a-z-]+)/g))
      expect(makefile).to.match(new RegExp(`^${target}:`, "m"));
    for (const [name] of page.matchAll(/\bBELL_[A-Z_]+\b/g)) expect(name in settings, name).to.equal(true);
    for (const [, link] of page.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(join(PROJECT_ROOT, "docs", link!)), link).to.equal(true);
    }
  });

  it("restores where the units and the containers keep their data", () => {
    const unit = readUnit("tickerbell-server.service").get("Environment")!;
    const [, folder] = /BELL_DATA_DIR=(\S+) bell restore/.exec(page) ?? [];
    expect(unit).to.include(`BELL_DATA_DIR=${folder}`);
    const [, service, inside] = /docker compose run [^']* (\w+) -c \\\n +'cat >(\/\w+)\//.exec(page) ?? [];
    expect(services[service!]?.volumes).to.include(`server-data:${inside}`);
    expect(imageEnvironment()).to.include({ BELL_DATA_DIR: inside });
  });

  it("comes with scripts that may be executed", () => {
    for (const name of ["container/check-health", "container/share-certs", "container/deploy", "systemd/install"]) {
      expect(statSync(join(PROJECT_ROOT, "deploy", name)).mode & 0o111, dirname(name)).to.equal(0o111);
    }
  });
});
