// Containers without an engine: the services of docker-compose.yml, each with the image's files, a root that is read-only, a network
// address and a process table of its own, its own user and no capability. Needs root and the kernel's namespaces.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { eventually } from "./eventually.ts";
import { writeRootSkeleton } from "./image-tree.ts";

const SUBNET = "10.77.0";
const END_LIMIT_MS = 10_000; // as long as the compose file waits
const TOOLS = "/node:/usr/local/bin:/usr/bin:/bin";

/** A folder of the test's in the place where the process looks for it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly uid: number;
  /** Without CAP_: all others are dropped. */
  readonly capabilities: readonly string[];
}

export interface Executed {
  readonly code: number | null;
  readonly output: string;
}

/** Mounts what stands in its arguments below the root, makes the root read-only, and becomes the process. */
const ENTER = `set -e
root=$1 hosts=$2 node=$3
shift 3
mount --bind "$root" "$root"
for name in usr etc; do mount --bind /$name "$root/$name"; mount -o remount,bind,ro "$root/$name"; done
mount --bind "$hosts" "$root/etc/hosts"
mount --bind "$node" "$root/node/node"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
  shift 3
done
shift
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
`;

/** Why there can be no such containers here; undefined if there can. */
export function noContainersBecause(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "not root on Linux";
  const tried = spawnSync("unshare", [
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "sh",
    "-c",
    "ip link add br0 type bridge",
  ]);
  return tried.status === 0 ? undefined : "namespaces or bridges may not be made here";
}

/** A private network with its containers; close it afterwards. */
export class Containers {
  readonly #folder: string;
  readonly #image: string;
  readonly #gateway: ChildProcess;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #running = new Map<string, ChildProcess>();
  readonly #said = new Map<string, string>();

  private constructor(folder: string, image: string, gateway: ChildProcess, addresses: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#image = image;
    this.#gateway = gateway;
    this.#addresses = addresses;
  }

