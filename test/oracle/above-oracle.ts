// When an alert "above" should fire on ticks, written a second time and naively from the rules, without a line of the product:
// the first tick is the baseline, a tick at or above the level after one below it fires, half a percent below arms again.

/** The places, in `closes`, of the ticks that fire it. */
export function firingPlaces(closes: readonly number[], level: number, repeat: "once" | "every"): number[] {
  const rearmLevel = Number(`${Math.round(level * 1e4) * 995}e-7`);
  const places: number[] = [];
  let isArmed = closes[0]! < level;
  for (let place = 1; place < closes.length; place++) {
    const close = closes[place]!;
    if (isArmed && closes[place - 1]! < level && close >= level) {
      places.push(place);
      if (repeat === "once") return places;
      isArmed = false;
    } else if (!isArmed) isArmed = close <= rearmLevel;
  }
  return places;
}
