// The contract as it was at the first release, frozen: what was built with it then must go on working. `make lint` holds
// today's contract against the same file.
import { loadPackageDefinition, type ChannelCredentials, type ChannelOptions, type GrpcObject } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, type PackageDefinition, type ServiceDefinition } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const IMAGE = join(import.meta.dirname, "contract-v1.binpb");

/** A message as proto-loader has it: a plain object. */
export type PlainMessage = Record<string, unknown>;

/** The frozen contract, read as a program of that time would read it. */
function contractV1(): PackageDefinition {
  return loadFileDescriptorSetFromBuffer(readFileSync(IMAGE), { longs: Number, enums: String, oneofs: true });
}

/** A client of that time: its methods by name, which start in lower case. */
type ClientV1 = Record<string, (...words: unknown[]) => unknown> & { close(): void };
type ClientClassV1 = new (address: string, credentials: ChannelCredentials, options: ChannelOptions) => ClientV1;

/** The client of a service of that time. */
export function clientV1(service: string): ClientClassV1 {
  const { tickerbell } = loadPackageDefinition(contractV1());
  return ((tickerbell as GrpcObject)["v1"] as GrpcObject)[service] as unknown as ClientClassV1;
}

/** A service of that time, to be implemented. */
export function serviceV1(service: string): ServiceDefinition {
  return contractV1()[`tickerbell.v1.${service}`] as ServiceDefinition;
}
