// A certificate is revoked under load: how soon its calls are refused, on the connection that is there and on new ones, and how soon its
// open stream ends. Everybody else goes on.
import { systemClock } from "../../runtime/clock/clock.ts";
import { issueCertificates } from "../../scripts/certs/issue-certificates.ts";
import { revokeCertificate } from "../../scripts/certs/revoke.ts";
import { CertificateWorld, CLIENT_ROLES, type ClientRole, type LiveClient } from "./certificate-world.ts";
import { eventually } from "./eventually.ts";
import { spread } from "./kill-trial.ts";

/** What is promised: for new calls, and for streams that are open. */
const CALLS_LIMIT_MS = 10_000;
const STREAMS_LIMIT_MS = 60_000;
const ASK_EVERY_MS = 50;

export interface RevocationTrialOptions {
  readonly revocations: number;
  readonly onViolation: (text: string) => void;
}

/** The roles in turn. Throws when something does not come back at all. */
export async function runRevocationTrial({
  revocations,
  onViolation,
}: RevocationTrialOptions): Promise<Record<string, number>> {
  const world = await CertificateWorld.open();
  const calls: number[] = [];
  const streams: number[] = [];
  try {
    for (let at = 0; at < revocations; at++) {
      const role = CLIENT_ROLES[at % CLIENT_ROLES.length] ?? "cli";
      const bystander = world.connect(CLIENT_ROLES[(at + 1) % CLIENT_ROLES.length] ?? "cli");
      const seen = await revokeOne(world, role, bystander, onViolation);
      calls.push(seen.callsMs);
      streams.push(seen.streamMs);
      bystander.close();
    }
    return { ...spread("new calls", calls), ...spread("streams", streams) };
  } finally {
    await world.close();
  }
}

async function revokeOne(
  world: CertificateWorld,
  role: ClientRole,
  bystander: LiveClient,
  onViolation: (text: string) => void,
): Promise<{ callsMs: number; streamMs: number }> {
  const client = world.connect(role);
  const other = world.connect(role);
  const { end } = await client.watch();
  if ((await other.ask()) !== "OK") throw new Error(`a sound ${role} was not let in`);
  const beside = await bystander.watch();
  await revokeCertificate({ folder: world.folder, what: role, reason: "trial", now: Date.now() });
  const beganAt = performance.now();
  const [callsMs, streamMs] = await Promise.all([
    refusedAfter(other, beganAt, (answer) => onViolation(`${role}: a new call ended with ${answer}`)),
    inTime(end).then((ended) => {
      if (!/CERTIFICATE_REVOKED/.test(ended)) onViolation(`${role}: its stream ended with ${ended}`);
      return performance.now() - beganAt;
    }),
  ]);
  if (callsMs > CALLS_LIMIT_MS) onViolation(`${role}: new calls were let in for ${Math.round(callsMs)} ms`);
  if (streamMs > STREAMS_LIMIT_MS) onViolation(`${role}: its stream was open for ${Math.round(streamMs)} ms`);
  if ((await bystander.ask()) !== "OK") onViolation(`${bystander.role}: refused although only ${role} was revoked`);
  const isOpen = await Promise.race([beside.end.then(() => false), Promise.resolve(true)]);
  if (!isOpen) onViolation(`${bystander.role}: its stream ended although only ${role} was revoked`);
  await renew(world, role, other);
  client.close();
  other.close();
  return { callsMs, streamMs };
}

/** What never ends ends here. */
async function inTime(end: Promise<string>): Promise<string> {
  const ended = new AbortController();
  const late = systemClock.sleep(STREAMS_LIMIT_MS, ended.signal).then(
    () => "nothing in time",
    () => "",
  );
  return Promise.race([end, late]).finally(() => ended.abort());
}

/** When a call is refused for the first time, after which none may be let in any more. */
async function refusedAfter(client: LiveClient, beganAt: number, onWrong: (answer: string) => void): Promise<number> {
  for (;;) {
    const answer = await client.ask();
    const tookMs = performance.now() - beganAt;
    if (answer === "OK" && tookMs < STREAMS_LIMIT_MS) {
      await systemClock.sleep(ASK_EVERY_MS);
      continue;
    }
    if (!/CERTIFICATE_REVOKED/.test(answer)) onWrong(answer);
    const again = await client.ask();
    if (!/CERTIFICATE_REVOKED/.test(again)) onWrong(again);
    return tookMs;
  }
}

/** Whoever gets a new certificate is let in with it, by a client that was not started anew but connects anew. */
async function renew(world: CertificateWorld, role: ClientRole, refused: LiveClient): Promise<void> {
  const before = refused.certificates.current.serial;
  await issueCertificates({ folder: world.folder, now: Date.now(), roles: [role] });
  await eventually("the new certificate is taken", () => refused.certificates.current.serial !== before);
  const fresh = world.connect(role);
  const answer = await fresh.ask();
  fresh.close();
  if (answer !== "OK") throw new Error(`a renewed ${role} was not let in: ${answer}`);
}
