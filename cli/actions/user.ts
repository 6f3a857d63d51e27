import { AppError } from "../../domain/error.ts";
import {
  RegisterUserResponse,
  User,
  UserServiceService as userService,
  type LogInResponse,
  type VerifyUserResponse,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderFields } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { ScriptToken } from "../session/script-token.ts";
import { refusedTexts } from "./mail-settings-text.ts";
import { readNewPassword, readPassword, type PasswordOptions } from "./password.ts";

/** What `bell register` takes. */
export interface RegisterOptions extends PasswordOptions {
  readonly timeZone?: string;
}

/** What `bell logout` takes. */
export interface LogOutOptions {
  readonly all?: boolean;
}

/** `bell register` */
export async function registerUser(
  { api, output, context }: Call,
  email: string,
  options: RegisterOptions,
): Promise<void> {
  const password = await readNewPassword(context.terminal, options, email);
  const { timeZone = context.timeZone } = options;
  const response = await api.unary(userService.registerUser, { email, password, timeZone }, "anybody");
  output.show(jsonFromMessage(RegisterUserResponse, response), () =>
    [
      `A code is on its way to ${response.email}; it counts until ${renderTime(response.expireTime)}.`,
      "Type it: ./bell verify CODE",
    ].join("\n"),
  );
}

/** `bell verify` */
export async function verifyUser(call: Call, code: string): Promise<void> {
  const response = await call.api.unary(userService.verifyUser, { code }, "anybody");
  keepSession(call, response, "Your address is verified; you are logged in as");
}

/** `bell login` */
export async function logIn(call: Call, email: string, options: PasswordOptions): Promise<void> {
  const password = await readPassword(call.context.terminal, options);
  const response = await call.api.unary(userService.logIn, { email, password }, "anybody");
  keepSession(call, response, "You are logged in as");
}

/** `bell logout`: a session that has ended already is no fault. */
export async function logOut({ api, session, output }: Call, { all = false }: LogOutOptions): Promise<void> {
  try {
    await api.unary(userService.logOut, { allSessions: all });
  } catch (error) {
    if (!(error instanceof AppError) || error.reason !== "SESSION_ENDED") throw error;
  }
  session.forget();
  output.show({ loggedOut: true }, () => (all ? "You are logged out everywhere." : "You are logged out."));
}

/** `bell whoami` */
export async function showCurrentUser({ api, output }: Call): Promise<void> {
  const user = await api.unary(userService.getCurrentUser, {});
  output.show(jsonFromMessage(User, user), () =>
    renderFields([
      ["email", user.email],
      ["id", user.id],
      ["since", renderTime(user.createTime)],
      ["time zone", user.timeZone],
      ["alerts", `at most ${user.alertLimit.toLocaleString("en-US")}`],
      ...(user.isOperator ? ([["operator", "yes"]] as const) : []),
      ...refusedTexts(user).map((text, at) => [at === 0 ? "mail" : "", text] as const),
    ]),
  );
}

function keepSession(
  { session, output }: Call,
  { user, session: given }: LogInResponse | VerifyUserResponse,
  words: string,
): void {
  const email = user?.email ?? "";
  session.keep(email, given);
  output.show({ user: user === undefined ? null : jsonFromMessage(User, user) }, () => `${words} ${email}.`);
  if (user !== undefined) for (const text of refusedTexts(user)) output.note(text);
  if (!(session instanceof ScriptToken)) return;
  output.note(
    `Here the access token in ${session.file} goes on speaking for you: unset BELL_ACCESS_TOKEN_FILE to use the log-in.`,
  );
}
