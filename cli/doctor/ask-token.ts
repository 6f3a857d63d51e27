import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { UserServiceService as userService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { Api } from "../api.ts";
import type { CliConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { ScriptToken } from "../session/script-token.ts";

/** What the server says of an access token. `unknown`: it was not asked, or said nothing of the token. */
export type TokenLook =
  | { readonly kind: "counts"; readonly email: string }
  | { readonly kind: "refused"; readonly failure: AppError }
  | { readonly kind: "unknown" };

/** The server has just answered, so it will do so soon; what the whole look may take is left for the rest. */
const CONNECT_LIMIT_MS = 1.5 * SECOND_MS;
const CALL_LIMIT_MS = 1.5 * SECOND_MS;
/** No log-in is touched by a look. */
const NO_LOGIN = { keep: () => undefined, forget: () => undefined };
const REFUSALS: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "PERMISSION_DENIED"]);

/** Asks a server that answers whose the access token is that scripts show. Throws AppError CANCELLED on Ctrl-C, TLS_SETUP, and defects. */
export async function askToken(context: Context, config: CliConfig): Promise<TokenLook> {
  const { server, scriptToken } = config;
  if (scriptToken === null) return { kind: "unknown" };
  const opened = await context.openClient(config, context.clock);
  const limits = { connectLimitMs: CONNECT_LIMIT_MS, callLimitMs: CALL_LIMIT_MS };
  const api = new Api({ server, opened, clock: context.clock, interruption: context.interruption(), ...limits });
  api.session = new ScriptToken(scriptToken.token, scriptToken.file, NO_LOGIN);
  try {
    return { kind: "counts", email: (await api.unary(userService.getCurrentUser, {})).email };
  } catch (failure) {
    if (!(failure instanceof AppError) || failure.code === "CANCELLED") throw failure;
    return REFUSALS.has(failure.code) ? { kind: "refused", failure } : { kind: "unknown" };
  } finally {
    api.close();
  }
}
