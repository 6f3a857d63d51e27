// The promise: whoever asks for what is wrong in several respects hears of the first: the request's form before what there is, and a
// caller who may not ask hears of neither. That certificate, role and user come first, test/access-cells.test.ts tries at every method.
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService as admin } from "../proto/gen/tickerbell/v1/admin_service.ts";
import {
  AlertServiceService as alerts,
  CreateAlertRequest,
  ExplainAlertRequest,
  PauseAlertRequest,
  UpdateAlertRequest,
} from "../proto/gen/tickerbell/v1/alert_service.ts";
import { OperatorServiceService as operators } from "../proto/gen/tickerbell/v1/operator_service.ts";
import { ListCandlesRequest, QuoteServiceService as quotes } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService as users } from "../proto/gen/tickerbell/v1/user_service.ts";
import { makeOperator } from "./access/bearers.ts";
import { refusalOf } from "./support/refusal-of.ts";
import { startTestServer, type SignedUp, type TestServer } from "./support/test-server.ts";

const NOBODY = randomUUID();
const MOST_TOKENS = 50;

describe("a request that is wrong in every respect", () => {
  let server: TestServer;
  /** May have no alert more, and has as many access tokens as one may have. */
  let user: SignedUp;
  let operator: SignedUp;
  let alertId: string;
  before(async () => {
    server = await startTestServer();
    [user, operator] = [await server.signUp(), await server.signUp()];
    await makeOperator(server, operator);
    const { token } = user;
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 200" });
    alertId = (await server.ask(alerts.createAlert, request, { token })).id;
    await server.ask(admin.setAlertLimit, { id: user.userId, alertLimit: 0 }, { token: operator.token });
    for (let at = 0; at < MOST_TOKENS; at += 1) {
      await server.ask(tokens.createAccessToken, CreateAccessTokenRequest.fromPartial({ name: `${at}` }), { token });
    }
  });
  after(() => server.close());

  const asUser = () => ({ token: user.token });
  const asOperator = () => ({ token: operator.token });
  const updateOf = (id: string, etag = '"99"') =>
    UpdateAlertRequest.fromPartial({
      alert: { id, etag, bandPercent: "x", note: "\n" },
      updateMask: ["band_percent", "note"],
    });

  /** Each is wrong in the fields that are named, and could not be done if it were right. */
  const CASES: Readonly<Record<string, [ask: () => Promise<unknown>, ...fields: string[]]>> = {
    "a change of no alert": [
      () => server.ask(alerts.updateAlert, updateOf(NOBODY), asUser()),
      "alert.band_percent",
      "alert.note",
    ],
    "a change of no alert's condition to none": [
      () =>
        server.ask(
          alerts.updateAlert,
          UpdateAlertRequest.fromPartial({ alert: { id: NOBODY }, updateMask: ["condition"] }),
          asUser(),
        ),
      "alert.condition",
    ],
    "a change of what cannot be changed, of no alert": [
      () =>
        server.ask(
          alerts.updateAlert,
          UpdateAlertRequest.fromPartial({ alert: { id: NOBODY }, updateMask: ["user_id"] }),
          asUser(),
        ),
      "update_mask",
    ],
    "a change with a stale etag": [
      () => server.ask(alerts.updateAlert, updateOf(alertId), asUser()),
      "alert.band_percent",
      "alert.note",
    ],
    "a pause of no alert": [
      () =>
        server.ask(alerts.pauseAlert, PauseAlertRequest.fromPartial({ id: NOBODY, untilTime: new Date(0) }), asUser()),
      "until_time",
    ],
    "an explanation of no alert": [
      () => server.ask(alerts.explainAlert, ExplainAlertRequest.fromPartial({ id: NOBODY, limit: 101 }), asUser()),
      "limit",
    ],
    "a deletion of several, one of which is none": [
      () => server.ask(alerts.batchDeleteAlerts, { ids: [NOBODY, "a b"] }, asUser()),
      "ids[1]",
    ],
    "an alert too many": [
      () => server.ask(alerts.createAlert, CreateAlertRequest.fromPartial({ text: "AAPL", requestId: "1" }), asUser()),
      "text",
      "request_id",
    ],
    "an access token too many": [
      () =>
        server.ask(
          tokens.createAccessToken,
          CreateAccessTokenRequest.fromPartial({ name: "", expireTime: new Date(0) }),
          asUser(),
        ),
      "name",
      "expire_time",
    ],
    "a suspension of nobody": [() => server.ask(admin.suspendUser, { id: NOBODY, note: "a\nb" }, asOperator()), "note"],
    "a suspension of no id": [
      () => server.ask(admin.suspendUser, { id: "", note: "a\nb" }, asOperator()),
      "id",
      "note",
    ],
    "a limit of nobody's": [
      () => server.ask(admin.setAlertLimit, { id: NOBODY, alertLimit: -5 }, asOperator()),
      "alert_limit",
    ],
    "a limit of no id": [
      () => server.ask(admin.setAlertLimit, { id: " ", alertLimit: -5 }, asOperator()),
      "id",
      "alert_limit",
    ],
    "another password without the one that is": [
      () => server.ask(users.changePassword, { currentPassword: "wrong", newPassword: "x" }, asUser()),
      "new_password",
    ],
    "the end of a HOLD that is none": [
      () => server.ask(operators.releaseSymbol, { symbol: "AAPL", verdict: 0, seenPrice: 0 }, { role: "operator" }),
      "verdict",
    ],
    "candles of a symbol that nobody knows": [
      () => server.ask(quotes.listCandles, ListCandlesRequest.fromPartial({ symbol: "NONE", pageSize: -1 })),
      "page_size",
    ],
  };

  for (const [name, [ask, ...fields]] of Object.entries(CASES)) {
    it(`is refused for its form: ${name}`, async () => {
      const error = await refusalOf(ask());
      expect(error.code, error.message).to.equal("INVALID_ARGUMENT");
      expect(error.fields.map(({ field }) => field)).to.have.members(fields);
    });
  }

  it("is refused for what there is, once its form is right", async () => {
    const wrong = updateOf(alertId);
    const right = { ...wrong, alert: { ...wrong.alert!, bandPercent: "1", note: "right" } };
    expect((await refusalOf(server.ask(alerts.updateAlert, right, asUser()))).reason).to.equal("ETAG_STALE");
    const absent = { ...right, alert: { ...right.alert, id: NOBODY } };
    expect((await refusalOf(server.ask(alerts.updateAlert, absent, asUser()))).reason).to.equal("ALERT_NOT_FOUND");
  });
});
