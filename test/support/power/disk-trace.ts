// What a program asked of its disk, read from the trace of its system calls: enough to say what a power loss may leave behind.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** One request, in the order in which they were made; files by their whole path. */
export type DiskRequest =
  | { readonly kind: "write"; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly file: string; readonly size: number }
  | { readonly kind: "sync"; readonly file: string }
  | { readonly kind: "unlink"; readonly file: string }
  /** A line that the program wrote to its standard output: what it has promised by then. */
  | { readonly kind: "said"; readonly line: string };

/** How a program must be traced. Data of system calls is written out whole, as hexadecimal. */
export const STRACE_OPTIONS = [
  "-f",
  "-y",
  "-xx",
  "-s",
  "10000000",
  "-e",
  "trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink",
] as const;

const STANDARD_OUTPUT = 1;

/** The requests on files below `folder`, and what the program said. Throws on a call that it cannot make sense of. */
export async function readTrace(traceFile: string, folder: string): Promise<DiskRequest[]> {
  const requests: DiskRequest[] = [];
  /** By process: the first half of a call that another thread's calls stand in between. */
  const unfinished = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(traceFile) })) {
    const call = wholeCall(line, unfinished);
    const request = call === null ? null : requestOf(call, folder);
    if (request !== null) requests.push(request);
  }
  return requests;
}

function wholeCall(line: string, unfinished: Map<string, string>): string | null {
  const [, process = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
  const first = /^(.*?) *<unfinished \.\.\.>$/.exec(text)?.[1];
  if (first !== undefined) {
    unfinished.set(process, first);
    return null;
  }
  const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
  if (rest === undefined) return text;
  const call = `${unfinished.get(process) ?? ""}${rest}`;
  unfinished.delete(process);
  return call;
}

const CALL =
  /^(?<name>\w+)\((?:(?<descriptor>\d+)<(?<path>[^>]*)>|"(?<removed>[^"]*)")(?:, "(?<data>[^"]*)")?(?<rest>.*)\) += (?<result>\d+)/;

/** A call that went well, by its parts; those it has not are empty. */
interface Call {
  readonly file: string;
  readonly data: string;
  /** The last number among its arguments. */
  readonly last: number;
  readonly result: number;
}

const REQUESTS: Readonly<Record<string, (call: Call) => DiskRequest>> = {
  pwrite64: ({ file, data, last, result }) => {
    return { kind: "write", file, at: last, bytes: bytesOf(data).subarray(0, result) };
  },
  ftruncate: ({ file, last }) => ({ kind: "truncate", file, size: last }),
  fsync: ({ file }) => ({ kind: "sync", file }),
  fdatasync: ({ file }) => ({ kind: "sync", file }),
  unlink: ({ file }) => ({ kind: "unlink", file }),
};

/** Null for what is no call, failed, or is on a file elsewhere. */
function requestOf(text: string, folder: string): DiskRequest | null {
  const parts = CALL.exec(text)?.groups;
  if (parts === undefined) return null;
  const { name = "", descriptor, path, removed, data = "", rest = "", result } = parts;
  if (name === "write" && Number(descriptor) === STANDARD_OUTPUT) return { kind: "said", line: textOf(data).trimEnd() };
  const file = textOf(path ?? removed ?? "");
  if (!file.startsWith(folder)) return null;
  const request = REQUESTS[name];
  if (request === undefined) throw new Error(`the trace has a call that is not understood: ${text.slice(0, 200)}`);
  const last = Number(rest.match(/\d+/g)?.at(-1) ?? 0);
  return request({ file, data, last, result: Number(result) });
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

function textOf(text: string): string {
  return bytesOf(text).toString();
}
