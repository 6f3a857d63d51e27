import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";

/** Loopback ports on which nobody listens, all different; somebody else may take one before it is used, though rarely. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map(listen));
  for (const server of servers) server.close();
  return ports;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
