import { StringDecoder } from "node:string_decoder";
import { AppError } from "../domain/error.ts";

const CTRL_C = "\u0003";
const ENTER: readonly string[] = ["\r", "\n", "\u0004"]; // the last is Ctrl-D
const ERASE_LINE = "\u0015";

/** Reads keys up to Enter from a terminal in raw mode, which echoes nothing. Throws AppError CANCELLED on Ctrl-C. */
export function typeHidden(keys: NodeJS.ReadableStream): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let line: string[] = [];
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      keys.off("data", take);
      keys.off("end", finish);
    };
    const finish = (): void => {
      stop();
      resolve(line.join(""));
    };
    const take = (chunk: Buffer | string): void => {
      for (const key of decoder.write(Buffer.from(chunk))) {
        if (ENTER.includes(key)) {
          finish();
          return;
        }
        if (key === CTRL_C) {
          stop();
          reject(new AppError("CANCELLED", "DEADLINE", "interrupted"));
          return;
        }
        if (key === "\u007f" || key === "\b") line.pop();
        else if (key === ERASE_LINE) line = [];
        else line.push(key);
      }
    };
    keys.on("data", take);
    keys.on("end", finish);
    keys.resume(); // a second question finds the keys paused after the first
  });
}
