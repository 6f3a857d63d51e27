// What the image holds, as a folder: the files that the Dockerfile copies and .dockerignore lets through, and the libraries that run.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";
import { imagePaths } from "./deployment-files.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
}

/** Whether .dockerignore keeps a file of the copied folders out. */
export function isIgnored(path: string): boolean {
  return path.endsWith(".test.ts") || /(^|\/)(testing|node_modules)(\/|$)/.test(path);
}

/** The libraries that `npm ci --omit=dev --omit=optional` installs, as paths in the project. */
function libraries(): string[] {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package-lock.json"), "utf8")) as Lock;
  const wanted = Object.entries(packages).filter(([path, { dev, optional }]) => path !== "" && !dev && !optional);
  return wanted.map(([path]) => path).filter((path) => existsSync(join(PROJECT_ROOT, path)));
}

/** Fills `folder` as the Dockerfile fills /tickerbell. */
export function writeImageTree(folder: string): void {
  for (const path of imagePaths()) {
    const filter = (source: string) => !isIgnored(source.slice(PROJECT_ROOT.length + 1));
    cpSync(join(PROJECT_ROOT, path), join(folder, path), { recursive: true, filter });
  }
  // A library's own libraries come with it.
  for (const path of libraries().filter((one) => one.lastIndexOf("node_modules/") === 0)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(PROJECT_ROOT, path), join(folder, path), { recursive: true });
  }
}

/** The folders that a program finds at the root of a small Debian, `node` among them; nothing is mounted yet. */
export function writeRootSkeleton(root: string): void {
  for (const name of ["usr", "etc", "proc", "dev", "tmp", "data", "certs", "from", "to", "tickerbell", "node"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  for (const name of ["bin", "sbin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name));
  writeFileSync(join(root, "node/node"), ""); // the Node of the image is mounted on it
}
