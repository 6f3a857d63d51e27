/** Keeps this thread busy, as a machine with too much to do would: what comes meanwhile is all there when it comes to look. */
export function doNothingForMs(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
