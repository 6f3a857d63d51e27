import { readSecretFile, secretFault } from "../runtime/config/read-secret-file.ts";

const SETTING = "BELL_ALPHA_VANTAGE_API_KEY_FILE";

/** The key in a file, without the blanks round it. Throws AppError CONFIG_INVALID that names the file and never what stands in it. */
export function readApiKey(file: string): string {
  const key = readSecretFile(SETTING, file, "the key").trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw secretFault(SETTING, `${file} holds blanks or other characters that no key has`);
}
