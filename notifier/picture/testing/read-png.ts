// An independent reader for what the encoder writes: the library's inflate, and every length and checksum looked at.
import { crc32, inflateSync } from "node:zlib";

/** A picture as a mail program sees it. */
export interface SeenPicture {
  readonly width: number;
  readonly height: number;
  /** The colour index at a place; throws beyond the edges. */
  indexAt(x: number, y: number): number;
  /** Red, green, blue and alpha of each index. */
  readonly colours: readonly (readonly number[])[];
}

/** Reads a PNG of 4 bits a pixel without filters. Throws for anything else, and for anything torn. */
export function readPng(png: Buffer): SeenPicture {
  const [header, palette, alphas, pixels] = chunksOf(png);
  if (header.toString("hex", 8) !== "0403000000") throw new Error("not 4 bits of palette without interlace");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(pixels);
  const rowLength = 1 + width / 2;
  if (rows.length !== rowLength * height) throw new Error(`${rows.length} bytes of pixels`);
  for (let at = 0; at < rows.length; at += rowLength) if (rows[at] !== 0) throw new Error("a row is filtered");
  const colours = [...alphas].map((alpha, index) => [...palette.subarray(3 * index, 3 * index + 3), alpha]);
  return { width, height, indexAt, colours };

  function indexAt(x: number, y: number): number {
    if (x < 0 || x >= width) throw new RangeError(`no pixel at ${x}, ${y}`);
    const pair = rows.readUInt8(y * rowLength + 1 + Math.floor(x / 2));
    return x % 2 === 0 ? pair >> 4 : pair & 15;
  }
}

/** Header, palette, transparency and pixels: exactly these, in this order. */
function chunksOf(png: Buffer): [Buffer, Buffer, Buffer, Buffer] {
  if (png.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") throw new Error("no PNG");
  let at = 8;
  const chunks = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].map((type) => {
    const end = at + 8 + png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) !== type) throw new Error(`no ${type} at ${at}`);
    if (crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) throw new Error(`a wrong checksum of ${type}`);
    const data = png.subarray(at + 8, end);
    at = end + 4;
    return data;
  });
  if (at !== png.length) throw new Error("something stands behind the end");
  return chunks.slice(0, 4) as [Buffer, Buffer, Buffer, Buffer];
}
