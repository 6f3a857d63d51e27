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
