import { loadFileDescriptorSetFromBuffer, type MethodDefinition } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const IMAGE = join(import.meta.dirname, "../../proto/gen/image.binpb");
/** What gRPC's libraries bring along. Their methods are in no contract of ours. */
const OF_LIBRARIES: readonly ContractMethod[] = [
  { name: "Health/Check", path: "/grpc.health.v1.Health/Check", isStream: false, fields: ["service"] },
  { name: "Health/Watch", path: "/grpc.health.v1.Health/Watch", isStream: true, fields: ["service"] },
  { name: "Health/List", path: "/grpc.health.v1.Health/List", isStream: false, fields: [] },
  ...["v1", "v1alpha"].map((version) => ({
    name: `${version}.ServerReflection/ServerReflectionInfo`,
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    isStream: true,
    fields: [],
  })),
];

/** A method that the server has. */
export interface ContractMethod {
  /** `AlertService/GetAlert`. */
  readonly name: string;
  readonly path: string;
  /** Whether it answers as often as it likes. */
  readonly isStream: boolean;
  /** The fields of its request. */
  readonly fields: readonly string[];
}

/** Every method, read from the contract itself: whatever is added there is among them. */
export function contractMethods(): readonly ContractMethod[] {
  const contract = loadFileDescriptorSetFromBuffer(readFileSync(IMAGE), { keepCase: true });
  const services = Object.values(contract).filter((one) => !("format" in one));
  return [...services.flatMap((service) => Object.values(service).map(methodFrom)), ...OF_LIBRARIES];
}

function methodFrom({ path, responseStream, requestType }: MethodDefinition<object, object>): ContractMethod {
  const { field } = requestType.type as { field: readonly { name: string }[] };
  return {
    name: path.replace("/tickerbell.v1.", ""),
    path,
    isStream: responseStream,
    fields: field.map(({ name }) => name),
  };
}
