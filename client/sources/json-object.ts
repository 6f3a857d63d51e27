/** An object out of JSON.parse; read it through `fieldOf`, since a hostile answer may have any keys. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed value is an object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own field; undefined if it has none, whatever its prototype has. */
export function fieldOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * The field of that name, or of that name with a suffix such as ` - DATA DELAYED BY 15 MINUTES`, which answers to entitled
 * keys carry; undefined if there is none, or more than one.
 */
export function outerField(object: JsonObject, name: string): unknown {
  const names = Object.keys(object).filter((key) => key === name || key.startsWith(`${name} - `));
  return names.length === 1 && names[0] !== undefined ? object[names[0]] : undefined;
}
