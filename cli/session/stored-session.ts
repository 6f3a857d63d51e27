import { z } from "zod";
import { AppError } from "../../domain/error.ts";
import type { Session } from "../../proto/gen/tickerbell/v1/user_service.ts";

const schema = z.object({
  server: z.string(),
  email: z.string(),
  accessToken: z.string(),
  accessExpireMs: z.number(),
  refreshToken: z.string(),
  refreshExpireMs: z.number(),
});

/** A log-in as it lies on disk. Tokens go only to the `server` that gave them. */
export type StoredSession = Readonly<z.infer<typeof schema>>;

/** Reads the file's text; null if it is not a stored session. */
export function parseStoredSession(text: string): StoredSession | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What to keep of a session that the server gave. Throws AppError INTERNAL if the answer holds none. */
export function storedSessionFrom(server: string, email: string, session: Session | undefined): StoredSession {
  const { accessExpireTime, refreshExpireTime } = session ?? {};
  if (session === undefined || accessExpireTime === undefined || refreshExpireTime === undefined) {
    throw new AppError("INTERNAL", "INTERNAL_ERROR", "the server's answer holds no session");
  }
  return {
    server,
    email,
    accessToken: session.accessToken,
    accessExpireMs: accessExpireTime.getTime(),
    refreshToken: session.refreshToken,
    refreshExpireMs: refreshExpireTime.getTime(),
  };
}
