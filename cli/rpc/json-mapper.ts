// JSON as people and programs write it, and messages as proto-loader takes them: names in lowerCamelCase or as in the
// contract, times as RFC 3339, durations as `1.5s`, enum values by their short names. What a message does not know is
// refused by its path, rather than dropped.
import { AppError } from "../../domain/error.ts";
import type { PackageDefinition } from "@grpc/proto-loader";
import {
  durationJson,
  durationWire,
  fieldMaskJson,
  fieldMaskWire,
  timestampJson,
  timestampWire,
} from "./well-known.ts";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

interface WellKnown {
  readonly toWire: (json: unknown, path: string) => unknown;
  readonly toJson: (wire: Record<string, unknown>) => unknown;
}

const WELL_KNOWN: Readonly<Record<string, WellKnown>> = {
  "google.protobuf.Timestamp": { toWire: timestampWire, toJson: timestampJson },
  "google.protobuf.Duration": { toWire: durationWire, toJson: durationJson },
  "google.protobuf.FieldMask": { toWire: fieldMaskWire, toJson: fieldMaskJson },
};

/** Turns JSON into messages and back, by the descriptors that the server sent. */
export class JsonMapper {
  readonly #definitions: PackageDefinition;

  constructor(definitions: PackageDefinition) {
    this.#definitions = definitions;
  }

  /** What to hand to proto-loader for `json`. Throws AppError INVALID_ARGUMENT that names the path of the fault. */
  toWire(json: unknown, type: string, path = ""): unknown {
    const known = WELL_KNOWN[type];
    if (known !== undefined) return known.toWire(json, path);
    if (!isRecord(json)) throw fault(path, `must be an object: ${type}`);
    const fields = this.#fieldsOf(type);
    const entries = Object.entries(json).map(([name, value]) => {
      const field = fields.find((one) => one.name === name || camelCase(one.name) === name);
      const inner = path === "" ? name : `${path}.${name}`;
      if (field === undefined) throw unknownField(inner, type, fields);
      return [field.name, value === null ? undefined : this.#valueToWire(value, field, type, inner)] as const;
    });
    const given = entries.filter(([, value]) => value !== undefined);
    const names = new Set(given.map(([name]) => name));
    if (names.size < given.length) throw fault(path, "names a field twice, by both of its names");
    return Object.fromEntries(given);
  }

  /** The JSON of what proto-loader read. Absent messages are left out, everything else is there. */
  toJson(wire: unknown, type: string): unknown {
    if (!isRecord(wire)) return wire;
    const known = WELL_KNOWN[type];
    if (known !== undefined) return known.toJson(wire);
    const fields = this.#fieldsOf(type).filter(({ name }) => wire[name] != null);
    return Object.fromEntries(
      fields.map((field) => [camelCase(field.name), this.#valueToJson(wire[field.name], field, type)]),
    );
  }

  /** The full name of a type that stands as `name` in `scope`. */
  resolve(name: string, scope: string): string {
    for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf(".")))) {
      const candidate = outer === "" ? name.replace(/^\./, "") : `${outer}.${name}`;
      if (outer === "" || candidate in this.#definitions) return candidate;
    }
  }

  #valueToWire(value: unknown, field: Field, scope: string, path: string): unknown {
    if (field.label !== "LABEL_REPEATED") return this.#oneToWire(value, field, scope, path);
    if (!Array.isArray(value) && this.resolve(field.typeName, scope) in WELL_KNOWN) return value;
    if (!Array.isArray(value)) throw fault(path, "must be a list");
    return value.map((item, at) => this.#oneToWire(item, field, scope, `${path}[${at}]`));
  }

  #oneToWire(value: unknown, field: Field, scope: string, path: string): unknown {
    if (field.type === "TYPE_MESSAGE") return this.toWire(value, this.resolve(field.typeName, scope), path);
    if (field.type === "TYPE_ENUM") return this.#enumToWire(value, this.resolve(field.typeName, scope), path);
    if (field.type === "TYPE_STRING" || field.type === "TYPE_BYTES") {
      return expectType(value, "string", path, "must be a text");
    }
    if (field.type === "TYPE_BOOL") return expectType(value, "boolean", path, "must be true or false");
    return numberToWire(value, field.type, path);
  }

  #valueToJson(value: unknown, field: Field, scope: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#valueToJson(item, field, scope));
    if (field.type === "TYPE_MESSAGE") return this.toJson(value, this.resolve(field.typeName, scope));
    if (field.type !== "TYPE_ENUM" || typeof value !== "string") return value;
    const prefix = this.#enumPrefix(this.resolve(field.typeName, scope));
    return value.startsWith(prefix) ? value.slice(prefix.length) : value;
  }

  #enumToWire(value: unknown, type: string, path: string): unknown {
    if (typeof value === "number") return numberToWire(value, "TYPE_INT32", path);
    const names = this.#enumNames(type);
    const found = names.find((name) => name === value || name === `${this.#enumPrefix(type)}${String(value)}`);
    if (found !== undefined) return found;
    const short = names
      .map((name) => name.slice(this.#enumPrefix(type).length))
      .filter((name) => name !== "UNSPECIFIED");
    throw fault(path, `must be one of ${short.join(", ")}`);
  }

  /** What the names of all values begin with, up to an underscore. */
  #enumPrefix(type: string): string {
    const [first = "", ...others] = this.#enumNames(type);
    let length = first.length;
    for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1;
    return first.slice(0, first.slice(0, length).lastIndexOf("_") + 1);
  }

  #enumNames(type: string): string[] {
    const described = this.#described(type) as { readonly value?: readonly { readonly name: string }[] };
    return (described.value ?? []).map(({ name }) => name);
  }

  #fieldsOf(type: string): readonly Field[] {
    return (this.#described(type) as { readonly field?: readonly Field[] }).field ?? [];
  }

  #described(type: string): object {
    const definition = this.#definitions[type];
    const described = definition !== undefined && "type" in definition ? definition.type : undefined;
    if (typeof described !== "object") throw new Error(`the server did not describe ${type}`);
    return described;
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function expectType(value: unknown, type: string, path: string, words: string): unknown {
  if (typeof value === type) return value;
  throw fault(path, words);
}

/** The bounds of the contract's whole numbers; beyond the second a double tells none from the next. */
const WHOLE: Readonly<Record<string, number>> = { TYPE_INT32: 2 ** 31 - 1, TYPE_INT64: Number.MAX_SAFE_INTEGER };

/** Digits may stand in a text, as JSON of 64-bit numbers has them. A whole number is never cut or wrapped to fit. */
function numberToWire(value: unknown, type: string, path: string): unknown {
  const isText = typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value));
  const number = expectType(isText ? Number(value) : value, "number", path, "must be a number") as number;
  const most = WHOLE[type];
  if (most === undefined || (Number.isInteger(number) && Math.abs(number) <= most)) return number;
  throw fault(path, `must be a whole number from ${-most} to ${most}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownField(path: string, type: string, fields: readonly Field[]): AppError {
  const names = fields.map(({ name }) => camelCase(name)).join(", ");
  return fault(path, `is not a field of ${type}; it has ${names === "" ? "none" : names}`);
}

function fault(path: string, words: string): AppError {
  return AppError.invalidField(path === "" ? "request" : path, "FIELD_INVALID", words);
}
