// A picture of at most 16 colours as a PNG (RFC 2083). Nothing in it depends on a library's version or on the time.
import { crc32 } from "node:zlib";
import { deflate } from "./deflate.ts";

/** Red, green, blue, and how opaque: 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Pixels row by row, each the index of its colour. */
export interface IndexedPixels {
  /** Even: two pixels share a byte. */
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BITS_PER_PIXEL = 4;
const PALETTE_TYPE = 3;

/** The picture as a PNG: the same bytes at every time and place. */
export function encodePng(picture: IndexedPixels, colours: readonly Colour[]): Buffer {
  const header = Buffer.alloc(13); // compression, filter and interlace stay 0
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.writeUInt8(BITS_PER_PIXEL, 8);
  header.writeUInt8(PALETTE_TYPE, 9);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(colours.flatMap(([red, green, blue]) => [red, green, blue]))),
    chunk("tRNS", Buffer.from(colours.map(([, , , alpha]) => alpha))),
    chunk("IDAT", deflate(packedRows(picture))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const name = Buffer.from(type, "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data, crc32(name)));
  return Buffer.concat([length, name, data, checksum]);
}

/** Two pixels a byte, the left one in the high half; each row begins with a 0: it is not filtered. */
function packedRows({ width, height, pixels }: IndexedPixels): Uint8Array {
  const rowLength = 1 + width / 2;
  const rows = new Uint8Array(rowLength * height);
  for (let row = 0; row < height; row += 1) {
    const until = (row + 1) * width;
    let at = row * rowLength + 1;
    for (let from = row * width; from < until; from += 2) {
      rows[at] = ((pixels[from] ?? 0) << 4) | (pixels[from + 1] ?? 0);
      at += 1;
    }
  }
  return rows;
}
