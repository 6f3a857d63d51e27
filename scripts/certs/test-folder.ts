// For the tests of this room: a folder of certificates of its own for each test, copied from one that is made once.
import { X509Certificate } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { issueCertificates, type IssueOptions } from "./issue-certificates.ts";
import type { CertificateResult } from "./leaf.ts";

/** A folder that a test may spoil. */
export class TestFolder {
  /** When everything in the folder was made. */
  readonly now = Date.UTC(2026, 5, 1);
  readonly #model = mkdtempSync(join(tmpdir(), "tickerbell-model-"));
  #folder = "";

  /** Makes the set that every test begins with; once for a test file. */
  async prepare(): Promise<void> {
    await issueCertificates({ folder: this.#model, now: this.now });
  }

  /** A new folder with a copy of that set. */
  open(): void {
    this.openEmpty();
    cpSync(this.#model, this.#folder, { recursive: true });
  }

  openEmpty(): void {
    this.#folder = mkdtempSync(join(tmpdir(), "tickerbell-issue-"));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  end(): void {
    rmSync(this.#model, { recursive: true, force: true });
  }

  get path(): string {
    return this.#folder;
  }

  file(name: string): string {
    return join(this.#folder, name);
  }

  /** `make certs` once more. */
  issue(options: Partial<IssueOptions> = {}): Promise<CertificateResult[]> {
    return issueCertificates({ folder: this.#folder, now: this.now, ...options });
  }

  read(name: string): X509Certificate {
    return new X509Certificate(readFileSync(this.file(name)));
  }

  /** The bytes of every file by its name. */
  contents(): Record<string, string> {
    return Object.fromEntries(readdirSync(this.#folder).map((name) => [name, readFileSync(this.file(name), "latin1")]));
  }
}

/** What was done by name: `{ cli: "renewed: …" }`, without what was kept. */
export function changes(results: readonly CertificateResult[]): Record<string, string> {
  const changed = results.filter(({ action }) => action !== "kept");
  return Object.fromEntries(changed.map(({ name, action, reason }) => [name, `${action}: ${reason}`]));
}

/** The AppError with which `run` ends; anything else is thrown on. */
export async function refusalOf(run: Promise<unknown>): Promise<AppError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
