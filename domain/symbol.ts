import { AppError } from "./error.ts";
import { isOneLine } from "./one-line.ts";

/** Letters and digits first, so that a symbol is never mistaken for an option or a path; ASCII only. */
const SYMBOL_TEXT = /^[A-Za-z0-9][A-Za-z0-9\-./:]{0,31}$/;

/** So many characters of what is no symbol are repeated. */
const MAX_SHOWN_LENGTH = 40;

/** A share class, unit or warrant of a company in New York, behind a dot: BRK.B. No exchange's suffix is one of these. */
const CLASS_BEHIND_DOT = /^([A-Z]{1,5})\.([A-E]|U|WS)$/;

/** Currency by listing suffix, as Alpha Vantage writes the exchanges. London quotes in pence. */
const CURRENCY_BY_SUFFIX: ReadonlyMap<string, string> = new Map([
  ["LON", "GBX"],
  ["DEX", "EUR"], // Xetra
  ["FRK", "EUR"], // Frankfurt
  ["DE", "EUR"], // Xetra, the older spelling
  ["PAR", "EUR"], // Paris
  ["AMS", "EUR"], // Amsterdam
  ["AS", "EUR"], // Amsterdam, the older spelling
  ["TRT", "CAD"], // Toronto
  ["TRV", "CAD"], // Toronto Venture
  ["BSE", "INR"], // Bombay
  ["SHH", "CNY"], // Shanghai
  ["SHZ", "CNY"], // Shenzhen
  ["SAO", "BRL"], // São Paulo
  ["HKG", "HKD"], // Hong Kong
]);

/** A pair of two assets in one word, as exchanges of crypto write it: BTCUSDT is BTC in USDT. No listing of a share is so long and ends so. */
const PAIR = /^(?=.{6})[A-Z0-9]{2,}(USDT|USDC|FDUSD|TUSD|BTC|ETH|BNB|EUR|TRY|BRL|JPY)$/;

/**
 * The one form of a symbol: in upper case, a share class behind a hyphen as the source wants it (`brk.b` is BRK-B). Throws
 * INVALID_ARGUMENT SYMBOL_FORMAT.
 */
export function parseSymbol(text: string): string {
  if (!SYMBOL_TEXT.test(text)) {
    throw AppError.invalidField(
      "symbol",
      "SYMBOL_FORMAT",
      `"${shown(text)}" is not a symbol`,
      "A symbol has 1 to 32 letters, digits, '-', '.', '/' or ':', such as AAPL, BRK-B or TSCO.LON.",
    );
  }
  return symbolForm(text);
}

/** What was typed, as a message can repeat it: cut, and on one line; what would drive a terminal or a log, or turn the text, is escaped. */
function shown(text: string): string {
  const characters = Array.from(text.slice(0, 2 * (MAX_SHOWN_LENGTH + 1))); // whole ones, of two units each at most
  const cut = characters.length > MAX_SHOWN_LENGTH ? [...characters.slice(0, MAX_SHOWN_LENGTH), "…"] : characters;
  return cut.map((one) => (isOneLine(one) ? one : escaped(one))).join("");
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** The form that `parseSymbol` would give a text, whether it is a symbol or not. */
export function symbolForm(text: string): string {
  return text.toUpperCase().replace(CLASS_BEHIND_DOT, "$1-$2");
}

/** The currency a symbol is quoted in: by its listing suffix, of a pair its second asset, else USD. Takes the upper-case form. */
export function currencyOf(symbol: string): string {
  const dot = symbol.lastIndexOf(".");
  const [, secondAsset] = PAIR.exec(symbol) ?? [];
  if (secondAsset !== undefined) return secondAsset;
  return (dot === -1 ? undefined : CURRENCY_BY_SUFFIX.get(symbol.slice(dot + 1))) ?? "USD";
}

/** Whether a symbol is a pair of two assets, which an exchange of crypto has and no exchange of shares. Takes the upper-case form. */
export function isPair(symbol: string): boolean {
  return PAIR.test(symbol);
}
