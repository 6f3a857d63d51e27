// What somebody tries with what is another's, and what somebody reads of what is his own. Each tells what was wrong about it.
import { randomUUID } from "node:crypto";
import {
  AccessTokenServiceService as tokens,
  ListAccessTokensRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import {
  AlertServiceService as alerts,
  CreateAlertRequest,
  ExplainAlertRequest,
  ListAlertsRequest,
  PreviewAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import {
  ListNotificationsRequest,
  NotificationServiceService as notifications,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { POLICY } from "./access-policy.ts";
import { OBJECT_REQUESTS, type ObjectRequest } from "./object-requests.ts";
import type { Owner, PairWorld } from "./pair-world.ts";
import type { WholeAnswer } from "./whole-answer.ts";

/** Who asks, and whose things it is about. */
interface Pair {
  readonly caller: Owner;
  readonly owner: Owner;
  /** Whether the caller brings an access token instead of a session. */
  readonly isScript: boolean;
}

/** Tells what was wrong, in a sentence; null: nothing. */
export type Deed = (world: PairWorld, pair: Pair) => Promise<string | null>;

interface Method<Request> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
}

/** A request about what is another's is answered as one about what never was. */
function indistinct(
  path: string,
  thingOf: (owner: Owner) => string,
  bytesFor: (id: string, pair: Pair) => Buffer,
): Deed {
  return async (world, pair) => {
    const [foreign, unknown] = [thingOf(pair.owner), randomUUID()];
    const ask = (id: string) => world.ask(pair.caller, path, bytesFor(id, pair), pair.isScript);
    const [one, other] = [await ask(foreign), await ask(unknown)];
    if (one.code === 0) return `${foreign} of another was answered`;
    return same(one, other, [foreign, unknown]) ? null : `${one.status} is not ${other.status}`;
  };
}

function same(one: WholeAnswer, other: WholeAnswer, [foreign, unknown]: readonly [string, string]): boolean {
  return one.status.replaceAll(foreign, "ID") === other.status.replaceAll(unknown, "ID");
}

/** An answer holds something of the caller's, if it must, and nothing of anybody else's. */
function ownOnly<Request>(method: Method<Request>, request: (caller: Owner) => Request, mustHold = true): Deed {
  return async (world, { caller, isScript }) => {
    const { code, status, body } = await world.ask(caller, method.path, bytesOf(method, request(caller)), isScript);
    if (code !== 0) return `was refused: ${status}`;
    for (const other of world.owners.filter((one) => one !== caller)) {
      const mark = other.marks.find((one) => body.includes(one));
      if (mark !== undefined) return `holds ${mark} of ${other.email}`;
    }
    return !mustHold || caller.marks.some((mark) => body.includes(mark)) ? null : "holds nothing of the caller's";
  };
}

function bytesOf<Request>(method: Method<Request>, request: Request): Buffer {
  return Buffer.from(method.requestSerialize(request));
}

/** The token of another's listing is none. */
function pageTokenOf(method: Method<{ filter: string; pageSize: number; pageToken: string }>, tokenOf: TokenOf): Deed {
  return async (world, { caller, owner, isScript }) => {
    const token = await tokenOf(world, owner);
    if (token === "") return "there is no second page";
    const ask = (pageToken: string, who = caller) =>
      world.ask(who, method.path, bytesOf(method, { filter: "", pageSize: 1, pageToken }), isScript);
    const [one, other] = [await ask(token), await ask(randomUUID())];
    if (one.code === 0 || one.status !== other.status) return `${one.status} is not ${other.status}`;
    return (await ask(token, owner)).code === 0 ? null : "is refused to whom it belongs";
  };
}

type TokenOf = (world: PairWorld, owner: Owner) => Promise<string>;
const PAGE = { filter: "", pageSize: 1, pageToken: "" };

/** An id that another has used for a request is as good as new. */
const requestId: Deed = async (world, { caller, owner }) => {
  const request = CreateAlertRequest.fromPartial({ text: "IBM above 1000", requestId: randomUUID() });
  const create = ({ token }: Owner) => world.server.ask(alerts.createAlert, request, { token });
  const [first, second] = [await create(owner), await create(caller)];
  const isMade = first.id !== second.id && (await create(owner)).id === first.id;
  await world.server.ask(alerts.deleteAlert, { id: first.id, etag: "" }, { token: owner.token });
  await world.server.ask(alerts.deleteAlert, { id: second.id, etag: "" }, { token: caller.token });
  return isMade ? null : `the alert of ${owner.email} was answered`;
};

/** A condition that another has is as good as new, too. */
const fires: Deed = async (world) => {
  await world.fire();
  for (const { email, ear, sharedAlert } of world.owners) {
    const strange = ear.heard.find((id) => id !== sharedAlert);
    if (strange !== undefined) return `${email} was told that ${strange} has fired`;
  }
  return null;
};

const sharedEtag = async (world: PairWorld, { sharedAlert: id, token }: Owner): Promise<string> =>
  (await world.server.ask(alerts.getAlert, { id }, { token })).etag;

/** Even who knows the version of another's alert cannot touch it. */
function withEtag(path: string, bytesFor: (id: string, etag: string) => Buffer): Deed {
  return async (world, pair) => {
    const etag = await sharedEtag(world, pair.owner);
    return indistinct(
      path,
      ({ sharedAlert }) => sharedAlert,
      (id) => bytesFor(id, etag),
    )(world, pair);
  };
}

function objectDeed(name: string, { thing, bytesFor }: ObjectRequest): readonly [string, Deed] {
  return [name, indistinct(`/tickerbell.v1.${name}`, ({ things }) => things[thing], bytesFor)];
}

/** Every deed by its name; those about objects are there for each method that is about one. */
export const DEEDS: Readonly<Record<string, Deed>> = {
  ...Object.fromEntries(Object.entries(OBJECT_REQUESTS).map(([name, request]) => objectDeed(name, request))),
  "AlertService/DeleteAlert with its etag": withEtag(alerts.deleteAlert.path, (id, etag) =>
    bytesOf(alerts.deleteAlert, { id, etag }),
  ),
  "AlertService/UpdateAlert with its etag": withEtag(alerts.updateAlert.path, (id, etag) =>
    bytesOf(alerts.updateAlert, UpdateAlertRequest.fromPartial({ alert: { id, etag }, text: "above 1" })),
  ),
  "AlertService/BatchDeleteAlerts after one's own": indistinct(
    alerts.batchDeleteAlerts.path,
    ({ things }) => things.alert,
    (id, { caller }) => bytesOf(alerts.batchDeleteAlerts, { ids: [caller.things.alert, id] }),
  ),
  "AlertService/ListAlerts with its page token": pageTokenOf(
    alerts.listAlerts,
    async (world, { token }) => (await world.server.ask(alerts.listAlerts, PAGE, { token })).nextPageToken,
  ),
  "NotificationService/ListNotifications with its page token": pageTokenOf(
    notifications.listNotifications,
    async (world, { token }) =>
      (await world.server.ask(notifications.listNotifications, PAGE, { token })).nextPageToken,
  ),
  "AlertService/CreateAlert with its request id": requestId,
  "AlertService/WatchTriggers": fires,
  "AlertService/ListAlerts": ownOnly(alerts.listAlerts, () => ListAlertsRequest.fromPartial({})),
  "AlertService/ListAlerts, deleted": ownOnly(
    alerts.listAlerts,
    () => ListAlertsRequest.fromPartial({ filter: "state=DELETED" }),
    false,
  ),
  "AlertService/ListAlerts, of the shared symbol": ownOnly(alerts.listAlerts, () =>
    ListAlertsRequest.fromPartial({ filter: "symbol=SHARED" }),
  ),
  "AlertService/ExplainAlert, one's own": ownOnly(alerts.explainAlert, ({ sharedAlert: id }) =>
    ExplainAlertRequest.fromPartial({ id, limit: 100 }),
  ),
  "AlertService/PreviewAlert": ownOnly(
    alerts.previewAlert,
    () => PreviewAlertRequest.fromPartial({ text: "SHARED crosses up 100" }),
    false,
  ),
  "NotificationService/ListNotifications": ownOnly(notifications.listNotifications, () =>
    ListNotificationsRequest.fromPartial({}),
  ),
  "SessionService/ListSessions": ownOnly(sessions.listSessions, () => ({})),
  "AccessTokenService/ListAccessTokens": ownOnly(tokens.listAccessTokens, () =>
    ListAccessTokensRequest.fromPartial({}),
  ),
  "UserService/GetCurrentUser": ownOnly(users.getCurrentUser, () => ({})),
  "UserService/ExportCurrentUser": ownOnly(users.exportCurrentUser, () => ({})),
};

/** Whether an access token does for a deed. */
export function takesScripts(deed: string): boolean {
  return POLICY[/^[\w/]+/.exec(deed)?.[0] ?? ""]?.gate === "user";
}
