import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HEADER = "timestamp,open,high,low,close,volume\n";
const GOOD = "2019-02-15,103.9,105.7,103.66,105.55,14716861\n";

/** Files of prices that are wrong each in one way, or cannot be replaced. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  "JPM.csv": HEADER + GOOD,
  "prices.csv": HEADER + GOOD,
  "EMPTY.csv": "",
  "TWICE.csv": `${HEADER.trim()},close\n`,
  "WIDTH.csv": `${HEADER}2019-02-15,199,50,200,199,199,5\n`,
  "DATE.csv": `${HEADER}02/15/2019,1,2,1,2,5\n`,
  "FORMULA.csv": `${HEADER}2019-02-15,1,2,1,"=HYPERLINK(""http://evil"")",5\n`,
  "ESCAPE.csv": `${HEADER}2019-02-15,1,2,1,\u001b[2J\u202e,5\n`,
  "NUL.csv": `${HEADER}2019-02-15,1,2,1,2\0,5\n`,
  "LATIN.csv": Buffer.from(`${HEADER}2019-02-15,1,2,1,2\u00a0,5\n`, "latin1"),
  "UTF16.csv": Buffer.from(`\ufeff${HEADER}${GOOD}`, "utf16le"),
  "BINARY.csv": Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7_919) % 251)),
  "OPEN.csv": `${HEADER}2019-02-15,"1,2,1,2,5\n`,
  "LONG.csv": HEADER + "1".repeat(3_000_000),
  "TWO.csv": `${HEADER}${GOOD}2019-02-15,1,2,1,2,5\n`,
  "AHEAD.csv": `${HEADER}2999-02-15,1,2,1,2,5\n`,
  "ONE.csv": `${HEADER}2019-02-15 09:30:00,1,2,1,2,5\n`,
};

/** Writes them below a folder; where they are. */
export function writePriceFiles(parent: string): string {
  const folder = join(parent, "price files");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
  return folder;
}