  /** `image` holds the files of /tickerbell; each of `names` becomes a host of the network. */
  static async open(folder: string, image: string, names: readonly string[]): Promise<Containers> {
    const addresses = new Map(names.map((name, index) => [name, `${SUBNET}.${index + 2}`]));
    const hosts = ["127.0.0.1 localhost", "::1 localhost", ...[...addresses].map(([name, ip]) => `${ip} ${name}`)];
    writeFileSync(join(folder, "hosts"), `${hosts.join("\n")}\n`);
    const setup = [
      "set -e; mount -t tmpfs tmpfs /run; ip link set lo up",
      `ip link add br0 type bridge; ip addr add ${SUBNET}.1/24 dev br0; ip link set br0 up`,
      ...[...addresses].flatMap(([name, ip], index) => [
        `ip netns add ${name}; ip link add v${index} type veth peer name eth0 netns ${name}`,
        `ip link set v${index} master br0 up; ip -n ${name} addr add ${ip}/24 dev eth0`,
        `ip -n ${name} link set eth0 up; ip -n ${name} link set lo up`,
      ]),
      "echo ready; exec cat",
    ].join("\n");
    const words = [
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--propagation",
      "private",
      "sh",
      "-c",
      setup,
    ];
    const gateway = spawn("unshare", words, { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    gateway.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await eventually("the network is there", () => said.includes("ready"));
    return new Containers(folder, image, gateway, addresses);
  }

  address(name: string): string {
    return this.#addresses.get(name)!;
  }

  /** What a container has said so far. */
  said(name: string): string {
    return this.#said.get(name) ?? "";
  }

  /** Starts a container and does not wait. */
  start({ name, command, environment, mounts, uid, capabilities }: ContainerSpec): void {
    const root = mkdtempSync(join(this.#folder, `root-${name}-`));
    chmodSync(root, 0o755);
    writeRootSkeleton(root);
    const places = [{ source: this.#image, target: "/tickerbell", readOnly: true }, ...mounts];
    for (const { source, target } of places) {
      mkdirSync(source, { recursive: true });
      mkdirSync(join(root, target), { recursive: true });
    }
    const mounting = places.flatMap(({ source, target, readOnly }) => [source, target, readOnly ? "ro" : "rw"]);
    const words = ["sh", "-c", ENTER, "sh", root, join(this.#folder, "hosts"), process.execPath, ...mounting, "--"];
    const confined = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", ...words];
    const inside = [...asUser(uid, capabilities), ...withEnvironment(environment), ...command];
    const child = spawn("nsenter", [...this.#inGateway(), "ip", "netns", "exec", name, ...confined, ...inside]);
    this.#said.set(name, "");
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => this.#said.set(name, this.said(name) + chunk.toString()));
    }
    this.#running.set(name, child);
  }

  /** Waits for the end; what the container said is in `output`. */
  async end(name: string): Promise<Executed> {
    const child = this.#running.get(name)!;
    const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.on("close", resolve)));
    this.#running.delete(name);
    return { code, output: this.said(name) };
  }

  /** `docker compose exec`: another program in a container that runs, as its user. */
  async exec(
    name: string,
    { uid, environment }: ContainerSpec,
    words: readonly string[],
    input = "",
  ): Promise<Executed> {
    const target = [
      "--target",
      String(innermost(this.#running.get(name)!.pid!)),
      "--mount",
      "--net",
      "--pid",
      "--root",
    ];
    const inside = [...asUser(uid, []), ...withEnvironment(environment), ...words];
    return run("nsenter", [...target, "--wd=/", ...inside], input);
  }

  /** A program on the network's gateway, which is where requests to a published port come from. */
  async onGateway(words: readonly string[]): Promise<Executed> {
    return run("nsenter", [...this.#inGateway(), ...words], "");
  }

  /** `docker compose stop`: SIGTERM; throws when that does not end it in time. */
  async stop(name: string): Promise<Executed> {
    process.kill(innermost(this.#running.get(name)!.pid!), "SIGTERM");
    const late = setTimeout(() => this.#running.get(name)?.kill("SIGKILL"), END_LIMIT_MS);
    const ended = await this.end(name);
    clearTimeout(late);
    return ended;
  }

  /** Ends whatever runs: with the gateway's process table everything in it goes. */
  async close(): Promise<void> {
    const ended = [...this.#running.values(), this.#gateway].filter(({ exitCode }) => exitCode === null);
    const closed = ended.map((child) => new Promise((resolve) => child.once("close", resolve)));
    for (const child of ended) child.kill("SIGKILL");
    await Promise.all(closed);
  }

  #inGateway(): string[] {
    return ["--target", String(innermost(this.#gateway.pid!)), "--net", "--mount", "--pid"];
  }
}

/** Makes a folder that a volume stands for; Docker gives it the owner that the image's folder has. */
export function makeVolume(folder: string, uid: number): string {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, uid, uid);
  return folder;
}

function asUser(uid: number, capabilities: readonly string[]): string[] {
  const bounding = ["-all", ...capabilities.map((name) => `+${name.toLowerCase()}`)].join(",");
  return [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${uid}`,
    "--clear-groups",
    `--bounding-set=${bounding}`,
    "--no-new-privs",
  ];
}

function withEnvironment(environment: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries({ PATH: TOOLS, ...environment }).map(([name, value]) => `${name}=${value}`);
  return ["env", "-i", "-C", "/tickerbell", ...pairs];
}

/** The process at the end of a chain of those that only wait for their one child; while a chain is still growing, one on the way. */
function innermost(pid: number): number {
  let children = "";
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    // it has just ended
  }
  const [child] = children.split(" ").filter((one) => one !== "");
  return child === undefined ? pid : innermost(Number(child));
}

async function run(program: string, words: readonly string[], input: string): Promise<Executed> {
  const child = spawn(program, words);
  child.stdin.on("error", () => undefined); // a program that failed early reads nothing
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: output + complaints };
}
