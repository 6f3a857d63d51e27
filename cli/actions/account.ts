import { resolve } from "node:path";
import {
  ChangePasswordResponse,
  RequestPasswordResetResponse,
  ResetPasswordResponse,
  User,
  UserServiceService as userService,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Call } from "../call.ts";
import { renderCount } from "../render/count.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTime } from "../render/time.ts";
import { UsageError } from "../usage-error.ts";
import { refusedTexts } from "./mail-settings-text.ts";
import { openNewFile } from "./open-new-file.ts";
import { readNewPassword, readPassword, type PasswordOptions, type PasswordSource } from "./password.ts";

/** What `bell password change` takes. */
export interface ChangeOptions {
  readonly currentPasswordFile?: string;
  readonly newPasswordFile?: string;
}

/** What `bell account set` takes. */
export interface SetOptions {
  readonly timeZone: string;
}

/** What `bell account delete` takes. */
export interface DeleteOptions extends PasswordOptions {
  readonly yes?: boolean;
}

/** `bell password change` */
export async function changePassword({ api, output, context }: Call, options: ChangeOptions): Promise<void> {
  const { terminal } = context;
  if (!terminal.isInteractive && (options.currentPasswordFile === undefined || options.newPasswordFile === undefined)) {
    throw new UsageError(
      "two passwords cannot be read from one input: name --current-password-file and --new-password-file",
      "./bell password change --help",
    );
  }
  const { email } = await api.unary(userService.getCurrentUser, {});
  const currentPassword = await readPassword(
    terminal,
    sourceFrom(options.currentPasswordFile, "--current-password-file"),
    "Current password: ",
  );
  const newPassword = await readNewPassword(
    terminal,
    sourceFrom(options.newPasswordFile, "--new-password-file"),
    email,
  );
  const response = await api.unary(userService.changePassword, { currentPassword, newPassword });
  output.show(jsonFromMessage(ChangePasswordResponse, response), () => {
    const { endedSessionCount: count } = response;
    return `The password is changed; ${count === 0 ? "no other log-in was open" : `${renderCount(count, "other log-in")} ended`}.`;
  });
}

/** `bell password forgot` */
export async function requestPasswordReset({ api, output }: Call, email: string): Promise<void> {
  const response = await api.unary(userService.requestPasswordReset, { email }, "anybody");
  output.show(jsonFromMessage(RequestPasswordResetResponse, response), () =>
    [
      `If ${email} has an account, a code is on its way there; it counts until ${renderTime(response.expireTime)}.`,
      "Type it: ./bell password reset CODE",
    ].join("\n"),
  );
}

/** `bell password reset` */
export async function resetPassword(
  { api, output, context }: Call,
  code: string,
  options: PasswordOptions,
): Promise<void> {
  const newPassword = await readNewPassword(context.terminal, options, null);
  const response = await api.unary(userService.resetPassword, { code, newPassword }, "anybody");
  output.show(
    jsonFromMessage(ResetPasswordResponse, response),
    () => `The password is changed, and every log-in has ended: ./bell login ${response.email}`,
  );
}

/** `bell account set` */
export async function setAccount({ api, output }: Call, { timeZone }: SetOptions): Promise<void> {
  const request = { user: User.fromPartial({ timeZone }), updateMask: ["time_zone"] };
  const user = await api.unary(userService.updateCurrentUser, request);
  output.show(jsonFromMessage(User, user), () =>
    [
      `Mails to ${user.email} tell the time of ${user.timeZone} beside the exchange's; quiet hours and digests go by it.`,
      ...refusedTexts(user),
    ].join("\n"),
  );
}

/** `bell account export`: to the screen, or to a file that is its owner's alone and must not be there yet. */
export async function exportAccount(call: Call, file: string | undefined): Promise<void> {
  const { api, output } = call;
  const pages = api.serverStream(userService.exportCurrentUser, {});
  if (file === undefined) {
    for await (const { lines } of pages) output.showText(lines.map((line) => `${line}\n`).join(""));
    return;
  }
  const path = resolve(file);
  let lineCount = 0;
  const handle = await openNewFile(path, "./bell account export --help");
  try {
    for await (const { lines } of pages) {
      await handle.writeFile(lines.map((line) => `${line}\n`).join(""));
      lineCount += lines.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  output.show({ file: path, lineCount }, () => `${path}: ${renderCount(lineCount, "line")}.`);
}

/** `bell account delete` */
export async function deleteAccount(
  { api, output, session, context }: Call,
  { yes = false, ...options }: DeleteOptions,
): Promise<void> {
  if (!yes) {
    throw new UsageError(
      "this deletes your account with all alerts, at once and for ever; if you mean it, say --yes",
      "./bell account export FILE keeps a copy of your data",
    );
  }
  const password = await readPassword(context.terminal, options);
  await api.unary(userService.deleteCurrentUser, { password });
  session.forget();
  output.show({ deleted: true }, () => "Your account and everything in it is deleted.");
}

function sourceFrom(passwordFile: string | undefined, option: string): PasswordSource {
  return passwordFile === undefined ? { option } : { passwordFile, option };
}
