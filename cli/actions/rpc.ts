import { readFileSync } from "node:fs";
import type { PackageDefinition } from "@grpc/proto-loader";
import { AppError } from "../../domain/error.ts";
import type { Call } from "../call.ts";
import { safeJson } from "../render/neutralise.ts";
import { JsonMapper } from "../rpc/json-mapper.ts";
import { findService, parseMethodName } from "../rpc/method-name.ts";
import { isService, listServices, loadDefinitions, type AnyMethod } from "../rpc/reflection.ts";
import type { Terminal } from "../terminal.ts";

/** `bell call`: every service with its methods, as this server tells them. */
export async function listMethods({ api, output }: Call): Promise<void> {
  const names = await listServices(api);
  const definitions = await loadDefinitions(api, names);
  const methods = names.flatMap((name) =>
    methodsOf(definitions, name).map((method) => ({ method: method.path.slice(1), streams: streamsOf(method) })),
  );
  output.show({ methods }, () =>
    methods.map(({ method, streams }) => (streams === "no" ? method : `${method} (streams: ${streams})`)).join("\n"),
  );
}

/** `bell call SERVICE/METHOD JSON`: answers are JSON always, a line each when the method streams. */
export async function callMethod({ api, context }: Call, name: string, request: string): Promise<void> {
  const { service: given, method: methodName } = parseMethodName(name);
  const json = parseRequest(await readRequest(request, context.terminal));
  const service = findService(given, await listServices(api));
  const definitions = await loadDefinitions(api, [service]);
  const method = findMethod(methodsOf(definitions, service), methodName, service);
  if (method.requestStream) throw notSpoken(method);
  const mapper = new JsonMapper(definitions);
  const [requestType, responseType] = [method.requestType, method.responseType].map(({ type }) =>
    mapper.resolve((type as { name: string }).name, service),
  );
  const wire = mapper.toWire(json, requestType ?? "") as object;
  if (!method.responseStream) {
    const answer = mapper.toJson(await api.unary(method, wire, "known"), responseType ?? "");
    context.terminal.write(`${safeJson(answer, 2)}\n`);
    return;
  }
  for await (const item of api.serverStream(method, wire, "known")) {
    context.terminal.write(`${safeJson(mapper.toJson(item, responseType ?? ""))}\n`);
  }
}

function methodsOf(definitions: PackageDefinition, service: string): AnyMethod[] {
  const definition = definitions[service];
  return isService(definition) ? Object.values(definition) : [];
}

function findMethod(methods: readonly AnyMethod[], name: string, service: string): AnyMethod {
  const found = methods.find(({ path }) => path === `/${service}/${name}`);
  if (found !== undefined) return found;
  const names = methods.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)).join(", ");
  throw new AppError("NOT_FOUND", "FIELD_INVALID", `${service} has no method ${name}; it has ${names}`, {
    hint: "./bell call lists services and methods",
  });
}

function streamsOf({ requestStream, responseStream }: AnyMethod): string {
  if (requestStream) return responseStream ? "both ways" : "requests";
  return responseStream ? "answers" : "no";
}

async function readRequest(text: string, terminal: Terminal): Promise<string> {
  if (text === "-") return terminal.readInput();
  if (!text.startsWith("@")) return text;
  try {
    return readFileSync(text.slice(1), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw AppError.invalidField("request", "FIELD_INVALID", `${text.slice(1)} cannot be read (${code ?? message})`);
  }
}

function parseRequest(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const words = `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw AppError.invalidField("request", "FIELD_INVALID", words, `such as '{"symbol": "AAPL"}'`);
  }
}

function notSpoken({ path }: AnyMethod): AppError {
  return AppError.invalidField(
    "method",
    "FIELD_INVALID",
    `${path.slice(1)} takes a stream of requests`,
    "./bell call sends one request",
  );
}
