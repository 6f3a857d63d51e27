// A picture's own compression. The library's output changes with its version, and a mail's repeat must be byte for byte the
// same; here it is repeats of what came before, written in the fixed code that the format has ready (RFC 1950 and 1951).

/** A repeat is found by its first four bytes; three alone would hardly be shorter than themselves. */
const SHORTEST = 4;
/** The format's limits. */
const LONGEST = 258;
const FARTHEST = 32_768;
const HASH_BITS = 13;
/** Of a longer repeat only the start is remembered: it is empty space, which is found again by any part of it. */
const REMEMBERED = 16;
/** Deflate with a window of 32 kB, no dictionary. */
const ZLIB_HEADER = [0x78, 0x01];
const END_OF_BLOCK = 256;
const ADLER_PRIME = 65_521;
/** After so many bytes the remainder is taken: until then the sums fit into 31 bits, which is fast. */
const ADLER_STRETCH = 3_000;

/** Compresses `data`. Every zlib reads the answer. */
export function deflate(data: Uint8Array): Buffer {
  const bits = new BitWriter(data.length);
  const past = new Past(data);
  bits.write(0b011, 3); // the only block, in the fixed code
  for (let at = 0; at < data.length;) {
    const { length, distance } = past.longestRepeat(at);
    if (length < SHORTEST) {
      writeSymbol(bits, data[at] ?? 0);
      past.remember(at, 1);
      at += 1;
    } else {
      writeRepeat(bits, length, distance);
      past.remember(at, Math.min(length, REMEMBERED));
      at += length;
    }
  }
  writeSymbol(bits, END_OF_BLOCK);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(adler32(data));
  return Buffer.concat([Buffer.from(ZLIB_HEADER), bits.end(), checksum]);
}

/** What was compressed already, found again by its next four bytes; of equal ones only the newest. */
class Past {
  readonly #data: Uint8Array;
  readonly #newest = new Int32Array(1 << HASH_BITS).fill(-1);

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  longestRepeat(at: number): { length: number; distance: number } {
    const earlier = this.#newest[this.#hash(at)] ?? -1;
    const distance = at - earlier;
    if (earlier < 0 || distance > FARTHEST) return { length: 0, distance };
    const limit = Math.min(LONGEST, this.#data.length - at);
    let length = 0;
    while (length < limit && this.#data[earlier + length] === this.#data[at + length]) length += 1;
    return { length, distance };
  }

  remember(from: number, count: number): void {
    for (let at = from; at < from + count; at += 1) this.#newest[this.#hash(at)] = at;
  }

  #hash(at: number): number {
    const data = this.#data;
    const four =
      (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24);
    return Math.imul(four, 0x9e3779b1) >>> (32 - HASH_BITS);
  }
}

/** Bits as the format wants them: the lowest of a byte first. */
class BitWriter {
  readonly #bytes: Buffer;
  #length = 0;
  #pending = 0;
  #count = 0;

  /** Room for data of which nothing repeats: nine bits a byte. */
  constructor(dataLength: number) {
    this.#bytes = Buffer.alloc(dataLength + Math.ceil(dataLength / 8) + 8);
  }

  write(value: number, count: number): void {
    this.#pending |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes[this.#length++] = this.#pending & 0xff;
      this.#pending >>>= 8;
      this.#count -= 8;
    }
  }

  end(): Buffer {
    this.write(0, 7);
    return this.#bytes.subarray(0, this.#length);
  }
}

/** RFC 1951, 3.2.6: a literal byte, the end of the block, or the class of a repeat's length. */
function writeSymbol(bits: BitWriter, symbol: number): void {
  if (symbol < 144) bits.write(reversed(0x30 + symbol, 8), 8);
  else if (symbol < 256) bits.write(reversed(0x190 + symbol - 144, 9), 9);
  else if (symbol < 280) bits.write(reversed(symbol - 256, 7), 7);
  else bits.write(reversed(0xc0 + symbol - 280, 8), 8);
}

/** RFC 1951, 3.2.5: classes double in size, four to a doubling for lengths and two for distances. */
function writeRepeat(bits: BitWriter, length: number, distance: number): void {
  const long = length - 3;
  const lengthExtra = length === LONGEST ? 0 : extraBits(long, 2);
  const lengthClass = length === LONGEST ? 28 : 4 * lengthExtra + (long >> lengthExtra);
  writeSymbol(bits, 257 + lengthClass);
  bits.write(long & ((1 << lengthExtra) - 1), lengthExtra);
  const far = distance - 1;
  const farExtra = extraBits(far, 1);
  bits.write(reversed(2 * farExtra + (far >> farExtra), 5), 5);
  bits.write(far & ((1 << farExtra) - 1), farExtra);
}

/** How many bits of a value its class leaves open, when the class tells the highest bit and `told` more. */
function extraBits(value: number, told: number): number {
  return Math.max(0, 31 - Math.clz32(value) - told);
}

/** Codes are written from their highest bit, unlike everything else. */
function reversed(code: number, count: number): number {
  let result = 0;
  for (let bit = 0; bit < count; bit += 1) result |= ((code >> bit) & 1) << (count - 1 - bit);
  return result;
}

function adler32(data: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let from = 0; from < data.length; from += ADLER_STRETCH) {
    const until = Math.min(data.length, from + ADLER_STRETCH);
    for (let at = from; at < until; at += 1) {
      low += data[at] ?? 0;
      high += low;
    }
    low %= ADLER_PRIME;
    high %= ADLER_PRIME;
  }
  return high * 65_536 + low;
}
