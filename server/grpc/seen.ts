import type { Metadata } from "@grpc/grpc-js";
import type { Seen } from "../session-store.ts";

const MAX_CLIENT_LENGTH = 100;
/** How an IPv4 address looks to a listener that takes both kinds. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;

/** Where a call comes from, and what its client says it is. */
export function seenFrom(remoteAddress: string | undefined, metadata: Metadata): Seen {
  const said = metadata.get("user-agent").join(" ");
  return {
    address: (remoteAddress ?? "").replace(MAPPED_IPV4, ""),
    client: said.replace(/[^ -~]/g, "?").slice(0, MAX_CLIENT_LENGTH),
  };
}
