/** What a peer may be, by the URI SAN of its certificate: `spiffe://tickerbell/ROLE/NAME`. */
export const ROLES = ["server", "fetcher", "notifier", "gateway", "cli", "operator"] as const;
export type Role = (typeof ROLES)[number];

export interface Peer {
  readonly role: Role;
  readonly name: string;
}
