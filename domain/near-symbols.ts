import { nearestWord, nearestWords } from "./nearest-word.ts";

/** So many slips of the fingers a symbol may be away: in a shorter one a second would leave hardly a letter of what was typed. */
const SLIPS = { ofShort: 1, ofLong: 2 };
/** From so many characters on a symbol is long: TSCO.LON. */
const LONG = 8;
/** With fewer characters, one slip makes any symbol of any other. */
const LEAST_FOR_A_SLIP = 3;
/** What was typed may go on so soon: TSCO is meant for TSCO.LON, and nobody who types T means TSLA more than any other. */
const LEAST_BEGINNING = 2;
/** What was typed may go on behind a symbol of so many characters: IBMX, but not TESLA behind T. */
const LEAST_BEGUN = 3;

/**
 * The choices that can be what was meant by a symbol that nobody knows, the nearest first, at most so many; none, where nothing is really
 * near. `isMeant` says of a choice that it is, however it is spelled. Takes upper-case forms.
 */
export function nearSymbols(
  symbol: string,
  choices: readonly string[],
  most: number,
  isMeant: (choice: string) => boolean = () => false,
): string[] {
  const near = choices.filter((choice) => isMeant(choice) || isNear(symbol, choice));
  return nearestWords(symbol, near, most);
}

function isNear(symbol: string, choice: string): boolean {
  if (symbol.length >= LEAST_BEGINNING && choice.startsWith(symbol)) return true;
  if (choice.length >= LEAST_BEGUN && symbol.startsWith(choice)) return true;
  if (symbol.length < LEAST_FOR_A_SLIP) return false;
  return nearestWord(symbol, [choice], symbol.length < LONG ? SLIPS.ofShort : SLIPS.ofLong) !== null;
}
