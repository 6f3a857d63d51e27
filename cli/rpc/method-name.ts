import { AppError } from "../../domain/error.ts";

/** `QuoteService/GetQuote`, with or without the package, taken apart. Throws AppError INVALID_ARGUMENT. */
export function parseMethodName(text: string): { readonly service: string; readonly method: string } {
  const match = /^\/?([A-Za-z_][\w.]*)[/.]([A-Za-z_]\w*)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw AppError.invalidField("method", "FIELD_INVALID", `"${text}" is not SERVICE/METHOD`, "./bell call lists them");
  }
  return { service: match[1], method: match[2] };
}

/** The one full name that `given` is or ends. Throws AppError NOT_FOUND. */
export function findService(given: string, names: readonly string[]): string {
  const found = names.find((name) => name === given || name.endsWith(`.${given}`));
  if (found !== undefined) return found;
  throw new AppError("NOT_FOUND", "FIELD_INVALID", `the server has no service ${given}; it has ${names.join(", ")}`, {
    hint: "./bell call lists services and methods",
  });
}
