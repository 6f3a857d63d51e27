import { text } from "node:stream/consumers";
import { AppError } from "../domain/error.ts";
import { typeHidden } from "./hidden-line.ts";
import type { Terminal } from "./terminal.ts";
import { wantsColour } from "./wants-colour.ts";

/** Assumed where a screen does not know its own size. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** This process's own standard streams. A reader that went away (`bell … | head -1`) ends the process quietly. */
export function openProcessTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", endQuietly);
  return {
    get columns() {
      return stdout.isTTY ? stdout.columns || USUAL_COLUMNS : null;
    },
    get rows() {
      return stdout.isTTY ? stdout.rows || USUAL_ROWS : null;
    },
    colour: wantsColour(process.env, stdout.isTTY),
    isInteractive: stdin.isTTY,
    write: (output) => void stdout.write(output),
    complain: (output) => void stderr.write(output),
    readInput: () => text(stdin),
    askHidden,
  };
}

function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}

/** The question goes to the standard error, so that the standard output stays clean for programs. */
async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  try {
    return await typeHidden(stdin);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError("CANCELLED", "DEADLINE", "the input ended", { cause: error });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}
