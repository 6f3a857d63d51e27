// Where on the axis of prices a thing is true. Conditions, re-arming and the index all speak of regions, so that they cannot mean
// different places.

/** A stretch of prices, ends included unless said otherwise; without an end it goes on for ever. */
export interface Stretch {
  readonly from?: number;
  readonly to?: number;
  /** Its ends themselves do not belong to it. */
  readonly isFromOut?: boolean;
  readonly isToOut?: boolean;
}

/** Stretches that do not meet, lowest first; none: nowhere. */
export type Region = readonly Stretch[];

/** Whether a price lies in the region. */
export function contains(region: Region, price: number): boolean {
  return stretchAt(region, price) !== undefined;
}

/** The stretch of the region that a price lies in; undefined if it is not in the region. */
export function stretchAt(region: Region, price: number): Stretch | undefined {
  return region.find((stretch) => holds(stretch, price));
}

function holds({ from, to, isFromOut, isToOut }: Stretch, price: number): boolean {
  const isAbove = from === undefined || (isFromOut === true ? price > from : price >= from);
  const isBelow = to === undefined || (isToOut === true ? price < to : price <= to);
  return isAbove && isBelow;
}
