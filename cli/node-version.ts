const OLDEST: readonly [number, number] = [24, 17];

/** What to tell a person whose Node is too old, with the mend; null when it is new enough. */
export function versionFault(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null;
  return (
    `this is Node ${version}, but Node ${OLDEST.join(".")} or newer is needed\n` +
    "  hint: start it as ./bell, which takes the Node that `make deps` brings along"
  );
}
