import { AppError } from "../../domain/error.ts";

/** The AppError with which something ends; anything else is thrown on. */
export async function refusalOf(run: Promise<unknown>): Promise<AppError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** What is refused of a request, all of it, as `field REASON`. */
export async function problemsOf(run: Promise<unknown>): Promise<string[]> {
  const { code, message, fields } = await refusalOf(run);
  if (code !== "INVALID_ARGUMENT") throw new Error(`refused as ${code}: ${message}`);
  return fields.map(({ field, reason }) => `${field} ${reason}`);
}
