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
      expect((await stored()).condition).to.deep.equal({
        kind: { $case: "below", value: { level: 151, forDuration: undefined } },
      });
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

  describe("the limit of a user's alerts", () => {
    it("counts each symbol of a rule, says what is used, and frees what is deleted", async () => {
      const { token } = await server.signUp();
      const make = (from: number) => {
        const symbols = Array.from({ length: 50 }, (_none, at) => `S${from + at}`);
        const request = CreateAlertRequest.fromPartial({ text: `any of ${symbols.join(",")} above 1` });
        return server.ask(Service.createAlert, request, { token });
      };
      for (let from = 0; from < 950; from += 50) await make(from);
      const one = CreateAlertRequest.fromPartial({ text: "ONE above 1" });
      const { id } = await server.ask(Service.createAlert, one, { token });
      const { code, reason, message } = await refusalOf(make(950));
      expect([code, reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "ALERT_LIMIT"]);
      expect(message).to.include("951 of at most 1000").and.include("50 more");
      await server.ask(Service.deleteAlert, { id, etag: "" }, { token });
      expect((await make(950)).symbolStates).to.have.length(50);
      expect(await list({ pageSize: 1 }, token)).to.include({ alertCount: 1_000, alertLimit: 1_000 });
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

    it("says how many alerts there are and how many there may be, and lists by tag and by any symbol", async () => {
      const { token } = await server.signUp();
      const make = (wish: Wish) => server.ask(Service.createAlert, CreateAlertRequest.fromPartial(wish), { token });
      await make({ text: "any of AAPL, MSFT, IBM above 7", alert: { tags: ["swing", "tech"] } });
      await make({ text: "MSFT above 8", alert: { tags: ["swing"] } });
      const gone = await make({ text: "MSFT above 9" });
      await server.ask(Service.deleteAlert, { id: gone.id, etag: "" }, { token });
      expect(await list({ pageSize: 1 }, token)).to.include({ alertCount: 4, alertLimit: 1_000 });
      const firsts = async (filter: string) => (await list({ filter }, token)).alerts.map(({ symbol }) => symbol);
      expect(await firsts("tag=swing")).to.deep.equal(["MSFT", "AAPL"]);
      expect(await firsts("tag=tech AND symbol=ibm")).to.deep.equal(["AAPL"]);
      expect(await firsts("tag=nothing")).to.deep.equal([]);
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
    const pause = (id: string, untilTime?: Date) => server.ask(Service.pauseAlert, { id, untilTime }, as());

    it("pause until a time, and say until when", async () => {
      const { id } = await create({ text: "AAPL above 200" });
      const until = new Date(Date.now() + 3_600_000);
      expect(await pause(id, until)).to.deep.include({ state: AlertState.PAUSED, pauseUntilTime: until });
      expect((await pause(id)).pauseUntilTime).to.equal(undefined);
      for (const past of [new Date(0), new Date(Date.now() - 1), new Date(8.64e15)]) {
        expect(await problemsOf(pause(id, past))).to.deep.equal(["until_time FIELD_INVALID"]);
      }
      expect(await problemsOf(pause("a b", new Date(0)))).to.deep.equal([
        "id FIELD_INVALID",
        "until_time FIELD_INVALID",
      ]);
    });

    it("pause, resume and delete", async () => {
      const { id } = await create({ text: "AAPL above 200" });
      expect(await pause(id)).to.include({ state: AlertState.PAUSED, pauseUntilTime: undefined });
      expect((await server.ask(Service.resumeAlert, { id }, as())).state).to.equal(AlertState.ARMED);
      expect((await refusalOf(server.ask(Service.resumeAlert, { id }, as()))).reason).to.equal("STATE_CONFLICT");
      await server.ask(Service.deleteAlert, { id, etag: "" }, as());
      expect((await refusalOf(server.ask(Service.getAlert, { id }, as()))).reason).to.equal("ALERT_NOT_FOUND");
    });

    it("refuse what is no id", async () => {
      for (const id of ["", BROKEN, "a b", "x".repeat(65), "é".repeat(50_000), "'--"]) {
        const reason = id === "" ? "FIELD_REQUIRED" : "FIELD_INVALID";
        for (const asked of [
          server.ask(Service.getAlert, { id }, as()),
          server.ask(Service.resumeAlert, { id }, as()),
          server.ask(Service.deleteAlert, { id, etag: "" }, as()),
          pause(id),
        ]) {
          expect(await problemsOf(asked)).to.deep.equal([`id ${reason}`]);
        }
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
