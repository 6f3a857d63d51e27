// A small canvas on which a line, a dashed level and a dot are drawn with smooth edges. Only + - * / and square roots, which
// every machine rounds alike, decide about a pixel: the same drawing is the same bytes everywhere.

/** A place on the canvas in pixels, from the top left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** How much of a pixel an ink covers is told in quarters: more would not be seen, and cost bytes. */
export const FULL_COVER = 4;

/** So far from an edge a pixel is covered in part, in pixels. */
const SMOOTHED = 0.5;

/** The inks, by the number of the empty step below their first: step 3 of MARK_INK is the pixel 7. */
export type Ink = typeof LINE_INK | typeof MARK_INK;
export const LINE_INK = 0;
export const MARK_INK = 4;

/** A dashed line: all in whole pixels, so that its edges are sharp without smoothing. */
export interface Dashes {
  readonly thickness: number;
  readonly length: number;
  readonly gap: number;
}

/** Pixels are 0 for empty, else an ink and how much of the pixel it covers. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
  }

  /** A line through all places, round at its ends and corners. */
  strokePath(path: readonly Place[], thickness: number, ink: Ink): void {
    for (const [index, to] of path.entries()) {
      const from = path[index - 1];
      if (from !== undefined) this.#strokeSegment(from, to, thickness / 2, ink);
    }
  }

  /** A dashed line from edge to edge, its middle as near to `y` as whole pixels allow. */
  strokeDashes(y: number, { thickness, length, gap }: Dashes, ink: Ink): void {
    const top = Math.max(0, Math.min(this.height - thickness, Math.round(y - thickness / 2)));
    for (let row = top; row < top + thickness; row += 1) {
      for (let x = 0; x < this.width; x += length + gap) {
        const start = row * this.width + x;
        this.pixels.fill(ink + FULL_COVER, start, start + Math.min(length, this.width - x));
      }
    }
  }

  fillDisc(center: Place, radius: number, ink: Ink): void {
    this.#eachNear(center, radius, (at, cover) => this.#put(at, ink, cover));
  }

  /** Takes away what was drawn inside the circle. */
  clearDisc(center: Place, radius: number): void {
    this.#eachNear(center, radius, (at, cover) => {
      const pixel = this.pixels[at] ?? 0;
      const left = Math.min(coverOf(pixel), FULL_COVER - cover);
      this.pixels[at] = left === 0 ? 0 : pixel - coverOf(pixel) + left;
    });
  }

  /** Goes along x, or a long slope would have nearly the whole canvas looked at. */
  #strokeSegment(from: Place, to: Place, radius: number, ink: Ink): void {
    const [left, right] = from.x <= to.x ? [from, to] : [to, from];
    const segment = new Segment(left, right);
    const reach = radius + SMOOTHED;
    const [firstX, lastX] = this.#within(left.x - reach, right.x + reach, this.width);
    for (let x = firstX; x <= lastX; x += 1) {
      const near = segment.yAt(x + 0.5 - reach);
      const far = segment.yAt(x + 0.5 + reach);
      const [firstY, lastY] = this.#within(Math.min(near, far) - reach, Math.max(near, far) + reach, this.height);
      for (let y = firstY; y <= lastY; y += 1) {
        this.#put(y * this.width + x, ink, coverAt(segment.distanceTo(x + 0.5, y + 0.5), radius));
      }
    }
  }

  #eachNear(center: Place, radius: number, visit: (at: number, cover: number) => void): void {
    const reach = radius + SMOOTHED;
    const [firstX, lastX] = this.#within(center.x - reach, center.x + reach, this.width);
    const [firstY, lastY] = this.#within(center.y - reach, center.y + reach, this.height);
    for (let y = firstY; y <= lastY; y += 1) {
      for (let x = firstX; x <= lastX; x += 1) {
        visit(y * this.width + x, coverAt(distance(x + 0.5 - center.x, y + 0.5 - center.y), radius));
      }
    }
  }

  /** What covers more of the pixel stays; the later one if they cover alike. */
  #put(at: number, ink: Ink, cover: number): void {
    if (cover > 0 && cover >= coverOf(this.pixels[at] ?? 0)) this.pixels[at] = ink + cover;
  }

  #within(from: number, to: number, size: number): readonly [number, number] {
    return [Math.max(0, Math.floor(from)), Math.min(size - 1, Math.ceil(to))];
  }
}

function coverOf(pixel: number): number {
  return pixel > MARK_INK ? pixel - MARK_INK : pixel;
}

/** A pixel whose middle lies on the edge is half covered. */
function coverAt(distance: number, radius: number): number {
  return Math.round(clamp(radius - distance + SMOOTHED, 0, 1) * FULL_COVER);
}

/** A straight piece of a line, from its left end to its right one. */
class Segment {
  readonly #left: Place;
  readonly #across: number;
  readonly #down: number;
  readonly #square: number;

  constructor(left: Place, right: Place) {
    this.#left = left;
    this.#across = right.x - left.x;
    this.#down = right.y - left.y;
    this.#square = this.#across * this.#across + this.#down * this.#down;
  }

  /** How far down the piece lies at `x`; beyond an end as far as that end. */
  yAt(x: number): number {
    const share = this.#across === 0 ? Number(x > this.#left.x) : clamp((x - this.#left.x) / this.#across, 0, 1);
    return this.#left.y + share * this.#down;
  }

  distanceTo(x: number, y: number): number {
    const offX = x - this.#left.x;
    const offY = y - this.#left.y;
    const share = this.#square === 0 ? 0 : clamp((offX * this.#across + offY * this.#down) / this.#square, 0, 1);
    return distance(offX - share * this.#across, offY - share * this.#down);
  }
}

/** Not Math.hypot: engines round that one differently. */
function distance(across: number, down: number): number {
  return Math.sqrt(across * across + down * down);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
