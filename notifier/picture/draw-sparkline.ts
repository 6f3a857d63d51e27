// A mail's picture: the way of the price, the levels that alerts wait at, and where one fired. It has no background, and its
// colours are as far from white as from the black of dark mail programs, so that it is seen on both.
import { layOutSparkline } from "./sparkline-layout.ts";
import { priceLineFrom, type PriceHistory, type PriceLine } from "./price-line.ts";
import { encodePng, type Colour } from "./png.ts";
import { Canvas, FULL_COVER, LINE_INK, MARK_INK } from "./raster.ts";

/** How large the picture is shown, in CSS pixels. */
export const SPARKLINE_SIZE = { width: 560, height: 120 } as const;
/** What it costs a mail at most, in bytes. */
export const SPARKLINE_LIMIT = 8_000;

/** For prices. */
const BLUE = [0x2f, 0x7d, 0xe1] as const;
/** For levels and the mark: told apart from blue by all eyes, and by their shapes besides. */
const ORANGE = [0xc8, 0x5f, 0x0a] as const;
/** In the order of the canvas's inks. */
export const SPARKLINE_COLOURS: readonly Colour[] = [[0, 0, 0, 0], ...shadesOf(BLUE), ...shadesOf(ORANGE)];

/** In CSS pixels. */
const LINE_WIDTH = 2.5;
const DASHES = { thickness: 2, length: 8, gap: 6 };
const DOT_RADIUS = 5;
/** The empty ring keeps the dot apart from what it lies on. */
const RING_RADIUS = 7.5;

/** More would lie closer together than the line is wide. */
const MOST_POINTS = 200;
/** Pixels of the picture for one of CSS. Sharp if it fits; a wild line is drawn with fewer. No line was found too wild for the last. */
const SCALES = [1.5, 1, 0.75] as const;

/** The history as a PNG below SPARKLINE_LIMIT; the same history is the same bytes. Null if it has fewer than two points. */
export function drawSparkline(history: PriceHistory): Buffer | null {
  const line = priceLineFrom(history);
  if (line === null) return null;
  let png = null;
  for (const scale of SCALES) {
    png = encodePng(paint(line, scale), SPARKLINE_COLOURS);
    if (png.length < SPARKLINE_LIMIT) break;
  }
  return png;
}

function paint(line: PriceLine, scale: number): Canvas {
  const canvas = new Canvas(SPARKLINE_SIZE.width * scale, SPARKLINE_SIZE.height * scale);
  const frame = { width: canvas.width, height: canvas.height, margin: RING_RADIUS * scale };
  const { path, levels, mark } = layOutSparkline(line, frame, MOST_POINTS);
  const dashes = {
    thickness: Math.round(DASHES.thickness * scale),
    length: Math.round(DASHES.length * scale),
    gap: Math.round(DASHES.gap * scale),
  };
  canvas.strokePath(path, LINE_WIDTH * scale, LINE_INK);
  for (const y of levels) canvas.strokeDashes(y, dashes, MARK_INK); // a price at rest must not hide it
  canvas.clearDisc(mark, RING_RADIUS * scale);
  canvas.fillDisc(mark, DOT_RADIUS * scale, MARK_INK);
  return canvas;
}

/** A colour from hardly to fully there. */
function shadesOf([red, green, blue]: readonly [number, number, number]): readonly Colour[] {
  return Array.from({ length: FULL_COVER }, (_, step) => [
    red,
    green,
    blue,
    Math.round((255 * (step + 1)) / FULL_COVER),
  ]);
}
