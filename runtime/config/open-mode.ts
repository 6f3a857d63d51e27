const OPEN_TO_OTHERS = 0o077;

/** The mode of a file that others than its owner can get at, as people write it: `0644`; null when it is its owner's alone. */
export function openMode(mode: number): string | null {
  return (mode & OPEN_TO_OTHERS) === 0 ? null : `0${(mode & 0o777).toString(8)}`;
}
