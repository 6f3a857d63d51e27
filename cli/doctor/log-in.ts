import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { renderTime } from "../render/time.ts";
import { SessionFile } from "../session/session-file.ts";
import type { StoredSession } from "../session/stored-session.ts";
import type { TokenLook } from "./ask-token.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";
import { nearestAbove, writeTrouble } from "./look-at-data-folder.ts";

const NAME = "log-in";
const PLACE_MEND = "set BELL_SESSION_FILE to a file in a folder that is yours";

/** What one look at the file of the log-in found. */
interface LogInLook {
  readonly file: string;
  /** Null: there is none. */
  readonly session: StoredSession | null;
  /** The system's word for why a log-in cannot be kept there; empty when it can. */
  readonly trouble: string;
}

/** A script that names an access token needs no log-in, as long as the token counts; `look` is what the server said of it. */
export function judgeToken(file: string, look: TokenLook): Finding {
  switch (look.kind) {
    case "counts":
      return ok(NAME, `none is needed: the access token in ${file} speaks for ${look.email}`);
    case "refused":
      return fail(NAME, look.failure.message, look.failure.hint);
    case "unknown":
      return ok(NAME, `none is needed: the access token in ${file} is shown; nobody could say whether it counts`);
  }
}

/** The log-in of whoever runs this. `sessionFile` and `server` as CliConfig has them; `server` null: nobody knows it. */
export function checkLogIn(sessionFile: () => string, server: string | null, now: TimeMs): Finding {
  try {
    const file = sessionFile();
    const session = new SessionFile(file).load();
    return judgeLogIn({ file, session, trouble: writeTrouble(nearestAbove(file)) }, server, now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return fail(NAME, error.message, error.hint);
  }
}

/** Nobody has to be logged in: most of this works without. */
function judgeLogIn({ file, session, trouble }: LogInLook, server: string | null, now: TimeMs): Finding {
  if (trouble !== "") return warn(NAME, `it cannot be kept in ${file} (${trouble})`, PLACE_MEND);
  if (session === null) return warn(NAME, "you are not logged in", "./bell login EMAIL, or ./bell register EMAIL");
  const { email, refreshExpireMs } = session;
  const again = `./bell login ${email}`;
  if (refreshExpireMs <= now) return warn(NAME, `the log-in of ${email} has ended`, again);
  if (server !== null && session.server !== server) {
    return warn(
      NAME,
      `${email} is logged in at ${session.server}, and not at ${server}`,
      `${again}, or --server ${session.server}`,
    );
  }
  return ok(NAME, `${email} at ${session.server}, until ${renderTime(new Date(refreshExpireMs))}`);
}
