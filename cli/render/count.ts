/** A number of things, for people: `1 quote`, `1,200 quotes`. */
export function renderCount(count: number, one: string): string {
  return `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;
}
