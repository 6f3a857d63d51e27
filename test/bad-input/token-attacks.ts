// Ways to get in with a token that is none: those that RFC 8725 warns of, and our own. Each is refused as UNAUTHENTICATED, before anything of
// the call is read.
import { base64url, SignJWT } from "jose";
import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { ErrorReason } from "../../domain/error.ts";
import type { TokenWorld } from "./token-world.ts";

/** One of them. */
export interface TokenAttack {
  /** Completes the sentence "… is nobody". */
  readonly name: string;
  /** What stands behind `Bearer `; or the whole of `authorization`, if it does not stand behind that. */
  readonly token: (world: TokenWorld) => string | Promise<string>;
  readonly isWhole?: boolean;
  /** NOT_LOGGED_IN unless told. */
  readonly reason?: ErrorReason;
}

const stranger = generateKeyPairSync("ed25519");
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
const strangersJwk = (): object => stranger.publicKey.export({ format: "jwk" });

/** Signed with a secret that everybody knows. */
function hmac(world: TokenWorld, secret: string | Buffer): Promise<string> {
  const claims = JSON.parse(Buffer.from(world.unsigned().split(".")[1] ?? "", "base64url").toString()) as object;
  const header = { alg: "HS256", kid: world.key.id, typ: "at+jwt" };
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(Buffer.from(secret));
}

function publicKeyOf({ key }: TokenWorld) {
  return createPublicKey(key.privateKey);
}

/** Signed by a stranger, whose key is where the header says. */
function signedByStranger(name: string, header: (world: TokenWorld) => object): TokenAttack {
  return { name, token: (world) => world.forge({}, { ...header(world) }, stranger.privateKey) };
}

/** Another part in the place of one of a good token's. */
function withPart(token: string, at: number, part: (old: string) => string): string {
  return token
    .split(".")
    .map((old, index) => (index === at ? part(old) : old))
    .join(".");
}

const ALGORITHMS: readonly TokenAttack[] = [
  ...["none", "None", "nOnE", "NONE", ""].map((alg): TokenAttack => ({
    name: `algorithm "${alg}" without a signature`,
    token: (world) => `${world.unsigned({}, { alg })}.`,
  })),
  {
    name: "algorithm none with a good token's signature",
    token: (world) => `${world.unsigned({}, { alg: "none" })}.${world.ann.token.split(".")[2] ?? ""}`,
  },
  {
    name: "HS256 with the public key's PEM as secret",
    token: (world) => hmac(world, publicKeyOf(world).export({ type: "spki", format: "pem" })),
  },
  {
    name: "HS256 with the public key's bytes as secret",
    token: (world) => hmac(world, publicKeyOf(world).export({ type: "spki", format: "der" })),
  },
  { name: "HS256 with the key's name as secret", token: (world) => hmac(world, world.key.id.padEnd(32, "0")) },
  { name: "ES256 with a stranger's key", token: (world) => world.forge({}, { alg: "ES256" }, elliptic.privateKey) },
  { name: "an algorithm that there is not", token: (world) => `${world.unsigned({}, { alg: "EdDSA512" })}.AAAA` },
  { name: "an algorithm that is a list", token: (world) => `${world.unsigned({}, { alg: ["EdDSA"] })}.AAAA` },
];

const KEYS: readonly TokenAttack[] = [
  signedByStranger("a stranger's key under our key's name", () => ({})),
  signedByStranger("another server's key", () => ({ kid: "another-server-1" })),
  signedByStranger("a key that comes along (jwk)", () => ({ jwk: strangersJwk() })),
  signedByStranger("a key that comes along, without a name", () => ({ kid: undefined, jwk: strangersJwk() })),
  signedByStranger("a key to be fetched (jku)", () => ({ jku: "https://127.0.0.1:1/keys.json" })),
  signedByStranger("a certificate to be fetched (x5u)", () => ({ x5u: "https://127.0.0.1:1/chain.pem" })),
  signedByStranger("a certificate that comes along (x5c)", () => ({ x5c: ["MIIB"] })),
  signedByStranger("a certificate's thumbprint (x5t)", () => ({ x5t: "AAAA" })),
  signedByStranger("a key's name that is a way through folders", () => ({ kid: "../../../../dev/null" })),
  signedByStranger("a key's name that is our key's file", ({ key }) => ({ kid: key.file })),
  signedByStranger("a key's name that is SQL", () => ({ kid: "' UNION SELECT 'x" })),
  signedByStranger("a key's name that is a command", () => ({ kid: "| id" })),
  { name: "a key's name that is a list", token: (world) => world.forge({}, { kid: [world.key.id] }) },
  { name: "a key's name that is a number", token: (world) => world.forge({}, { kid: 0 }) },
  { name: "a key's name that every object has", token: (world) => world.forge({}, { kid: "__proto__" }) },
  { name: "no key's name", token: (world) => world.forge({}, { kid: undefined }) },
  { name: "our key, and another beside it (jwk)", token: (world) => world.forge({}, { jwk: strangersJwk() }) },
];

