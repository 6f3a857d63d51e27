import { symbolForm } from "../../../domain/symbol.ts";

/** Some letters of other alphabets become one of these when they are put in upper case. */
const ASCII = /^[\x21-\x7e]+$/;

/** The form of a symbol in an answer, which is compared with that of the one that was asked for; null for what is none. */
export function echoedForm(echoed: unknown): string | null {
  return typeof echoed === "string" && ASCII.test(echoed) ? symbolForm(echoed) : null;
}

/**
 * Whether an answer is for the symbol that was asked for. The service echoes it in any case, and may write a share class with a dot or
 * a hyphen.
 */
export function isSameSymbol(echoed: unknown, asked: string): boolean {
  return echoedForm(echoed) === symbolForm(asked);
}
