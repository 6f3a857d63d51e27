import { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { AccessTokens } from "../access-tokens.ts";
import type { Sessions } from "../sessions.ts";
import type { CallerUser } from "./caller.ts";
import type { Review } from "./open-calls.ts";

export interface UserReviewDeps {
  readonly sessions: Pick<Sessions, "isOpen">;
  readonly accessTokens: Pick<AccessTokens, "isOpen">;
  readonly clock: Clock;
}

/** A stream with a user lasts no longer than what its caller proved the user with. */
export function userReview(deps: UserReviewDeps): Review {
  return async ({ caller: { user } }) => {
    if (user === null) return null;
    const isOver = user.expireTimeMs <= deps.clock.now() || !(await isOpen(user, deps));
    return isOver ? sessionEnded() : null;
  };
}

async function isOpen({ sessionId, accessTokenId }: CallerUser, deps: UserReviewDeps): Promise<boolean> {
  if (sessionId !== null) return deps.sessions.isOpen(sessionId);
  return accessTokenId !== null && deps.accessTokens.isOpen(accessTokenId);
}

function sessionEnded(): AppError {
  const hint = "Refresh the session and call again. If it has ended: ./bell login EMAIL";
  return new AppError("UNAUTHENTICATED", "SESSION_ENDED", "the session, or its access token, has ended", { hint });
}
