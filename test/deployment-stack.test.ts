// The promise: the compose file works as it stands. Each service runs with exactly its environment, its user, its own keys and a
// root that nobody writes to, in a network of its own; a price becomes an e-mail in it.
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageEnvironment, readCompose, type ComposeService } from "./support/deployment-files.ts";
import { Containers, makeVolume, noContainersBecause, type ContainerSpec, type Mount } from "./support/containers.ts";
import { eventually } from "./support/eventually.ts";
import { writeImageTree } from "./support/image-tree.ts";
import { sharedCertificates } from "./support/shared-certificates.ts";

const UID = 10_001;
const CHECK_HEALTH = "deploy/container/check-health";
const ORDER = ["server", "simulator", "mailbox", "notifier", "fetcher"];

describe("the containers of docker-compose.yml", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-containers-"));
  const { services } = readCompose();
  let containers: Containers | undefined;
  let certsFolder: string;

  before(async function () {
    const obstacle = noContainersBecause();
    if (obstacle !== undefined) {
      process.stdout.write(`skipped: ${obstacle}\n`);
      return this.skip();
    }
    certsFolder = (await sharedCertificates()).folder;
    writeImageTree(join(folder, "image"));
    containers = await Containers.open(folder, join(folder, "image"), Object.keys(services));
  });
  after(async () => {
    await containers?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A service as the engine would run it. */
  function specOf(name: string): ContainerSpec {
    const service = services[name]!;
    return {
      name,
      command: [...(service.entrypoint ?? ["./bell"]), ...service.command],
      environment: { ...imageEnvironment(), ...service.environment },
      mounts: (service.volumes ?? []).map(mountOf),
      uid: Number((service.user ?? String(UID)).split(":")[0]),
      capabilities: service.cap_add ?? [],
    };
  }

  function mountOf(volume: NonNullable<ComposeService["volumes"]>[number]): Mount {
    if (typeof volume !== "string") {
      return { source: certsFolder, target: String(volume["target"]), readOnly: volume["read_only"] === true };
    }
    const [name = "", target = "", mode] = volume.split(":");
    const owner = target === "/data" ? UID : 0; // as the image's folders are owned
    return { source: makeVolume(join(folder, name), owner), target, readOnly: mode === "ro" };
  }

  const bell = async (name: string, words: string[], input = ""): Promise<string> => {
    const { code, output } = await containers!.exec(name, specOf(name), ["./bell", ...words], input);
    expect(code, output).to.equal(0);
    return output;
  };

  /** A request to the published port of the mailbox's page, as a browser on the machine sends it. */
  async function page(path: string, host = "127.0.0.1:8025"): Promise<string> {
    const place = { host: containers!.address("mailbox"), port: 8025, path, headers: { host } };
    const script = `require("http").get(${JSON.stringify(place)}, (r) => r.pipe(process.stdout)).on("error", () => 0)`;
    return (await containers!.onGateway([process.execPath, "-e", script])).output;
  }

  it("give each process its own key and no other's", async () => {
    containers!.start(specOf("certs"));
    const { code, output } = await containers!.end("certs");
    expect(code, output).to.equal(0);
    const held = (role: string) => readdirSync(join(folder, `${role}-certs`)).sort();
    expect(held("server")).to.deep.equal(["ca.crt", "cli.crt", "cli.key", "server.crt", "server.key"]);
    expect(held("fetcher")).to.deep.equal(["ca.crt", "fetcher.crt", "fetcher.key"]);
    expect(held("notifier")).to.deep.equal(["ca.crt", "notifier.crt", "notifier.key"]);
    const { mode, uid } = statSync(join(folder, "fetcher-certs/fetcher.key"));
    expect([mode & 0o777, uid]).to.deep.equal([0o600, UID]);
  });

  it("say so when there are no certificates", async () => {
    mkdirSync(join(folder, "none"));
    const spec = specOf("certs");
    const mounts = spec.mounts.map((mount) =>
      mount.target === "/from" ? { ...mount, source: join(folder, "none") } : mount,
    );
    containers!.start({ ...spec, mounts });
    const { code, output } = await containers!.end("certs");
    expect(code).to.equal(78);
    expect(output).to.equal("/from/server.key is missing: run 'make certs', then start again\n");
  });

  it("become well, each by its own check, and were not well before", async () => {
    for (const name of ORDER) {
      containers!.start(specOf(name));
      let complaint = "";
      const isWell = async (): Promise<boolean> => {
        const { code, output } = await containers!.exec(name, specOf(name), [CHECK_HEALTH]);
        complaint = output;
        return code === 0;
      };
      await eventually(() => `${name} is well: ${complaint}${containers!.said(name)}`, isWell);
    }
    const { code, output } = await containers!.exec("mailbox", specOf("mailbox"), [CHECK_HEALTH, "fetcher"]);
    expect([code, output]).to.deep.equal([1, "fetcher: there is no connection to localhost:50051\n"]);
  });

  it("turn a price into an e-mail that the page shows", async () => {
    await bell("server", ["register", "you@example.com"], "four unrelated words\n");
    const mail = async (wanted: RegExp): Promise<string> => {
      const list = await page("/api/messages").then((body) => JSON.parse(body || '{"messages":[]}') as MailList);
      const id = list.messages.find(({ subject }) => wanted.test(subject))?.id;
      return id === undefined ? "" : page(`/api/messages/${id}`);
    };
    const code = await eventually("the code", async () => /bell verify ([0-9A-Z-]+)/.exec(await mail(/./))?.[1]);
    await bell("server", ["verify", code]);
    await eventually("a price", async () => (await bell("server", ["quotes", "list"])).includes("AAPL"));
    await bell("server", ["alerts", "create", "AAPL", "above", "900"]);
    await bell("simulator", ["simulator", "set", "AAPL", "901"]);
    expect(await eventually("the mail", async () => (await mail(/^AAPL 90\d/)) || undefined)).to.include("(simulated)");
  });

  it("show their mail to no page of another name", async () => {
    expect(await page("/api/messages", "evil.example")).to.include("PERMISSION_DENIED");
  });

  it("write to nothing but their data and /tmp, and may do nothing that only root may", async () => {
    const tried =
      "for f in /x /tickerbell/x /certs/x /etc/x; do touch $f 2>/dev/null && echo $f; done; grep CapEff /proc/self/status";
    for (const name of ORDER) {
      const { output } = await containers!.exec(name, specOf(name), ["sh", "-c", tried]);
      expect(output, name).to.equal("CapEff:\t0000000000000000\n");
    }
  });

  it("end in good order within the time they are given", async () => {
    for (const name of ORDER.toReversed())
      expect((await containers!.stop(name)).code, containers!.said(name)).to.equal(0);
  });
});

interface MailList {
  readonly messages: readonly { readonly id: string; readonly subject: string }[];
}
