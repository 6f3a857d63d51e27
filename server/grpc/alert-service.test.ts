import { expect } from "chai";
import { AlertState, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService as Service,
  CreateAlertRequest,
  ListAlertsRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

const UUID = "3f1a9c1e-1111-4111-8111-111111111111";
const BROKEN = "a\ufffdb";

describe("AlertService", () => {
  let server: TestServer;
  let user: SignedUp;
  before(async () => {
    server = await startTestServer();
    user = await server.signUp();
  });
  after(() => server.close());

  const as = () => ({ token: user.token });
  type Wish = Parameters<typeof CreateAlertRequest.fromPartial>[0];
  type Change = Parameters<typeof UpdateAlertRequest.fromPartial>[0];
  const create = (wish: Wish) => server.ask(Service.createAlert, CreateAlertRequest.fromPartial(wish), as());
  const update = (change: Change) => server.ask(Service.updateAlert, UpdateAlertRequest.fromPartial(change), as());
  const list = (wish: Parameters<typeof ListAlertsRequest.fromPartial>[0], token = user.token) =>
    server.ask(Service.listAlerts, ListAlertsRequest.fromPartial(wish), { token });

  describe("UpdateAlert", () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await create({ text: "AAPL above 200", alert: { note: "old" } }));
    });
    const stored = () => server.ask(Service.getAlert, { id }, as());

    it("changes what the mask names, and nothing else", async () => {
      const alert = { id, note: "new", bandPercent: "3", symbol: "MSFT" };
      const changed = await update({ alert, updateMask: ["note"] });
      expect(changed).to.include({ note: "new", bandPercent: "0.5", symbol: "AAPL", etag: '"2"' });
    });

    it("takes a new condition as text, with or without the symbol", async () => {
      for (const text of ["below 150", "aapl below 151"]) await update({ alert: { id }, text });
      expect((await stored()).condition).to.deep.equal({ kind: { $case: "below", value: { level: 151 } } });
      expect(await problemsOf(update({ alert: { id }, text: "MSFT below 1" }))).to.deep.equal([
        "text CONDITION_SYNTAX",
      ]);
    });

    for (const path of ["owner_id", "id", "symbol", "state", "*", "alert.note", "", BROKEN, "x".repeat(100_000)]) {
      it(`refuses the mask ${JSON.stringify(path.slice(0, 20))}`, async () => {
        expect(await problemsOf(update({ alert: { id, note: "new" }, updateMask: [path] }))).to.deep.equal([
          "update_mask UPDATE_MASK",
        ]);
        expect((await stored()).note).to.equal("old");
      });
    }

    it("refuses an empty mask, no alert, no id and one that is none", async () => {
      expect(await problemsOf(update({ alert: { id } }))).to.deep.equal(["update_mask UPDATE_MASK"]);
      expect(await problemsOf(update({ updateMask: ["note"] }))).to.deep.equal(["alert.id FIELD_REQUIRED"]);
      expect(await problemsOf(update({ alert: { id: BROKEN }, updateMask: ["note"] }))).to.deep.equal([
        "alert.id FIELD_INVALID",
      ]);
    });

    it("names every bad field at once, and stores nothing", async () => {
      const alert = { id, note: "a\nb", bandPercent: "51" };
      const problems = await problemsOf(update({ alert, updateMask: ["note", "band_percent", "condition"] }));
      expect(problems).to.deep.equal([
        "alert.condition FIELD_REQUIRED",
        "alert.band_percent FIELD_INVALID",
        "alert.note FIELD_INVALID",
      ]);
      expect((await stored()).etag).to.equal('"1"');
    });

    it("refuses a stale etag, and takes the present one", async () => {
      const { etag } = await stored();
      await update({ alert: { id, note: "new", etag }, updateMask: ["note"] });
      for (const old of [etag, BROKEN, "x"]) {
        const stale = update({ alert: { id, note: "newer", etag: old }, updateMask: ["note"] });
        expect(await refusalOf(stale)).to.include({ code: "ABORTED", reason: "ETAG_STALE" });
      }
      expect((await refusalOf(server.ask(Service.deleteAlert, { id, etag }, as()))).reason).to.equal("ETAG_STALE");
      expect((await stored()).note).to.equal("new");
    });
  });

  describe("ListAlerts", () => {
    it("comes in pages under opaque tokens", async () => {
      const { token } = await server.signUp();
      for (const level of [1, 2, 3]) {
        await server.ask(Service.createAlert, CreateAlertRequest.fromPartial({ text: `AAPL above ${level}` }), {
          token,
        });
      }
      const levels = ({ alerts }: { alerts: Alert[] }) => alerts.map(({ sentence }) => /\d/.exec(sentence)?.[0]).join();
      const first = await list({ pageSize: 2 }, token);
      expect(levels(first)).to.equal("3,2");
      const second = await list({ pageSize: 2, pageToken: first.nextPageToken }, token);
      expect([levels(second), second.nextPageToken]).to.deep.equal(["1", ""]);
      expect(levels(await list({ pageSize: 1_000_000_000 }, token))).to.equal("3,2,1");
      expect(levels(await list({ filter: "symbol=aapl AND state=ARMED AND repeat=ONCE" }, token))).to.equal("3,2,1");
      expect(levels(await list({ filter: "repeat=EVERY" }, token))).to.equal("");
      for (const [pageToken, filter, whose] of [
        [first.nextPageToken, "symbol=AAPL", token],
        [first.nextPageToken, "", user.token],
        [`${first.nextPageToken}x`, "", token],
        ["garbage", "", token],
        ["x".repeat(200_000), "", token],
        [BROKEN, "", token],
      ] as const) {
        expect(await problemsOf(list({ pageToken, filter }, whose))).to.deep.equal(["page_token PAGE_TOKEN"]);
      }
    });

    it("refuses a negative page, and a filter that it does not know", async () => {
      expect(await problemsOf(list({ pageSize: -1 }))).to.deep.equal(["page_size FIELD_INVALID"]);
      for (const filter of [
        "owner=me",
        "symbol",
        "state=ARMD",
        "symbol=A AND symbol=B",
        "1=1; DROP TABLE",
        "symbol=A OR 1=1",
        "toString=x",
        BROKEN,
        "x".repeat(10_000),
      ]) {
        expect(await problemsOf(list({ filter })), filter.slice(0, 30)).to.deep.equal(["filter FILTER"]);
      }
    });
  });

  describe("the other calls", () => {
    it("pause, resume and delete", async () => {
      const { id } = await create({ text: "AAPL above 200" });
      expect((await server.ask(Service.pauseAlert, { id }, as())).state).to.equal(AlertState.PAUSED);
      expect((await server.ask(Service.resumeAlert, { id }, as())).state).to.equal(AlertState.ARMED);
      expect((await refusalOf(server.ask(Service.resumeAlert, { id }, as()))).reason).to.equal("STATE_CONFLICT");
      await server.ask(Service.deleteAlert, { id, etag: "" }, as());
      expect((await refusalOf(server.ask(Service.getAlert, { id }, as()))).reason).to.equal("ALERT_NOT_FOUND");
    });

    it("refuse what is no id", async () => {
      for (const id of ["", BROKEN, "a b", "x".repeat(65), "é".repeat(50_000), "'--"]) {
        const reason = id === "" ? "FIELD_REQUIRED" : "FIELD_INVALID";
        for (const method of [Service.getAlert, Service.pauseAlert, Service.resumeAlert] as const) {
          expect(await problemsOf(server.ask(method, { id }, as()))).to.deep.equal([`id ${reason}`]);
        }
        expect(await problemsOf(server.ask(Service.deleteAlert, { id, etag: "" }, as()))).to.deep.equal([
          `id ${reason}`,
        ]);
      }
    });

    it("delete 1 to 1,000 at once, all or none", async () => {
      const { id } = await create({ text: "AAPL above 200" });
      const remove = (ids: string[]) => server.ask(Service.batchDeleteAlerts, { ids }, as());
      for (const ids of [[], Array<string>(1_001).fill(id), [BROKEN]]) {
        expect((await problemsOf(remove(ids)))[0]).to.match(/^ids(\[0\])? FIELD_INVALID/);
      }
      expect((await refusalOf(remove([id, UUID]))).reason).to.equal("ALERT_NOT_FOUND");
      await server.ask(Service.getAlert, { id }, as());
      await remove([id, id]);
      expect((await refusalOf(remove([id]))).reason).to.equal("ALERT_NOT_FOUND");
    });
  });

  describe("the log", () => {
    it("holds no defect for anything above", () => {
      expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
    });
  });
});
