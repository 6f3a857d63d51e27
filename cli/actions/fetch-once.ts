import { runOnce } from "../../client/main.ts";
import { AppError } from "../../domain/error.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { QuietExit } from "../quiet-exit.ts";
import { safeJson } from "../render/neutralise.ts";

/**
 * One round of fetching: a JSON line for each symbol on the standard output, the log on the standard error. Throws what `runOnce`
 * throws, why the server did not take what came, and else QuietExit if some symbol's price did not come.
 */
export async function fetchOnce({ environment, terminal, interruption }: Context): Promise<void> {
  const signal = interruption();
  const { outcomes, failure } = await runOnce(environment, (line) => terminal.complain(line), signal).catch(
    (error: unknown) => {
      throw signal.aborted ? new AppError("CANCELLED", "DEADLINE", "interrupted", { cause: error }) : error;
    },
  );
  for (const outcome of outcomes) terminal.write(`${safeJson(outcome)}\n`);
  if (failure !== null) throw failure;
  if (outcomes.some(({ result }) => result !== "stored")) throw new QuietExit(EXIT.incomplete);
}
