import { usage, type CliCase } from "./cli-case.ts";

const file = (name: string, path: string, ...says: string[]): CliCase => ({
  ...usage(name, { words: ["quotes", "import", `{prices}/${path}`] }, path, "nothing was imported", ...says),
  reason: "IMPORT_INVALID",
});

/** What is wrong with files of prices, and with the words around them. */
export const FILE_CASES: readonly CliCase[] = [
  usage("a file of prices that is not there", "quotes import /nowhere/JPM.csv", "/nowhere/JPM.csv", "import --help"),
  usage("a folder of prices", { words: ["quotes", "import", "{prices}"] }, "is a folder"),
  usage(
    "a length of bars in words",
    { words: ["quotes", "import", "{prices}/JPM.csv", "--period", "day"] },
    '"day"',
    "1d",
  ),
  {
    ...usage(
      "a symbol of prices that is none",
      { words: ["quotes", "import", "{prices}/JPM.csv", "--symbol", "A$"] },
      '"A$"',
    ),
    reason: "SYMBOL_FORMAT",
  },
  file("prices of nobody knows whom", "prices.csv", "row 1", "--symbol"),
  file("an empty file of prices", "EMPTY.csv", "row 1: is missing"),
  file("a header with a column twice", "TWICE.csv", "row 1, column 7 (close)"),
  file("a row of another width", "WIDTH.csv", "row 2: has 7 cells, and the header has 6"),
  file("a foreign date", "DATE.csv", "row 2, column 1 (timestamp)", '"02/15/2019"', "2019-02-15"),
  { ...file("a formula", "FORMULA.csv", "row 2, column 5 (close)", "is a formula") },
  { ...file("what a screen would obey", "ESCAPE.csv", "row 2, column 5 (close)"), hides: ["\u001b", "\u202e"] },
  file("a NUL", "NUL.csv", "row 2, column 5 (close)", "NUL"),
  file("bytes that are no UTF-8", "LATIN.csv", "row 2, column 5 (close)", "save the file as UTF-8"),
  file("a file in UTF-16", "UTF16.csv", "row 1"),
  file("a file of bytes", "BINARY.csv", "row 1"),
  file("a quotation mark that nothing closes", "OPEN.csv", "row 2: has a quotation mark that nothing closes"),
  file("a row of 3 MB", "LONG.csv", "row 2: is longer than 65536 characters"),
  file("two rows that contradict each other", "TWO.csv", "row 3", "row 2"),
  file("a price to come", "AHEAD.csv", "row 2, column 1 (timestamp)", "yet to come"),
  file("a bar of unknown length", "ONE.csv", "row 2", "--period"),
  usage(
    "a file that is there already, to export to",
    { words: ["quotes", "export", "--out", "{prices}/JPM.csv"] },
    "--force",
  ),
  usage(
    "a folder to export to",
    { words: ["quotes", "export", "--out", "{prices}", "--force"] },
    "is no ordinary file",
  ),
  usage(
    "a folder that is not there, to export to",
    "quotes export --out /nowhere/a.csv",
    "there is no folder /nowhere",
  ),
  usage("an export that ends before it begins", "quotes export --from 1h --until 2h", "--until", "later than --from"),
  usage("a time in words, to export from", "quotes export --from yesterday", "--from", '"yesterday"'),
];
