import type { Role } from "../../domain/role.ts";
import type { CertificateFault } from "../../scripts/certs/test-certificates.ts";
import type { Proofs } from "./access-policy.ts";

/** What a caller shows when it connects: a role's certificate, a bad one of bell's, one that was revoked, none, or no TLS at all. */
export type Certificate = Role | CertificateFault | "revoked" | "none" | "plaintext";

/** What a caller says of its user. */
export type Bearer =
  | "nobody"
  | "garbage"
  | "user"
  | "script"
  | "operator"
  | "operator's script"
  | "suspended user"
  | "user who has logged out"
  | "deleted user"
  | "refresh token"
  | "expired access token"
  | "revoked script"
  | "expired script";

/** One kind of caller. */
export interface CallerKind {
  readonly certificate: Certificate;
  readonly bearer: Bearer;
}

const unreachable = { refusal: "UNAVAILABLE SERVER_UNREACHABLE" }; // the handshake fails: nobody is there to say why
const noIdentity = { refusal: "UNAUTHENTICATED CERTIFICATE_IDENTITY" };
const notLoggedIn = { refusal: "UNAUTHENTICATED NOT_LOGGED_IN" };
const ended = { refusal: "UNAUTHENTICATED SESSION_ENDED" };

/** What each certificate proves, by hand. */
const CERTIFICATES: Readonly<Record<Exclude<Certificate, "wrong-role" | "wrong-host">, Proofs["certificate"]>> = {
  none: unreachable,
  plaintext: unreachable,
  expired: unreachable,
  "not-yet-valid": unreachable,
  "another-ca": unreachable,
  "self-signed": unreachable,
  "wrong-eku": unreachable,
  "no-eku": noIdentity,
  "no-uri": noIdentity,
  "two-uris": noIdentity,
  "wrong-domain": noIdentity,
  "unknown-role": noIdentity,
  "role-in-name-only": noIdentity,
  "ca-true": noIdentity,
  "key-cert-sign": noIdentity,
  revoked: { refusal: "UNAUTHENTICATED CERTIFICATE_REVOKED" },
  server: "server",
  fetcher: "fetcher",
  notifier: "notifier",
  gateway: "gateway",
  cli: "cli",
  operator: "operator",
};

/** Whom each bearer speaks for, by hand. */
const BEARERS: Readonly<Record<Bearer, Proofs["bearer"]>> = {
  nobody: notLoggedIn,
  garbage: notLoggedIn,
  user: "user",
  script: "script",
  operator: "operator",
  "operator's script": "operator's script",
  "suspended user": ended,
  "user who has logged out": ended,
  "deleted user": ended,
  "refresh token": notLoggedIn,
  "expired access token": ended,
  "revoked script": notLoggedIn,
  "expired script": notLoggedIn,
};

const ROLES: readonly Role[] = ["server", "fetcher", "notifier", "gateway", "cli", "operator"];

/** Whether it is a good one. */
export function isRole(certificate: Certificate): certificate is Role {
  return (ROLES as readonly string[]).includes(certificate);
}

/** Every kind of caller: each bad certificate with a good user, each role with and without a user, each bearer with a good certificate. */
export const CALLER_KINDS: readonly CallerKind[] = [
  ...(Object.keys(CERTIFICATES) as Certificate[])
    .filter((certificate) => !isRole(certificate))
    .map((certificate): CallerKind => ({ certificate, bearer: "user" })),
  ...ROLES.map((certificate): CallerKind => ({ certificate, bearer: "nobody" })),
  ...ROLES.map((certificate): CallerKind => ({ certificate, bearer: "user" })),
  ...(Object.keys(BEARERS) as Bearer[])
    .filter((bearer) => bearer !== "nobody" && bearer !== "user")
    .map((bearer): CallerKind => ({ certificate: "cli", bearer })),
  { certificate: "gateway", bearer: "operator" },
  { certificate: "operator", bearer: "operator" },
  { certificate: "gateway", bearer: "script" },
  { certificate: "operator", bearer: "script" },
  { certificate: "fetcher", bearer: "operator" },
  { certificate: "fetcher", bearer: "script" },
];

/** What a kind of caller proves. */
export function proofsOf({ certificate, bearer }: CallerKind): Proofs {
  const proofs = (CERTIFICATES as Partial<Record<Certificate, Proofs["certificate"]>>)[certificate];
  if (proofs === undefined) throw new Error(`nobody has said what the certificate "${certificate}" proves`);
  return { certificate: proofs, bearer: BEARERS[bearer] };
}

/** `cli, script`. */
export function nameOf({ certificate, bearer }: CallerKind): string {
  return `${certificate}, ${bearer}`;
}
