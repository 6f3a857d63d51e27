import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AlertServiceService as alerts, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import {
  ListNotificationsRequest,
  NotificationServiceService as notifications,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { QuoteSender } from "../../server/testing/quote-sender.ts";
import { exampleTick } from "../examples.ts";
import type { SignedUp, TestServer } from "../support/test-server.ts";

/** One of each kind of thing that belongs to a user, by its id. */
export interface OwnedThings {
  /** Watches, and has never fired. */
  readonly alert: string;
  readonly notification: string;
  /** A log-in besides the one of `SignedUp`. */
  readonly session: string;
  readonly accessToken: string;
  /** What the access token is as a bearer. */
  readonly scriptToken: string;
}

/** Gives a user one of each. `at` is a number that no other user of the server has: its prices come one after the other. */
export async function giveThings(
  server: TestServer,
  person: SignedUp,
  { sender, at }: { readonly sender: QuoteSender; readonly at: number },
): Promise<OwnedThings> {
  const { email, password, token } = person;
  const create = (text: string, note: string) =>
    server.ask(alerts.createAlert, CreateAlertRequest.fromPartial({ text, alert: { note } }), { token });
  const symbol = `T${at}`;
  await sender.send([exampleTick(at * 10_000, 90, { symbol })]);
  await create(`${symbol} above 100`, `${email} fired`);
  await sender.send([exampleTick(at * 10_000 + 1_000, 101, { symbol })]);
  const { id } = await create(`${symbol} above 500`, `${email} watches`);
  const mails = await server.ask(notifications.listNotifications, ListNotificationsRequest.fromPartial({}), { token });
  await server.ask(users.logIn, { email, password });
  const logIns = await server.ask(sessions.listSessions, {}, { token });
  const script = CreateAccessTokenRequest.fromPartial({ name: `of ${email}` });
  const { accessToken, secret } = await server.ask(tokens.createAccessToken, script, { token });
  return {
    alert: id,
    notification: mails.notifications.find((one) => one.symbol === symbol)?.id ?? "",
    session: logIns.sessions.find(({ isCurrent }) => !isCurrent)?.id ?? "",
    accessToken: accessToken?.id ?? "",
    scriptToken: secret,
  };
}
