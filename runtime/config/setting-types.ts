import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { DAY_MS } from "../../domain/time.ts";

/** Where a socket listens or a peer is found. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The folder the project lives in; defaults that are paths start here, whatever folder the command was typed in. */
export const PROJECT_ROOT = resolve(import.meta.dirname, "../..");

/** `host:port`, IPv6 in brackets; port 0 lets the system choose. */
export const address = z.string().transform((text, context): Address => {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) {
    context.addIssue({ code: "custom", message: `"${masked(text)}" is not host:port, such as 127.0.0.1:50051` });
    return z.NEVER;
  }
  return { host: match[1].replace(/^\[|\]$/g, ""), port };
});

/** The same for a place to connect to, which has a port of its own. */
export const peerAddress = address.refine(({ port }) => port > 0, "has port 0, at which nobody can be found");

/** Without what stands before an @: there some write a password. */
function masked(text: string): string {
  return text.replace(/^.*@/su, "…@");
}

/** A path; relative ones from the folder the command was typed in, defaults from the project's. */
export const path = z
  .string()
  .min(1, "must not be empty")
  .transform((text) => (isAbsolute(text) ? text : resolve(text)));

/** A whole number within bounds. */
export function integer(min: number, max: number) {
  return z.string().transform((text, context): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      context.addIssue({ code: "custom", message: `"${text}" is not a whole number from ${min} to ${max}` });
      return z.NEVER;
    }
    return value;
  });
}

/** For how long something is kept, in milliseconds: whole days such as `30d`, or null for `forever`. */
export const keepTime = z.string().transform((text, context): number | null => {
  if (text === "forever") return null;
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1] ?? 0);
  if (days > 0) return days * DAY_MS;
  context.addIssue({ code: "custom", message: `"${masked(text)}" is neither whole days such as 30d nor forever` });
  return z.NEVER;
});

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]) {
  return z.string().transform((text, context): Word => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    context.addIssue({ code: "custom", message: `"${masked(text)}" is none of ${words.join(", ")}` });
    return z.NEVER;
  });
}

/** An http or https address without credentials, query or fragment. */
export const httpUrl = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search + url.hash !== "") {
    context.addIssue({ code: "custom", message: "is not an http(s) address without credentials, query and fragment" });
    return z.NEVER;
  }
  return text.replace(/\/+$/, "");
});

/** A ws or wss address without credentials, path, query or fragment. */
export const socketUrl = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username + url.password + url.search + url.hash === "" && url.pathname === "/";
  if (!isPlain || !/^wss?:$/.test(url.protocol)) {
    context.addIssue({ code: "custom", message: "is not a ws(s) address such as wss://stream.binance.com:9443" });
    return z.NEVER;
  }
  return text.replace(/\/+$/, "");
});

/** Words separated by commas or blanks; none twice. */
export const wordList = z.string().transform((text, context): readonly string[] => {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const twice = words.find((word, index) => words.indexOf(word) !== index);
  if (words.length === 0 || twice !== undefined) {
    context.addIssue({ code: "custom", message: twice === undefined ? "names nothing" : `names ${twice} twice` });
    return z.NEVER;
  }
  return words;
});

/** Names without a dot, none twice: no host of the public internet is called so. */
export const hostNames = wordList.transform((words, context): readonly string[] => {
  const bad = words.find((word) => !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(word) || /^\d+$/.test(word));
  if (bad === undefined) return words.map((word) => word.toLowerCase());
  context.addIssue({ code: "custom", message: `"${bad}" is not a host name without a dot, such as mailbox` });
  return z.NEVER;
});

/** One mailbox, and nothing that a header would take for the end of it. */
const ADDRESS = String.raw`([^\s<>@,;:"\p{Cc}]+@[^\s<>@,;:"\p{Cc}]+)`;

/** `Name <local@domain>` or `local@domain`. */
export const mailSender = z.string().transform((text, context): { name: string; address: string } => {
  const plain = new RegExp(`^${ADDRESS}$`, "u").exec(text);
  const named = new RegExp(`^([^<>@\\p{Cc}\\p{Zl}\\p{Zp}]*)<${ADDRESS}>$`, "u").exec(text);
  const sender = plain === null ? named?.[2] : plain[1];
  if (sender === undefined) {
    context.addIssue({ code: "custom", message: `"${text}" is not an address such as Tickerbell <bell@example.com>` });
    return z.NEVER;
  }
  return { name: (named?.[1] ?? "").trim(), address: sender };
});
