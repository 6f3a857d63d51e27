import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { CredentialProblem } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { folderState, rolesIn, type CertificateState, type FolderState } from "../../scripts/certs/folder-status.ts";
import { judgeEnd } from "./certificate-end.ts";
import { fail, warn, type Finding } from "./finding.ts";

const MAKE_CERTS = "make certs";
const AUTHORITY = "authority";
/** Whoever begins a change and forgets its end believes the old one for ever, though it may be why the change was begun. */
const CHANGE_UNDER_WAY = "ca.crt holds an older authority beside the new one: a change is not at its end";
const CHANGE_MEND =
  "./bell certs renew --force, and when every machine has its new certificates ./bell certs renew --drop-old-ca";

/** The authority, and the certificate and key of every role that has any in `folder`; `ownRole` is the one that `bell` itself shows. */
export function checkCertificates(folder: string, ownRole: Role, now: TimeMs): Finding[] {
  const roles = rolesIn(folder);
  if (roles.length === 0 && !existsSync(credentialPaths(folder, ownRole).caFile)) {
    return [fail("certificates", `there are none in ${folder}`, `${MAKE_CERTS}, or name their folder: BELL_CERTS_DIR`)];
  }
  const state = folderState(folder, now, roles.includes(ownRole) ? roles : [...roles, ownRole]);
  const leaves = state.certificates.filter((one) => !isAuthority(one));
  return [judgeAuthority(state, now), ...leaves.map((one) => judgeLeaf(one, now))];
}

/** With the list of revoked certificates, which belongs to no role. */
function judgeAuthority({ certificates, revocations }: FolderState, now: TimeMs): Finding {
  const authorities = certificates.filter(isAuthority);
  const listFaults = revocations.fault === null ? [] : [revocations.fault];
  const problems = [...authorities.flatMap(({ faults }) => faults), ...listFaults];
  if (problems.length > 0) return failureOf(AUTHORITY, problems);
  const ends = authorities.map(({ notAfter }) => notAfter ?? now);
  const finding = judgeEnd(AUTHORITY, "ca.crt", Math.min(...ends), now, MAKE_CERTS);
  return finding.state === "ok" && ends.length > 1 ? warn(AUTHORITY, CHANGE_UNDER_WAY, CHANGE_MEND) : finding;
}

function judgeLeaf({ name: role, file, notAfter, faults }: CertificateState, now: TimeMs): Finding {
  const name = `certificate ${role}`;
  if (faults.length > 0 || notAfter === null) return failureOf(name, faults);
  return judgeEnd(name, basename(file), notAfter, now, MAKE_CERTS);
}

function isAuthority({ name }: CertificateState): boolean {
  return name === "ca" || name === "older ca";
}

/** Each fault once, though two authorities have it. */
function failureOf(name: string, problems: readonly CredentialProblem[]): Finding {
  const messages = problems.map(({ file, message }) => `${file} ${message}`);
  const mends = problems.map(({ mend }) => mend);
  return fail(name, [...new Set(messages)].join("; "), [...new Set(mends)].join("; "));
}
