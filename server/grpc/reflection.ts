import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const IMAGE = join(import.meta.dirname, "../../proto/gen/image.binpb");

/** Lets a client ask for the contract itself; the access table says who may. */
export function addReflection(server: Server): void {
  const files = filesOf(readFileSync(IMAGE));
  new ReflectionService({
    contract: { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos: files },
  }).addToServer(server);
}

/**
 * The files of a FileDescriptorSet, whose only field they are, as they were compiled. What proto-loader makes of them has lost their names
 * and imports, and a client that checks both finds no service in it.
 */
function filesOf(image: Uint8Array): Buffer[] {
  const reader = new BinaryReader(image);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    files.push(Buffer.from(reader.bytes()));
  }
  return files;
}
