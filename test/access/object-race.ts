// The same wish a hundred times at once, about what belongs to a user: alerts, sessions, access tokens, and what operators do to users.
import { randomUUID } from "node:crypto";
import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService as admin } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import {
  AlertServiceService as alerts,
  CreateAlertRequest,
  PauseAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { AT_ONCE, atOnce, type Ends } from "../support/at-once.ts";
import type { As, SignedUp, TestServer } from "../support/test-server.ts";

/** So many alerts more the user may have when a hundred are wanted. */
const ROOM = 10;
const MOST_TOKENS = 50;

/** A user whose every wish comes a hundred times. */
export class ObjectRace {
  readonly #server: TestServer;
  readonly #user: SignedUp;
  readonly #operator: SignedUp;
  readonly #onViolation: (text: string) => void;

  constructor(server: TestServer, user: SignedUp, operator: SignedUp, onViolation: (text: string) => void) {
    this.#server = server;
    this.#user = user;
    this.#operator = operator;
    this.#onViolation = onViolation;
  }

  async run(): Promise<void> {
    await this.#create();
    await this.#createToTheLimit();
    await this.#change();
    await this.#tokens();
    await this.#sessions();
    await this.#suspend();
  }

  async #create(): Promise<void> {
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 200", requestId: randomUUID() });
    const ids = new Set<string>();
    const create = async (as: As) => ids.add((await this.#server.ask(alerts.createAlert, request, this.#mine(as))).id);
    this.#expect("alerts of one request", await atOnce(create), { OK: AT_ONCE });
    this.#expectCount("ids that one request was answered with", ids.size, 1);
    this.#expectCount("alerts that one request made", this.#rows("alerts WHERE user_id = ?"), 1);
  }

  async #createToTheLimit(): Promise<void> {
    const before = this.#rows("alerts WHERE user_id = ?");
    const { token } = this.#operator;
    const limit = { id: this.#user.userId, alertLimit: before + ROOM };
    await this.#server.ask(admin.setAlertLimit, limit, { token });
    const create = (as: As, at: number) => {
      const request = CreateAlertRequest.fromPartial({ text: `AAPL above ${300 + at}` });
      return this.#server.ask(alerts.createAlert, request, this.#mine(as));
    };
    this.#expect("alerts up to a limit", await atOnce(create), { OK: ROOM, ALERT_LIMIT: AT_ONCE - ROOM });
    this.#expectCount("alerts at the limit", this.#rows("alerts WHERE user_id = ?"), before + ROOM);
  }

  async #change(): Promise<void> {
    const [row] = this.#server.query("SELECT id FROM alerts WHERE user_id = ?", this.#user.userId) as { id: string }[];
    const id = row?.id ?? "";
    const { etag } = await this.#server.ask(alerts.getAlert, { id }, this.#mine());
    const change = (as: As, at: number) => {
      const request = UpdateAlertRequest.fromPartial({ alert: { id, etag, note: `${at}` }, updateMask: ["note"] });
      return this.#server.ask(alerts.updateAlert, request, this.#mine(as));
    };
    this.#expect("changes of one version", await atOnce(change), { OK: 1, ETAG_STALE: AT_ONCE - 1 });
    const pause = (as: As) =>
      this.#server.ask(alerts.pauseAlert, PauseAlertRequest.fromPartial({ id }), this.#mine(as));
    await this.#expectOneChange("a pause", id, () => atOnce(pause));
    const resume = (as: As) => this.#server.ask(alerts.resumeAlert, { id }, this.#mine(as));
    await this.#expectOneChange("a resumption", id, () => atOnce(resume));
    const remove = (as: As) => this.#server.ask(alerts.deleteAlert, { id, etag: "" }, this.#mine(as));
    await this.#expectOneChange("a deletion", id, () => atOnce(remove));
  }

  /** However the calls end, the alert has one change more. */
  async #expectOneChange(what: string, id: string, race: () => Promise<Ends>): Promise<void> {
    const count = () => this.#rows("alert_changes JOIN alerts ON alerts.row = alert WHERE id = ?", id);
    const before = count();
    const ends = await race();
    const strange = Object.keys(ends).filter((end) => !["OK", "STATE_CONFLICT", "ALERT_NOT_FOUND"].includes(end));
    if (strange.length > 0 || ends["OK"] === undefined) this.#onViolation(`${what} ended with ${JSON.stringify(ends)}`);
    this.#expectCount(`changes by ${what}`, count() - before, 1);
  }

  async #tokens(): Promise<void> {
    const create = (as: As, at: number) => {
      const request = CreateAccessTokenRequest.fromPartial({ name: `${at}` });
      return this.#server.ask(tokens.createAccessToken, request, this.#mine(as));
    };
    const wanted = { OK: MOST_TOKENS, TOO_MANY: AT_ONCE - MOST_TOKENS };
    this.#expect("access tokens up to the limit", await atOnce(create), wanted);
    const { accessTokens } = await this.#server.ask(tokens.listAccessTokens, {}, this.#mine());
    this.#expectCount("access tokens", accessTokens.length, MOST_TOKENS);
    const id = accessTokens[0]?.id ?? "";
    const revoke = (as: As) => this.#server.ask(tokens.revokeAccessToken, { id }, this.#mine(as));
    this.#expect("revocations", await atOnce(revoke), { OK: 1, ACCESS_TOKEN_NOT_FOUND: AT_ONCE - 1 });
  }

  async #sessions(): Promise<void> {
    const { email, password, refreshToken } = this.#user;
    const successors = new Set<string>();
    const refresh = async (as: As) => {
      const { session } = await this.#server.ask(users.refreshSession, { refreshToken }, as);
      successors.add(session?.refreshToken ?? "");
    };
    this.#expect("refreshments of one session", await atOnce(refresh), { OK: AT_ONCE });
    this.#expectCount("successors of a refresh token", successors.size, 1);
    await this.#server.ask(users.logIn, { email, password });
    const { sessions: open } = await this.#server.ask(sessions.listSessions, {}, this.#mine());
    this.#expectCount("sessions after two log-ins", open.length, 2);
    const id = open.find(({ isCurrent }) => !isCurrent)?.id ?? "";
    const revoke = (as: As) => this.#server.ask(sessions.revokeSession, { id }, this.#mine(as));
    this.#expect("ends of a session", await atOnce(revoke), { OK: 1, SESSION_NOT_FOUND: AT_ONCE - 1 });
  }

  async #suspend(): Promise<void> {
    const id = this.#user.userId;
    const as = (role: As): As => ({ ...role, token: this.#operator.token });
    const suspend = (role: As) => this.#server.ask(admin.suspendUser, { id, note: "" }, as(role));
    this.#expect("suspensions", await atOnce(suspend), { OK: 1, STATE_CONFLICT: AT_ONCE - 1 });
    const open = this.#rows("sessions WHERE user_id = ? AND end_time IS NULL");
    this.#expectCount("sessions of who is suspended", open, 0);
    const resume = (role: As) => this.#server.ask(admin.resumeUser, { id }, as(role));
    this.#expect("ends of a suspension", await atOnce(resume), { OK: 1, STATE_CONFLICT: AT_ONCE - 1 });
  }

  #mine(as: As = {}): As {
    return { ...as, token: this.#user.token };
  }

  #rows(from: string, value = this.#user.userId): number {
    const [row] = this.#server.query(`SELECT count(*) AS count FROM ${from}`, value) as { count: number }[];
    return row?.count ?? -1;
  }

  #expectCount(what: string, count: number, wanted: number): void {
    if (count !== wanted) this.#onViolation(`${count} ${what} instead of ${wanted}`);
  }

  #expect(what: string, ends: Ends, wanted: Ends): void {
    const isRight = Object.keys({ ...ends, ...wanted }).every((end) => ends[end] === wanted[end]);
    if (!isRight) this.#onViolation(`${what} ended with ${JSON.stringify(ends)} instead of ${JSON.stringify(wanted)}`);
  }
}
