import { parseSymbol } from "../../domain/symbol.ts";
import { nearestWord } from "../../domain/nearest-word.ts";
import { AppError } from "../../domain/error.ts";
import { parseTags } from "../../domain/tags.ts";
import { UsageError } from "../usage-error.ts";

/** The filter that asks for all of the given values; on the wire tags are lower case, other values upper case. Unset ones are left out. */
export function filterFrom(terms: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(terms)
    .filter((term): term is [string, string] => term[1] !== undefined)
    .map(([field, value]) => `${field}=${field === "tag" ? value : value.toUpperCase()}`)
    .join(" AND ");
}

/** A typed `--symbol`, checked here: a filter is the server's language and would be told in it. Throws UsageError. */
export function symbolOption(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : parseSymbol(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new UsageError(error.message.replace(/^symbol: /, "--symbol: "), error.hint);
  }
}

/** A typed `--tag`, checked here for the same reason. Throws UsageError. */
export function tagOption(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : parseTags([text], "--tag")[0];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new UsageError(error.message.replace("--tag[0]", "--tag"), error.hint);
  }
}

/** A typed `--state`, one of the values of the contract's enum. Throws UsageError that names the nearest. */
export function stateOption(text: string | undefined, states: object): string | undefined {
  const known = Object.keys(states)
    .filter((name) => !/^(UNSPECIFIED|UNRECOGNIZED|-?\d+)$/.test(name))
    .map((name) => name.toLowerCase());
  if (text === undefined || known.includes(text.toLowerCase())) return text;
  const offer = nearestWord(text.toLowerCase(), known) ?? "";
  throw new UsageError(`--state: "${text}" is not one of ${known.join(", ")}`, `Did you mean ${offer}?`);
}
