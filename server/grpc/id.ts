import { AppError } from "../../domain/error.ts";

const ID = /^[\w-]{1,64}$/;

/** An id from a request, in the form of those that the server gives out. Throws INVALID_ARGUMENT. */
export function idFrom(text: string, field = "id"): string {
  if (text === "") throw AppError.invalidField(field, "FIELD_REQUIRED", "must be set");
  if (!ID.test(text)) throw AppError.invalidField(field, "FIELD_INVALID", "is not an id");
  return text;
}
