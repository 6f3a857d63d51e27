// The files of a process that runs for months: its certificate, key and authorities, and the list of who was revoked. They are looked
// at every few seconds, and what is new and sound is in force from then on, without a restart. Looking is reading: what tells a
// program of changed files differs from system to system, and fails without a word where folders are mounted.
import type { TLSSocket } from "node:tls";
import type { AppError } from "../../domain/error.ts";
import type { Role } from "../../domain/role.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../clock/clock.ts";
import type { Log } from "../log/log.ts";
import {
  errorFromProblems,
  loadCredentialFiles,
  revocationProblem,
  type CredentialFiles,
  type CredentialPaths,
} from "./credential-files.ts";
import { ExpiryNotice } from "./expiry-notice.ts";
import { OwnCredentials } from "./own-credentials.ts";
import { peerFault, type LivingCertificate } from "./peer-fault.ts";
import { RevocationFile, revocationFileOf } from "./revocation-file.ts";
import type { Revocation } from "./revocation-list.ts";

/** How often the files are looked at: what is changed is in force for new connections after so long. */
export const LOOK_EVERY_MS = 2 * SECOND_MS;

export interface LiveCredentialsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** What a process shows its peers and holds against them, as it is at present. */
export class LiveCredentials {
  readonly #own: OwnCredentials;
  readonly #revocations: RevocationFile;
  readonly #notice: ExpiryNotice;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #connections = new Set<TLSSocket>();
  #onReplaced: (files: CredentialFiles) => void = () => undefined;
  #onRevoked: (added: readonly Revocation[]) => void = () => undefined;

  private constructor(own: OwnCredentials, revocations: RevocationFile, { clock, log }: LiveCredentialsDeps) {
    this.#own = own;
    this.#revocations = revocations;
    this.#notice = new ExpiryNotice(clock, log);
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Reads the files; nothing looks at them again before `watch`.
   * @throws AppError FAILED_PRECONDITION TLS_SETUP that names every fault, also one in the list of revoked certificates.
   */
  static open(paths: CredentialPaths, role: Role, deps: LiveCredentialsDeps): LiveCredentials {
    const files = loadCredentialFiles(paths, { expectedRole: role, now: deps.clock.now() });
    const revocations = RevocationFile.open(revocationFileOf(paths));
    if (typeof revocations === "string") throw errorFromProblems([revocationProblem(paths, revocations)]);
    return new LiveCredentials(new OwnCredentials(files, role, deps.clock), revocations, deps);
  }

  get current(): CredentialFiles {
    return this.#own.current;
  }

  /** How many certificates are revoked, and what is wrong with the file that says so; null while nothing is. */
  get revocations(): { readonly count: number; readonly fault: string | null } {
    const { list, fault } = this.#revocations;
    return { count: list.size, fault };
  }

  /** Tells one listener of each set of files that comes into force. */
  onReplaced(listener: (files: CredentialFiles) => void): void {
    this.#onReplaced = listener;
  }

  /** Tells one listener of each change of the list, with who was not on it before. */
  onRevoked(listener: (added: readonly Revocation[]) => void): void {
    this.#onRevoked = listener;
  }

  /** Looks at the files every two seconds until `close`. */
  watch(): void {
    this.#noticeOwn();
    void this.#lookOn();
  }

  close(): void {
    this.#stop.abort();
  }

  /** Looks at the files now. Whoever is about to connect does, so that it need not wait. Never throws. */
  look(): void {
    this.#lookAtRevocations();
    this.#lookAtOwn();
    this.#noticeOwn();
    for (const socket of this.#connections) this.#review(socket);
  }

  /** Why this peer is not to be heard any more; null while all is well. */
  faultOf(certificate: LivingCertificate): AppError | null {
    return peerFault(certificate, this.#revocations.list, this.#clock.now());
  }

  /** Tells in the log when a peer's certificate is near its end, once for each threshold. */
  noticePeer(name: string, { serialNumber, valid_to: validTo }: LivingCertificate): void {
    this.#notice.look({ name, serial: serialNumber, notAfter: Date.parse(validTo) });
  }

  /** Cuts a connection that this process has begun as soon as the certificate at its other end is revoked or at its end. */
  guard(socket: TLSSocket): void {
    this.#connections.add(socket);
    socket.once("close", () => this.#connections.delete(socket));
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stop;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (!isOver()) this.look();
    }
  }

  #lookAtOwn(): void {
    const look = this.#own.look(this.#revocations.list);
    if (look.state === "bad") {
      const faults = look.problems.map(({ file, message }) => `${file} ${message}`).join("; ");
      const text = "the new certificate or key does not do, the old one stays in use";
      this.#log.error({ faults, mend: [...new Set(look.problems.map(({ mend }) => mend))].join("; ") }, text);
    }
    if (look.state !== "replaced") return;
    const { serial, notAfter } = look.files;
    this.#log.info({ serial, expire_time: new Date(notAfter).toISOString() }, "new certificate files are in use");
    this.#onReplaced(look.files);
  }

  #lookAtRevocations(): void {
    const look = this.#revocations.look();
    const { file } = this.#revocations;
    if (look.state === "bad") {
      const entries = this.#revocations.list.size;
      this.#log.error(
        { file, entries },
        `the list of revoked certificates ${look.fault}; the last good one stays in force`,
      );
    }
    if (look.state !== "changed") return;
    this.#log.info({ file, entries: look.list.size }, "a new list of revoked certificates is in force");
    const own = look.list.find(this.current.serial);
    if (own !== undefined) this.#log.error({ file, serial: own.serial }, "this process's own certificate is revoked");
    this.#onRevoked(look.added);
  }

  #noticeOwn(): void {
    const { paths, serial, notAfter } = this.current;
    this.#notice.look({ name: paths.certFile, serial, notAfter });
  }

  #review(socket: TLSSocket): void {
    if (socket.destroyed) return;
    const fault = this.faultOf(socket.getPeerCertificate());
    if (fault === null) return;
    this.#log.error({ reason: fault.reason, peer: socket.remoteAddress }, `a connection is cut: ${fault.message}`);
    socket.destroy();
  }
}