const HEADERS: readonly TokenAttack[] = [
  { name: "another type", token: (world) => world.forge({}, { typ: "JWT" }) },
  { name: "the type of an identity token", token: (world) => world.forge({}, { typ: "id+jwt" }) },
  { name: "no type", token: (world) => world.forge({}, { typ: undefined }) },
  {
    name: "a critical extension that nobody knows",
    token: (world) => `${world.unsigned({}, { crit: ["x"], x: 1 })}.AAAA`,
  },
  { name: "a critical extension that is none", token: (world) => `${world.unsigned({}, { crit: [] })}.AAAA` },
  {
    name: "a payload that is not encoded",
    token: (world) => `${world.unsigned({}, { crit: ["b64"], b64: false })}.AAAA`,
  },
  { name: "a token in a token", token: (world) => world.forge({}, { cty: "JWT" }) },
  { name: "a compressed payload", token: (world) => world.forge({}, { zip: "DEF" }) },
];

const CLAIMS: readonly TokenAttack[] = [
  { name: "another issuer", token: (world) => world.forge({ iss: "evil" }) },
  { name: "no issuer", token: (world) => world.forge({ iss: undefined }) },
  { name: "another audience", token: (world) => world.forge({ aud: "evil" }) },
  { name: "no audience", token: (world) => world.forge({ aud: undefined }) },
  { name: "no end", token: (world) => world.forge({ exp: undefined }) },
  { name: "an end that is text", token: (world) => world.forge({ exp: "never" }) },
  { name: "an end in the past", token: (world) => world.forge({ exp: world.nowS - 1 }), reason: "SESSION_ENDED" },
  {
    name: "an end in ten years of a token of last year",
    token: (world) => world.forge({ exp: world.nowS + 3e8, iat: world.nowS - 3e7, nbf: world.nowS - 3e7 }),
    reason: "SESSION_ENDED",
  },
  { name: "a beginning in ten minutes", token: (world) => world.forge({ nbf: world.nowS + 600 }) },
  { name: "no beginning", token: (world) => world.forge({ nbf: undefined }) },
  { name: "a birth in ten minutes", token: (world) => world.forge({ iat: world.nowS + 600 }) },
  { name: "no birth", token: (world) => world.forge({ iat: undefined }) },
  { name: "no name of its own", token: (world) => world.forge({ jti: undefined }) },
  { name: "no session", token: (world) => world.forge({ sid: undefined }) },
  { name: "no user", token: (world) => world.forge({ sub: undefined }) },
  { name: "a session that never was", token: (world) => world.forge({ sid: "never-was" }), reason: "SESSION_ENDED" },
  { name: "a session that is a list", token: (world) => world.forge({ sid: [["x"]] }), reason: "SESSION_ENDED" },
  {
    name: "the session of one user with another's name",
    token: (world) => world.forge({ sub: world.bob.userId }),
    reason: "SESSION_ENDED",
  },
];

