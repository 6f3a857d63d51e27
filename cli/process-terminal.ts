import { fstatSync, writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { AppError } from "../domain/error.ts";
import { isFull } from "../runtime/sqlite/store-error.ts";
import { EXIT } from "./exit-codes.ts";
import { typeHidden } from "./hidden-line.ts";
import type { Terminal } from "./terminal.ts";
import { wantsColour } from "./wants-colour.ts";

/** Assumed where a screen does not know its own size. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/**
 * This process's own standard streams. A reader that went away (`bell … | head -1`) ends the process quietly. A file on a full disk does
 * not: `bell up` goes on, and its output with it when there is room; a command that ends says that it has failed.
 */
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
    write: writerOf(stdout),
    complain: writerOf(stderr),
    readInput: () => text(stdin),
    askHidden,
  };
}

/** To a file it goes directly: after one failure Node would write nothing more. */
function writerOf(stream: NodeJS.WriteStream & { fd: 1 | 2 }): (output: string) => void {
  const found = fstatSync(stream.fd);
  if (stream.isTTY || found.isFIFO() || found.isSocket()) return (output) => void stream.write(output);
  let wasCut = false;
  return (output) => {
    try {
      writeSync(stream.fd, output);
    } catch (error) {
      if (!isFull(error)) endQuietly(error as NodeJS.ErrnoException);
      if (!wasCut) failInTheEnd();
      wasCut = true;
    }
  };
}

function failInTheEnd(): void {
  process.once("exit", (code) => {
    if (code === EXIT.ok) process.exitCode = EXIT.limit;
    try {
      writeSync(2, "bell: there was no room left for some of the output\n");
    } catch {
      // nor for this
    }
  });
}

function endQuietly(error: NodeJS.ErrnoException): never {
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
