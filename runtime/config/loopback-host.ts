/** Whether a host, as a name or an address (IPv6 with or without brackets), means this machine and nothing else. */
export function isLoopbackHost(host: string): boolean {
  return ["localhost", "::1", "[::1]"].includes(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The same, or one of the hosts that BELL_LOCAL_HOSTS declares as good as this machine (in lower case). */
export function isLocalHost(host: string, localHosts: readonly string[]): boolean {
  return isLoopbackHost(host) || localHosts.includes(host.toLowerCase());
}