const SHAPES: readonly TokenAttack[] = [
  { name: "garbage", token: () => "garbage" },
  { name: "nothing but dots", token: () => "..." },
  { name: "two dots", token: () => ".." },
  { name: "parts that are no JSON", token: () => "YQ.YQ.YQ" },
  { name: "parts that are no object", token: () => "W10.W10.W10" },
  {
    name: "a header that is nested deeply",
    token: () => `${base64url.encode(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`)}.e30.AAAA`,
  },
  { name: "one dot more", token: ({ ann }) => `${ann.token}.` },
  { name: "one part more", token: ({ ann }) => `${ann.token}.AAAA` },
  { name: "one part less", token: ({ ann }) => ann.token.split(".").slice(0, 2).join(".") },
  { name: "no signature", token: ({ ann }) => withPart(ann.token, 2, () => "") },
  { name: "a changed signature", token: ({ ann }) => withPart(ann.token, 2, (old) => `AAAA${old.slice(4)}`) },
  { name: "a signature of zeros", token: ({ ann }) => withPart(ann.token, 2, () => "A".repeat(86)) },
  {
    name: "another user in a good token",
    token: ({ ann, bob }) => withPart(ann.token, 1, () => bob.token.split(".")[1] ?? ""),
  },
  { name: "an encrypted token's five parts", token: ({ ann }) => `${ann.token}.AAAA.AAAA` },
  {
    name: "a token in JSON's serialisation",
    token: ({ ann }) => {
      const [head = "", payload = "", signature = ""] = ann.token.split(".");
      return JSON.stringify({ payload, signatures: [{ protected: head, signature }] });
    },
  },
  { name: "letters of another alphabet", token: ({ ann }) => ann.token.replaceAll("e", "\u0435") },
  { name: "a line break in it", token: ({ ann }) => ann.token.replace(".", "\t.") },
  { name: "a blank in it", token: ({ ann }) => ann.token.replace(".", " .") },
  { name: "a percent sign for each dot", token: ({ ann }) => ann.token.replaceAll(".", "%2e") },
  { name: "8 kB", token: () => "x".repeat(8_192) },
  { name: "8 kB behind a good token", token: ({ ann }) => `${ann.token}${"A".repeat(8_192)}` },
];

const CARRIAGE: readonly TokenAttack[] = [
  { name: "no token at all", token: () => "", isWhole: true },
  { name: "Bearer alone", token: () => "Bearer", isWhole: true },
  { name: "Bearer and nothing", token: () => "Bearer ", isWhole: true },
  { name: "a token without Bearer", token: ({ ann }) => ann.token, isWhole: true },
  { name: "another scheme", token: ({ ann }) => `Basic ${ann.token}`, isWhole: true },
  {
    name: "user and password as the web has them",
    token: ({ ann }) => `Basic ${Buffer.from(`${ann.email}:${ann.password}`).toString("base64")}`,
    isWhole: true,
  },
  { name: "Bearer twice", token: ({ ann }) => `Bearer Bearer ${ann.token}`, isWhole: true },
  { name: "two tokens", token: ({ ann, bob }) => `Bearer ${ann.token}, Bearer ${bob.token}`, isWhole: true },
  { name: "a token in quotes", token: ({ ann }) => `Bearer "${ann.token}"`, isWhole: true },
];

const ENDED: readonly TokenAttack[] = [
  { name: "a refresh token", token: ({ ann }) => ann.refreshToken },
  {
    name: "the token of a session that was logged out",
    token: ({ loggedOut }) => loggedOut.token,
    reason: "SESSION_ENDED",
  },
  { name: "the token of a suspended user", token: ({ suspended }) => suspended.token, reason: "SESSION_ENDED" },
  { name: "the token of a deleted user", token: ({ deleted }) => deleted.token, reason: "SESSION_ENDED" },
  { name: "a script's token that was revoked", token: ({ revokedToken }) => revokedToken },
  {
    name: "a script's token with one letter changed",
    token: ({ scriptToken }) => scriptToken.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  },
  { name: "a script's token in upper case", token: ({ scriptToken }) => scriptToken.toUpperCase() },
  { name: "a script's token with padding", token: ({ scriptToken }) => `${scriptToken}=` },
  { name: "a script's token without its beginning", token: ({ scriptToken }) => scriptToken.slice(5) },
  {
    name: "what is stored of a script's token",
    token: ({ scriptToken }) => `bell_${createHash("sha256").update(scriptToken).digest("hex")}`,
  },
  { name: "the beginning of a script's token", token: () => "bell_" },
];

/** All of them. */
export const TOKEN_ATTACKS: readonly TokenAttack[] = [
  ...ALGORITHMS,
  ...KEYS,
  ...HEADERS,
  ...CLAIMS,
  ...SHAPES,
  ...CARRIAGE,
  ...ENDED,
];

/** What an attack puts into `authorization`. */
export async function authorizationOf({ token, isWhole = false }: TokenAttack, world: TokenWorld): Promise<string> {
  return isWhole ? token(world) : `Bearer ${await token(world)}`;
}
