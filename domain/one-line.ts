/** Whatever is no letter to be seen: it would break a line, turn the order of its letters, or hide among them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");

/** Whether a text can stand in a line that others read, and forge nothing there. */
export function isOneLine(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** At most so much of a text, in units of UTF-16, as one line; what cannot be seen is shown as a question mark. */
export function toOneLine(text: string, most: number): string {
  return text.slice(0, most).replace(EACH_UNPRINTABLE, "?");
}
