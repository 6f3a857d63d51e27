// What the server can do, as the server itself tells: gRPC's server reflection, read with proto-loader.
import { fileURLToPath } from "node:url";
import {
  loadFileDescriptorSetFromBuffer,
  loadSync,
  type AnyDefinition,
  type MethodDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";
import { AppError } from "../../domain/error.ts";
import type { Api } from "../api.ts";
import type { Method } from "../send-stream.ts";

const REFLECTION = "grpc.reflection.v1.ServerReflection";
const OPTIONS = { keepCase: true, longs: Number, enums: String, bytes: String, defaults: true } as const;
const FILE_FIELD_TAG = 0x0a; // FileDescriptorSet's only field, length-delimited

/** A method as proto-loader knows it: any object goes in, any comes out. */
export type AnyMethod = MethodDefinition<object, object>;

interface Question {
  readonly list_services?: string;
  readonly file_containing_symbol?: string;
}

interface Answer {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] } | null;
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly string[] } | null;
  readonly error_response?: { readonly error_message: string } | null;
}

/** The full names of the server's services, but for those that serve tools. */
export async function listServices(api: Api): Promise<string[]> {
  const [answer] = await ask(api, [{ list_services: "*" }]);
  const names = answer?.list_services_response?.service.map(({ name }) => name) ?? [];
  return names.filter((name) => !name.startsWith("grpc.")).sort();
}

/** Every message, enum and service that the named services need. Throws AppError. */
export async function loadDefinitions(api: Api, services: readonly string[]): Promise<PackageDefinition> {
  const answers = await ask(
    api,
    services.map((name) => ({ file_containing_symbol: name })),
  );
  const files = answers.flatMap((answer) => {
    if (answer.error_response != null) throw noService(answer.error_response.error_message);
    return answer.file_descriptor_response?.file_descriptor_proto ?? [];
  });
  const distinct = [...new Set(files)].map((file) => Buffer.from(file, "base64"));
  return loadFileDescriptorSetFromBuffer(fileDescriptorSet(distinct), OPTIONS);
}

/** Whether a definition is a service's: a plain object of methods. */
export function isService(definition: AnyDefinition | undefined): definition is ServiceDefinition {
  return definition !== undefined && !("format" in definition);
}

async function ask(api: Api, questions: readonly Question[]): Promise<readonly Answer[]> {
  return api.exchange(reflectionMethod(), questions);
}

function reflectionMethod(): Method<Question, Answer> {
  const file = fileURLToPath(import.meta.resolve("@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto"));
  const service = loadSync(file, { ...OPTIONS, defaults: false })[REFLECTION];
  if (!isService(service)) throw new Error(`${file} does not describe ${REFLECTION}`);
  return service["ServerReflectionInfo"] as unknown as Method<Question, Answer>;
}

/** The descriptors come one by one; a set of them is their bytes, each with its tag and length before it. */
function fileDescriptorSet(files: readonly Buffer[]): Buffer {
  return Buffer.concat(files.flatMap((file) => [Buffer.from([FILE_FIELD_TAG, ...varint(file.length)]), file]));
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function noService(message: string): AppError {
  return new AppError("NOT_FOUND", "FIELD_INVALID", `the server does not describe that service: ${message}`, {
    hint: "./bell call",
  });
}
