// Certificates are renewed again and again, and the authority is changed, under load: on connections that stay, on connections that grow
// old and come back, and on one that is new for each call. Not one call may fail.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../runtime/clock/clock.ts";
import { beginNewAuthority, dropOldAuthorities } from "../../scripts/certs/change-authority.ts";
import { issueCertificates } from "../../scripts/certs/issue-certificates.ts";
import { CertificateWorld, CLIENT_ROLES, type ClientRole, type LiveClient } from "./certificate-world.ts";
import { eventually } from "./eventually.ts";

const ROLES = ["server", ...CLIENT_ROLES] as const;
/** The authority is changed after so many renewals, and after the last. */
const RENEWALS_A_CHANGE = 10;
/** A connection is told to go so soon, so that each is made anew many times. */
const AGE_MS = 3_000;
const PAUSE_MS = 30;

export interface RotationTrialOptions {
  readonly rotations: number;
  readonly onViolation: (text: string) => void;
}

/** Renews everybody's certificate so many times. Throws when new files are not taken at all. */
export async function runRotationTrial({
  rotations,
  onViolation,
}: RotationTrialOptions): Promise<Record<string, number>> {
  const world = await CertificateWorld.open({ ageMs: AGE_MS, ageGraceMs: AGE_MS });
  const load = new Load(world, onViolation);
  let changes = 0;
  try {
    load.start();
    for (let at = 1; at <= rotations; at++) {
      await taken(world, load, () =>
        issueCertificates({ folder: world.folder, now: Date.now(), roles: ROLES, force: true }),
      );
      if (at % RENEWALS_A_CHANGE !== 0 && at !== rotations) continue;
      await changeAuthority(world, load);
      changes += 1;
    }
    await load.stop();
    return {
      "changes of the authority": changes,
      calls: load.calls,
      connections: load.connections,
      streams: load.streams,
    };
  } finally {
    await load.stop();
    await world.close();
  }
}

/** As docs/deployment.md tells: each step once the one before has reached everybody. */
async function changeAuthority(world: CertificateWorld, load: Load): Promise<void> {
  const { folder } = world;
  await taken(world, load, () => beginNewAuthority(folder, Date.now()));
  await taken(world, load, () => issueCertificates({ folder, now: Date.now(), force: true }));
  await taken(world, load, () => dropOldAuthorities(folder, Date.now()));
}

/** Writes new files, and waits until the server and every client that lives on have taken them. */
async function taken(world: CertificateWorld, load: Load, write: () => Promise<unknown>): Promise<void> {
  const before = world.takenCount;
  await write();
  const wanted = (role: string): string => readFileSync(join(world.folder, `${role}.crt`), "latin1");
  const ca = readFileSync(join(world.folder, "ca.crt"), "latin1");
  await eventually("everybody has the new files", () => {
    const isTaken = ({ role, certificates: { current } }: LiveClient): boolean =>
      current.cert.toString("latin1") === wanted(role) && current.ca.toString("latin1") === ca;
    return world.takenCount > before && load.lasting.every(isTaken);
  });
}

/** Calls and streams that go on and on. */
class Load {
  calls = 0;
  connections = 0;
  streams = 0;
  /** The clients that are not made anew. */
  readonly lasting: LiveClient[] = [];
  readonly #world: CertificateWorld;
  readonly #onViolation: (text: string) => void;
  readonly #running: Promise<void>[] = [];
  #isOver = false;

  constructor(world: CertificateWorld, onViolation: (text: string) => void) {
    this.#world = world;
    this.#onViolation = onViolation;
  }

  isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    for (const role of CLIENT_ROLES) {
      const client = this.#world.connect(role);
      this.lasting.push(client);
      this.#running.push(this.#callOn(client), this.#callAnew(role), this.#watchOn(client));
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    for (const client of this.lasting) client.close();
    await Promise.all(this.#running);
  }

  async #callOn(client: LiveClient): Promise<void> {
    while (!this.isOver()) await this.#ask(client, "on a connection that stays");
  }

  async #callAnew(role: ClientRole): Promise<void> {
    while (!this.isOver()) {
      const client = this.#world.connect(role);
      this.connections += 1;
      await this.#ask(client, "on a new connection");
      client.close();
    }
  }

  /** A stream ends when its connection is old, in good order; its process opens the next. */
  async #watchOn(client: LiveClient): Promise<void> {
    while (!this.isOver()) {
      const { end } = await client.watch();
      this.streams += 1;
      const ended = await end;
      if (this.isOver() || ended === "OK" || ended.includes("SERVER_STOPPING")) continue;
      this.#onViolation(`${client.role}: a stream ended with ${ended}`);
    }
  }

  async #ask(client: LiveClient, where: string): Promise<void> {
    const answer = await client.ask();
    if (this.isOver()) return;
    this.calls += 1;
    const isToldToGo = client.role !== "cli" && answer.includes("SERVER_STOPPING"); // it opens a stream, and opens it again
    if (answer !== "OK" && !isToldToGo) {
      this.#onViolation(`${client.role}: a call ${where} ended with ${answer}`);
    }
    await systemClock.sleep(PAUSE_MS);
  }
}
