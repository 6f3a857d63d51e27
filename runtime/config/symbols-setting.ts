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

/** The pairs that are watched on Binance unless others are named. */
const BINANCE_SYMBOLS = "BTCUSDT ETHUSDT BNBUSDT SOLUSDT XRPUSDT";

/** Whether prices come from Binance. */
export function isBinanceSource({ BELL_SOURCE: source }: Environment): boolean {
  return source === "binance";
}

/** The settings with the symbols that are usual where prices come from, if nobody has named any: the ten are no pairs of Binance's. */
export function withUsualSymbols(environment: Environment): Environment {
  const isUnnamed = isBinanceSource(environment) && !namesSymbols(environment);
  return isUnnamed ? { ...environment, BELL_SYMBOLS: BINANCE_SYMBOLS } : environment;
}

/** Whether somebody has set BELL_SYMBOLS: a fetcher then keeps to it, whatever the server's list says. */
export function namesSymbols({ BELL_SYMBOLS: text }: Environment): boolean {
  return (text ?? "") !== "";
}
