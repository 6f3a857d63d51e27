// The files that tell how Tickerbell is deployed, read as what runs them reads them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";

/** A service of docker-compose.yml, as far as it is looked at. */
export interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly (string | Readonly<Record<string, unknown>>)[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  readonly init?: boolean;
  readonly restart?: string;
  readonly tmpfs?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly network_mode?: string;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly disable?: boolean };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** One line of a Dockerfile, continuations joined: COPY, and what it says. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

export function readText(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), "utf8");
}

export function readCompose(): ComposeFile {
  return parse(readText("docker-compose.yml"), { merge: true }) as ComposeFile;
}

/** The stages of the Dockerfile, each from its FROM on; the last one is the image. */
export function readStages(): Instruction[][] {
  const text = readText("Dockerfile")
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, " ");
  const stages: Instruction[][] = [];
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
    const [word = "", ...rest] = line.trim().split(/\s+/);
    if (word === "FROM") stages.push([]);
    stages.at(-1)?.push({ word, rest: rest.join(" ") });
  }
  return stages;
}

/** What the last stage copies out of the checkout, one path each. */
export function imagePaths(): string[] {
  const copies = readStages()
    .at(-1)!
    .filter(({ word, rest }) => word === "COPY" && !rest.startsWith("--from"));
  return copies.flatMap(({ rest }) => rest.split(" ").slice(0, -1));
}

/** The variables that the image sets. */
export function imageEnvironment(): Record<string, string> {
  const lines = readStages()
    .at(-1)!
    .filter(({ word }) => word === "ENV");
  const pairs = lines.flatMap(({ rest }) => rest.split(" ").map((pair) => pair.split("=", 2) as [string, string]));
  return Object.fromEntries(pairs);
}

/** A systemd unit's keys with all their values, whatever their section. */
export function readUnit(name: string): Map<string, string[]> {
  const unit = new Map<string, string[]>();
  for (const [, key = "", value = ""] of readText(`deploy/systemd/${name}`).matchAll(/^([A-Za-z]+)=(.*)$/gm)) {
    unit.set(key, [...(unit.get(key) ?? []), value]);
  }
  return unit;
}
