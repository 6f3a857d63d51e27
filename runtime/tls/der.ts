// A reader for the little DER that a certificate's extensions need. Node prints a certificate's names as one string in
// which an odd name can imitate two; the bytes are not ambiguous.

/** One element: its tag byte and its content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

export const DER_TAG = { boolean: 0x01, bitString: 0x03, octetString: 0x04, oid: 0x06, sequence: 0x30 } as const;

/** Thrown for bytes that are not DER; whoever reads a peer's certificate turns it into a refusal. */
export class DerError extends Error {}

/** The elements that lie side by side in `bytes`; throws DerError if they do not fill it exactly. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const { element, end } = readElement(bytes, offset);
    elements.push(element);
    offset = end;
  }
  return elements;
}

/** The elements inside the only element of `bytes`, which must be a SEQUENCE. */
export function readSequence(bytes: Buffer): DerElement[] {
  const [sequence, ...rest] = readElements(bytes);
  if (sequence?.tag !== DER_TAG.sequence || rest.length > 0) throw new DerError("expected one SEQUENCE");
  return readElements(sequence.content);
}

/** An OBJECT IDENTIFIER as dotted numbers. */
export function readOid(element: DerElement | undefined): string {
  if (element?.tag !== DER_TAG.oid || element.content.length === 0) throw new DerError("expected an OBJECT IDENTIFIER");
  const numbers: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(value)) throw new DerError("an OBJECT IDENTIFIER's number is too large");
    if ((byte & 0x80) !== 0) continue;
    numbers.push(value);
    value = 0;
  }
  const head = numbers[0] ?? 0;
  const first = Math.min(Math.floor(head / 40), 2);
  return [first, head - first * 40, ...numbers.slice(1)].join(".");
}

function readElement(bytes: Buffer, offset: number): { element: DerElement; end: number } {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerError("a tag is cut or too long");
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 4) throw new DerError("a length is not definite or too long");
  const start = offset + 2 + lengthBytes;
  if (start > bytes.length) throw new DerError("a length is cut");
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, lengthBytes);
  const end = start + length;
  if (end > bytes.length) throw new DerError("an element is cut");
  return { element: { tag, content: bytes.subarray(start, end) }, end };
}
