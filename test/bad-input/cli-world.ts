import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedCertificates } from "../support/shared-certificates.ts";
import { World, type BellResult } from "../support/world.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { writePriceFiles } from "./price-files.ts";
import { UnaryWorld } from "./unary-world.ts";

/** A command line as it is typed after `./bell`, with what stands round it. `{…}` in words and settings names something of the world. */
export interface Typed {
  readonly words: readonly string[];
  readonly input?: string;
  readonly settings?: Environment;
}

/** A person who is logged in at a real server, and the folders and files that the cases name. */
export class CliWorld {
  readonly world: World;
  readonly unary: UnaryWorld;
  readonly #places: Readonly<Record<string, string>>;

  private constructor(world: World, unary: UnaryWorld, places: Readonly<Record<string, string>>) {
    this.world = world;
    this.unary = unary;
    this.#places = places;
  }

  static async open(): Promise<CliWorld> {
    const unary = await UnaryWorld.open();
    const world = await World.open({ BELL_SERVER: unary.server.address });
    const { email, password } = unary.ann;
    await world.does(["login", email], { input: password });
    const folders = await certificateFolders(world.folder);
    const files = sessionFiles(world.folder);
    const places = {
      id: unary.alert.id,
      email,
      folder: world.folder,
      server: unary.server.address,
      prices: writePriceFiles(world.folder),
      ...folders,
      ...files,
    };
    return new CliWorld(world, unary, places);
  }

  /** Types a command, in this process. */
  async type({ words, input = "", settings = {} }: Typed, json = false): Promise<BellResult> {
    const filled = Object.fromEntries(Object.entries(settings).map(([name, text]) => [name, this.#fill(text ?? "")]));
    const typed = words.map((word) => this.#fill(word));
    return this.world.type([...(json ? ["--json"] : []), ...typed], { input, settings: filled });
  }

  async close(): Promise<void> {
    await this.world.close();
    await this.unary.close();
  }

  #fill(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#places[name] ?? whole);
  }
}

/** Folders of certificates that are wrong each in one way. */
async function certificateFolders(parent: string): Promise<Record<string, string>> {
  const certificates = await sharedCertificates();
  const make = (name: string): string => {
    const folder = join(parent, name);
    mkdirSync(folder);
    for (const file of ["ca.crt", "cli.crt", "cli.key"]) cpSync(join(certificates.folder, file), join(folder, file));
    return folder;
  };
  const [openKey, otherAuthority, emptyAuthority] = [
    make("open key"),
    make("other authority"),
    make("empty authority"),
  ];
  chmodSync(join(openKey, "cli.key"), 0o644);
  writeFileSync(join(emptyAuthority, "ca.crt"), "");
  const strange = await certificates.badFiles("cli", "another-ca");
  cpSync(strange.certFile, join(otherAuthority, "cli.crt"));
  cpSync(strange.keyFile, join(otherAuthority, "cli.key"));
  return { openKey, otherAuthority, emptyAuthority };
}

/** Log-ins on disk that cannot be used. */
function sessionFiles(parent: string): Record<string, string> {
  const write = (name: string, text: string, mode: number): string => {
    writeFileSync(join(parent, name), text, { mode });
    chmodSync(join(parent, name), mode);
    return join(parent, name);
  };
  const elsewhere = {
    server: "elsewhere.example:1",
    email: "ann@example.com",
    accessToken: "CANARY",
    accessExpireMs: 9e15,
    refreshToken: "CANARY",
    refreshExpireMs: 9e15,
  };
  return {
    openSession: write("open session.json", "{}", 0o644),
    brokenSession: write("broken session.json", '{"accessToken": "CANARY"', 0o600),
    foreignSession: write("foreign session.json", JSON.stringify(elsewhere), 0o600),
  };
}
