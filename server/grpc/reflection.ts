import type { Server } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const IMAGE = join(import.meta.dirname, "../../proto/gen/image.binpb");

/** Lets a client ask for the contract itself; the access table says who may. */
export function addReflection(server: Server): void {
  new ReflectionService(loadFileDescriptorSetFromBuffer(readFileSync(IMAGE))).addToServer(server);
}
