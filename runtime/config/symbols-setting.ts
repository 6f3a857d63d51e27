import type { FieldProblem } from "../../domain/error.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { collectProblems } from "./collect-problems.ts";
import type { SettingValues } from "./derive-setting.ts";
import { configError, type Environment } from "./read-settings.ts";

/** The symbols of BELL_SYMBOLS in their one form. Throws AppError CONFIG_INVALID that names each that is none, or one that is there twice. */
export function symbolsOf({ BELL_SYMBOLS: words }: SettingValues<"BELL_SYMBOLS">): readonly string[] {
  const problems: FieldProblem[] = [];
  const symbols = words.map((word) => collectProblems(problems, () => parseSymbol(word)) ?? "");
  const messages = problems.map(({ message }) => message);
  const twice = symbols.find((symbol, index) => symbol !== "" && symbols.indexOf(symbol) !== index);
  if (twice !== undefined) messages.push(`names ${twice} twice`);
  if (messages.length === 0) return symbols;
  throw configError(messages.map((message) => ({ field: "BELL_SYMBOLS", reason: "CONFIG_INVALID", message })));
}

/** Whether somebody has set BELL_SYMBOLS: a fetcher then keeps to it, whatever the server's list says. */
export function namesSymbols({ BELL_SYMBOLS: text }: Environment): boolean {
  return (text ?? "") !== "";
}
