import type { Address } from "./setting-types.ts";

/** host:port, IPv6 in brackets: as people write it and grpc-js takes it. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
