import { readSecretFile } from "../runtime/config/read-secret-file.ts";

/** The password in a file, with every blank that stands there. Throws AppError CONFIG_INVALID that never shows what stands in it. */
export function readSmtpPassword(file: string): string {
  return readSecretFile("BELL_SMTP_PASSWORD_FILE", file, "the password");
}
