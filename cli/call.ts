import { RefreshSessionRequest, UserServiceService } from "../proto/gen/tickerbell/v1/user_service.ts";
import { Api } from "./api.ts";
import { readCliConfig, type GlobalOptions } from "./config.ts";
import type { Context } from "./context.ts";
import { Output } from "./output.ts";
import { ScriptToken, type Login } from "./session/script-token.ts";
import { SessionFile } from "./session/session-file.ts";
import { UserSession } from "./session/user-session.ts";

/** What a command that calls the server works with. */
export interface Call {
  readonly api: Api;
  readonly session: Login;
  readonly output: Output;
  readonly context: Context;
}

/** Opens the way to the server for one command and closes it afterwards. Throws what `deed` throws, and TLS_SETUP. */
export async function withCall(
  context: Context,
  options: GlobalOptions,
  deed: (call: Call) => Promise<void>,
): Promise<void> {
  const { environment, clock, terminal } = context;
  const config = readCliConfig(environment, options);
  const { server } = config;
  const opened = await context.openClient(config, clock);
  const api = new Api({ server, opened, clock, interruption: context.interruption() });
  const login = new UserSession({
    get file() {
      return new SessionFile(config.sessionFile()); // only when it is needed: who needs no log-in, needs no place for it
    },
    server,
    clock,
    refresh: async (refreshToken) =>
      (
        await api.unary(
          UserServiceService.refreshSession,
          RefreshSessionRequest.fromPartial({ refreshToken }),
          "anybody",
        )
      ).session,
  });
  const { scriptToken } = config;
  const session = scriptToken === null ? login : new ScriptToken(scriptToken.token, scriptToken.file, login);
  api.session = session;
  try {
    await deed({ api, session, output: new Output(terminal, options.json === true), context });
  } catch (error) {
    throw session instanceof ScriptToken ? session.explained(error) : error;
  } finally {
    api.close();
  }
}
