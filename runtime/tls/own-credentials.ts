import { readFileSync, statSync } from "node:fs";
import type { Role } from "../../domain/role.ts";
import type { Clock } from "../clock/clock.ts";
import { checkCredentialFiles, type CredentialFiles, type CredentialProblem } from "./credential-files.ts";
import type { RevocationList } from "./revocation-list.ts";

/** What one look at the three files found. */
export type CredentialLook =
  | { readonly state: "same" }
  /** They are in force from now on, for every new connection. */
  | { readonly state: "replaced"; readonly files: CredentialFiles }
  /** They do not do, and the last good ones stay in force; told once for each way in which they do not. */
  | { readonly state: "bad"; readonly problems: readonly CredentialProblem[] };

/**
 * A process's own three files, looked at again and again. They are taken together or not at all. Whoever writes them writes one after
 * the other, so what does not fit together is believed to be wrong only when the next look finds it so too.
 */
export class OwnCredentials {
  readonly #role: Role;
  readonly #clock: Pick<Clock, "now">;
  #current: CredentialFiles;
  /** Not from the beginning: the files may have changed since they were loaded. */
  #seen: string | null = null;
  #doubted: string | null = null;

  /** `files` are what `loadCredentialFiles` has found. */
  constructor(files: CredentialFiles, role: Role, clock: Pick<Clock, "now">) {
    this.#current = files;
    this.#role = role;
    this.#clock = clock;
  }

  get current(): CredentialFiles {
    return this.#current;
  }

  /** Reads the files again. Never throws. */
  look(revoked: RevocationList): CredentialLook {
    const seen = fingerprint(this.#current);
    if (seen === this.#seen) return { state: "same" };
    const { paths } = this.#current;
    const check = checkCredentialFiles(paths, { expectedRole: this.#role, now: this.#clock.now(), revoked });
    if (check.files === undefined && this.#doubted !== seen) {
      this.#doubted = seen;
      return { state: "same" };
    }
    this.#seen = seen;
    this.#doubted = null;
    if (check.files === undefined) return { state: "bad", problems: check.problems };
    if (isSame(check.files, this.#current)) return { state: "same" };
    this.#current = check.files;
    return { state: "replaced", files: check.files };
  }
}

/** The bytes of the three files and who may read the key; what cannot be read has its own mark. */
function fingerprint({ paths: { caFile, certFile, keyFile } }: CredentialFiles): string {
  return JSON.stringify([...[caFile, certFile, keyFile].map(textOf), modeOf(keyFile)]);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown error";
  }
}

function modeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
}

function isSame(one: CredentialFiles, other: CredentialFiles): boolean {
  return one.ca.equals(other.ca) && one.cert.equals(other.cert) && one.key.equals(other.key);
}
