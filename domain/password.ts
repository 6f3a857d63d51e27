// What a new password must be. The server decides with it, and `bell register` tells a person after the first typing.
import { AppError } from "./error.ts";

const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 128;

/** What people type most when asked for eight characters; a longer list belongs to a later version. */
const COMMON = new Set(
  `password password1 password12 password123 passw0rd 12345678 123456789 1234567890 qwertyui qwertyuiop qwerty123 11111111
   00000000 iloveyou sunshine princess football baseball superman trustno1 welcome1 letmein1 changeme abcd1234 abc12345
   1q2w3e4r 1qaz2wsx q1w2e3r4 asdfghjk asdfghjkl zxcvbnm1 87654321 123123123 password! admin123 administrator
   tickerbell`.split(/\s+/),
);

// What no keyboard types, and what a decoder puts in the place of bytes that are no text: many passwords would become one.
const UNTYPABLE = /[\u0000-\u001f\u007f\ufffd]/;

/** Throws AppError INVALID_ARGUMENT PASSWORD_WEAK with what is wrong. */
export function checkPassword(password: string, email: string): void {
  const { length } = Array.from(password);
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
    throw weak(`must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
  }
  if (UNTYPABLE.test(password)) throw weak("must be characters that can be typed");
  const plain = password.toLowerCase();
  if (COMMON.has(plain)) throw weak("is one of the first that anybody would try");
  if (plain === email.toLowerCase()) throw weak("must not be the address");
}

function weak(message: string): AppError {
  return AppError.invalidField("password", "PASSWORD_WEAK", message, "A few unrelated words make a good one.");
}
