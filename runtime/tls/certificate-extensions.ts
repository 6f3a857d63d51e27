import { DER_TAG, DerError, readElements, readOid, readSequence, type DerElement } from "./der.ts";

/** What a certificate says of its own use. */
export interface CertificateExtensions {
  /** Every URI among the subject's alternative names, byte for byte as Latin-1. */
  readonly uris: readonly string[];
  readonly isAuthority: boolean;
  readonly signsCertificates: boolean;
  readonly signsRevocationLists: boolean;
  /** Dotted object identifiers; empty when the extension is missing. */
  readonly extendedKeyUsages: readonly string[];
}

const OID = {
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extendedKeyUsage: "2.5.29.37",
};
const URI_TAG = 0x86; // GeneralName's choice [6]
const EXTENSIONS_TAG = 0xa3; // TBSCertificate's field [3]
const KEY_CERT_SIGN_BIT = 5;
const CRL_SIGN_BIT = 6;

/** Reads the extensions of a certificate's DER; throws DerError if they are malformed or one stands there twice. */
export function readCertificateExtensions(raw: Buffer): CertificateExtensions {
  const values = extensionValues(raw);
  const usage = values.get(OID.keyUsage);
  return {
    uris: urisOf(values.get(OID.alternativeName)),
    isAuthority: isAuthority(values.get(OID.basicConstraints)),
    signsCertificates: hasBit(usage, KEY_CERT_SIGN_BIT),
    signsRevocationLists: hasBit(usage, CRL_SIGN_BIT),
    extendedKeyUsages: oidsOf(values.get(OID.extendedKeyUsage)),
  };
}

function extensionValues(raw: Buffer): Map<string, Buffer> {
  const [tbs] = readSequence(raw);
  if (tbs?.tag !== DER_TAG.sequence) throw new DerError("expected a certificate");
  const wrapper = readElements(tbs.content).find((field) => field.tag === EXTENSIONS_TAG);
  const values = new Map<string, Buffer>();
  for (const extension of wrapper === undefined ? [] : readSequence(wrapper.content)) {
    const parts = readElements(extension.content);
    const oid = readOid(parts[0]);
    const value = parts.at(-1);
    if (value?.tag !== DER_TAG.octetString) throw new DerError(`extension ${oid} has no value`);
    if (values.has(oid)) throw new DerError(`extension ${oid} stands there twice`);
    values.set(oid, value.content);
  }
  return values;
}

function urisOf(value: Buffer | undefined): string[] {
  const names = value === undefined ? [] : readSequence(value);
  return names.filter((name) => name.tag === URI_TAG).map((name) => name.content.toString("latin1"));
}

function isAuthority(value: Buffer | undefined): boolean {
  const flag: DerElement | undefined = value === undefined ? undefined : readSequence(value)[0];
  return flag?.tag === DER_TAG.boolean && flag.content[0] !== 0;
}

/** Bit 0 is the highest bit of the first byte after the count of unused bits. */
function hasBit(value: Buffer | undefined, bit: number): boolean {
  if (value === undefined) return false;
  const [bits] = readElements(value);
  if (bits?.tag !== DER_TAG.bitString) throw new DerError("expected a BIT STRING");
  return ((bits.content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0;
}

function oidsOf(value: Buffer | undefined): string[] {
  return value === undefined ? [] : readSequence(value).map(readOid);
}
