const TARGET = /^(?:(?:dns|ipv4|ipv6):(?:\/\/[^/]*\/)?)?(?:\[([0-9A-Fa-f:.]+)\]|([^:/,[\]]+)):(\d{1,5})$/;

/** One place to connect to. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Host and port of a gRPC target such as `localhost:8443` or `dns:///[::1]:8443`; undefined if it is not one host with a port. */
export function parseTarget(target: string): HostPort | undefined {
  const match = TARGET.exec(target);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
