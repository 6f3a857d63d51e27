import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ROLES, type Role } from "../../domain/role.ts";
import type { TimeMs } from "../../domain/time.ts";
import {
  checkCredentialFiles,
  type CredentialPaths,
  type CredentialProblem,
} from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { certificatesFromPem } from "../../runtime/tls/pem.ts";
import { judgeEnd } from "./certificate-end.ts";
import { fail, warn, type Finding } from "./finding.ts";

const MAKE_CERTS = "make certs";
const AUTHORITY = "authority";
/** Whoever begins a change and forgets its end believes the old one for ever, though it may be why the change was begun. */
const CHANGE_UNDER_WAY = "ca.crt holds an older authority beside the new one: a change is not at its end";
const CHANGE_MEND =
  "./bell certs renew --force, and when every machine has its new certificates ./bell certs renew --drop-old-ca";
const OPEN_TO_OTHERS = 0o077;

/** The authority, and the certificate and key of every role that has any in `folder`; `ownRole` is the one that `bell` itself shows. */
export function checkCertificates(folder: string, ownRole: Role, now: TimeMs): Finding[] {
  const roles = ROLES.filter((role) => role === ownRole || hasAny(credentialPaths(folder, role)));
  const { caFile } = credentialPaths(folder, ownRole);
  if (!existsSync(caFile) && roles.every((role) => !hasAny(credentialPaths(folder, role)))) {
    return [fail("certificates", `there are none in ${folder}`, `${MAKE_CERTS}, or name their folder: BELL_CERTS_DIR`)];
  }
  const looks = roles.map((role) => lookAt(folder, role, now));
  return [
    judgeAuthority(
      caFile,
      looks.flatMap(({ shared }) => shared),
      now,
    ),
    ...looks.map(({ finding }) => finding),
  ];
}

interface RoleLook {
  readonly finding: Finding;
  /** What is wrong with the files that all roles share. */
  readonly shared: readonly CredentialProblem[];
}

function lookAt(folder: string, role: Role, now: TimeMs): RoleLook {
  const paths = credentialPaths(folder, role);
  const { problems } = checkCredentialFiles(paths, { expectedRole: role, now });
  const own = problems.filter(({ file }) => file === paths.certFile || file === paths.keyFile);
  const shared = problems.filter((problem) => !own.includes(problem));
  const name = `certificate ${role}`;
  const finding =
    own.length > 0
      ? failureOf(name, own)
      : judgeEnd(name, basename(paths.certFile), endOf(paths.certFile), now, MAKE_CERTS);
  return { finding, shared };
}

function judgeAuthority(caFile: string, shared: readonly CredentialProblem[], now: TimeMs): Finding {
  const problems = [...shared, ...openKeyOf(caFile)];
  if (problems.length > 0) return failureOf(AUTHORITY, problems);
  const ends = certificatesFromPem(readFileSync(caFile, "latin1")).map(({ validToDate }) => validToDate.getTime());
  const end = judgeEnd(AUTHORITY, basename(caFile), Math.min(...ends), now, MAKE_CERTS);
  return end.state === "ok" && ends.length > 1 ? warn(AUTHORITY, CHANGE_UNDER_WAY, CHANGE_MEND) : end;
}

/** Who reads the authority's key, where it is kept, can be anybody. */
function openKeyOf(caFile: string): CredentialProblem[] {
  const file = join(caFile, "..", "ca.key");
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & OPEN_TO_OTHERS) === 0) return [];
  const message = `is open to other users (mode 0${mode.toString(8)}); whoever has it can be anybody`;
  return [{ file, message, mend: `chmod 600 ${file}` }];
}

/** Each fault once, though several roles met it. */
function failureOf(name: string, problems: readonly CredentialProblem[]): Finding {
  const messages = problems.map(({ file, message }) => `${file} ${message}`);
  const mends = problems.map(({ mend }) => mend);
  return fail(name, [...new Set(messages)].join("; "), [...new Set(mends)].join("; "));
}

function hasAny({ certFile, keyFile }: CredentialPaths): boolean {
  return existsSync(certFile) || existsSync(keyFile);
}

function endOf(certFile: string): TimeMs {
  return new X509Certificate(readFileSync(certFile)).validToDate.getTime();
}
