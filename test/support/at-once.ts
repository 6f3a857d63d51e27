import { AppError } from "../../domain/error.ts";
import type { As } from "./test-server.ts";

/** So many of a call that is made at once. */
export const AT_ONCE = 100;

/** How calls ended: how often in each way, `OK` or a reason. */
export type Ends = Readonly<Record<string, number>>;

/** Makes a call a hundred times at once, on two connections: one may not have so many calls. */
export async function atOnce(call: (as: As, at: number) => Promise<unknown>): Promise<Ends> {
  const ends: Record<string, number> = {};
  const calls = Array.from({ length: AT_ONCE }, async (_none, at) => {
    const end = await call({ role: at % 2 === 0 ? "cli" : "operator" }, at).then(
      () => "OK",
      (error: unknown) => (error instanceof AppError ? error.reason : String(error)),
    );
    ends[end] = (ends[end] ?? 0) + 1;
  });
  await Promise.all(calls);
  return ends;
}
