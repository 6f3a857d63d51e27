import { isIP } from "node:net";

/** The bits of an IPv6 address that a provider gives to one customer, in groups of 16. */
const CUSTOMER_GROUPS = 4;

/**
 * What counts as one place in the network: an IPv4 address; of an IPv6 address its first 64 bits, for whoever has one has all 2^64 behind
 * it. What is no address (a socket's file) counts as it is.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  const groups = groupsOf(plain).slice(0, CUSTOMER_GROUPS);
  return `${groups.join(":")}::/64`;
}

/** The eight groups, without zeros in front. */
function groupsOf(address: string): string[] {
  const { hostname } = new URL(`http://[${address}]`); // in the one form that everybody writes
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return tail === undefined ? before : [...before, ...zeros, ...after];
}
