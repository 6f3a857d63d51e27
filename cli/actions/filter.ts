/** The filter that asks for all of the given values; values are upper case on the wire. Unset ones are left out. */
export function filterFrom(terms: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(terms)
    .filter((term): term is [string, string] => term[1] !== undefined)
    .map(([field, value]) => `${field}=${value.toUpperCase()}`)
    .join(" AND ");
}
