import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError } from "../../domain/error.ts";

const run = promisify(execFile);
const OPENSSL_TIMEOUT_MS = 30_000;

/**
 * Runs one openssl command in `folder`; OpenSSL 1.1.1 or newer and LibreSSL both know what is asked of it here.
 * @throws AppError FAILED_PRECONDITION TLS_SETUP when openssl is missing or fails, with its own words.
 */
export async function runOpenssl(args: readonly string[], folder: string): Promise<void> {
  try {
    await run("openssl", args, { cwd: folder, timeout: OPENSSL_TIMEOUT_MS });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") {
      throw new AppError(
        "FAILED_PRECONDITION",
        "TLS_SETUP",
        "the command openssl was not found; certificates are made with it",
        {
          hint: "install openssl (Debian: apt-get install openssl; macOS has one), then: make certs",
          cause: error,
        },
      );
    }
    const words = stderr?.trim().split("\n").slice(-3).join(" | ");
    throw new AppError(
      "FAILED_PRECONDITION",
      "TLS_SETUP",
      `openssl ${args[0] ?? ""} failed: ${words ?? "no message"}`,
      {
        hint: "openssl version",
        cause: error,
      },
    );
  }
}
