import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { AlertState, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { ALERT_ID, OTHER_ALERT_ID, sampleAlert } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("bell alerts", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0]): Promise<void> => {
    world = await World.open(script);
    world.logIn();
  };
  afterEach(() => world.close());

  it("sends the words as they are, with a request id, and shows the server's sentence", async () => {
    await open({ CreateAlert: () => sampleAlert() });
    const words = ["AAPL", "crosses", "up", "200", "--repeat", "every", "--band", "1", "--note", "sell half"];
    const { exitCode, output } = await world.bell("alerts", "create", ...words);
    expect(exitCode).to.equal(0);
    expect(output).to.include("AAPL is at or above 200.00").and.include("ARMED");
    const [request] = world.server.requests("CreateAlert") as [{ text: string; requestId: string; alert: object }];
    expect(request.text).to.equal("AAPL crosses up 200");
    expect(request.requestId).to.match(/^[0-9a-f-]{36}$/);
    expect(request.alert).to.include({ repeat: Repeat.EVERY, bandPercent: "1", note: "sell half" });
    expect(world.server.seen[0]?.authorization).to.equal("Bearer token-1");
  });

  it("says why an alert does not fire yet", async () => {
    const awaiting = sampleAlert({ awaitsBaseline: true });
    await open({
      CreateAlert: () => awaiting,
      ListAlerts: () => ({ alerts: [awaiting], nextPageToken: "" }),
      GetAlert: () => sampleAlert({ state: AlertState.DISARMED }),
    });
    const { output } = await world.bell("alerts", "create", "AAPL", "above", "200");
    expect(output).to.include("ARMED (awaits a first price of AAPL;");
    expect((await world.bell("alerts", "list")).output).to.include("ARMED, no price yet");
    expect((await world.bell("alerts", "get", ALERT_ID)).output).to.include("DISARMED (arms when the price has moved");
  });

  it("answers JSON with every field, short enum names and RFC 3339 times", async () => {
    await open({ GetAlert: () => sampleAlert() });
    const { output } = await world.bell("alerts", "get", ALERT_ID, "--json");
    expect(JSON.parse(output)).to.deep.include({
      id: ALERT_ID,
      state: "ARMED",
      repeat: "ONCE",
      alreadyTrue: "WAIT",
      awaitsBaseline: false,
      note: "",
      condition: { above: { level: 200 } },
      createTime: "2026-11-22T14:30:00.000Z",
    });
  });

  it("tells the server's refusal with its hint and the exit code of wrong usage", async () => {
    await open({
      CreateAlert: () => {
        throw new AppError("INVALID_ARGUMENT", "CONDITION_SYNTAX", '"abvoe" is not a condition', {
          hint: "AAPL above 200",
        });
      },
    });
    const told = await world.bell("alerts", "create", "AAPL", "abvoe", "200");
    expect(told.exitCode).to.equal(2);
    expect(told.errors).to.equal('bell: "abvoe" is not a condition\n  hint: AAPL above 200\n');
    const json = await world.bell("alerts", "create", "AAPL", "abvoe", "200", "--json");
    expect(json.output).to.equal("");
    expect(JSON.parse(json.errors)).to.deep.equal({
      error: {
        code: "INVALID_ARGUMENT",
        reason: "CONDITION_SYNTAX",
        message: '"abvoe" is not a condition',
        hint: "AAPL above 200",
        fields: [],
      },
    });
  });

  it("lists with a filter, and all pages only when asked", async () => {
    const pages: Record<string, object> = {
      "": { alerts: [sampleAlert()], nextPageToken: "two" },
      two: { alerts: [sampleAlert({ id: OTHER_ALERT_ID, note: "\u001b[31mred" })], nextPageToken: "" },
    };
    await open({ ListAlerts: ({ pageToken }: { pageToken: string }) => pages[pageToken] });
    const first = await world.bell("alerts", "list", "--symbol", "aapl", "--state", "armed");
    expect(world.server.requests("ListAlerts")).to.have.length(1);
    expect(world.server.requests("ListAlerts")[0]).to.include({ filter: "symbol=AAPL AND state=ARMED" });
    expect(first.output).to.include("8c1f02ab").and.not.include("8c1f9999");
    expect(first.errors).to.include("--all");
    const all = await world.bell("alerts", "list", "--all");
    expect(all.output).to.include("8c1f02ab").and.include("8c1f9999").and.include("\\u001b[31mred");
    expect(all.output).not.to.include("\u001b");
    const json = await world.bell("alerts", "list", "--all", "--json");
    expect(JSON.parse(json.output)).to.have.property("alerts").with.length(2);
  });

  it("says what to type when there are none", async () => {
    await open({ ListAlerts: () => ({ alerts: [], nextPageToken: "" }) });
    expect((await world.bell("alerts", "list")).output).to.include("./bell alerts create");
  });

  it("finds an id by its beginning, and names the candidates when it fits several", async () => {
    await open({
      ListAlerts: () => ({ alerts: [sampleAlert(), sampleAlert({ id: OTHER_ALERT_ID })], nextPageToken: "" }),
      PauseAlert: () => sampleAlert(),
    });
    expect((await world.bell("alerts", "pause", "8c1f0")).exitCode).to.equal(0);
    expect(world.server.requests("PauseAlert")).to.deep.equal([{ id: ALERT_ID }]);
    const several = await world.bell("alerts", "pause", "8c1f");
    expect(several.exitCode).to.equal(2);
    expect(several.errors).to.include(ALERT_ID).and.include(OTHER_ALERT_ID);
    expect((await world.bell("alerts", "pause", "ffff")).exitCode).to.equal(3);
    const short = await world.bell("alerts", "pause", "8c1");
    expect(short.exitCode).to.equal(2);
    expect(short.errors).to.include("at least 4 characters");
  });

  it("updates only what was given", async () => {
    await open({ UpdateAlert: () => sampleAlert() });
    await world.bell("alerts", "update", ALERT_ID, "above", "210", "--note", "", "--etag", "e1");
    const [request] = world.server.requests("UpdateAlert") as [{ updateMask: string[]; text: string; alert: object }];
    expect(request.updateMask).to.deep.equal(["condition", "note"]);
    expect(request.text).to.equal("above 210");
    expect(request.alert).to.include({ id: ALERT_ID, etag: "e1", note: "" });
    const nothing = await world.bell("alerts", "update", ALERT_ID);
    expect(nothing.exitCode).to.equal(2);
    expect(nothing.errors).to.include("nothing to change");
  });

  it("deletes one by itself and several in one call", async () => {
    await open({ DeleteAlert: () => ({}), BatchDeleteAlerts: () => ({}) });
    expect((await world.bell("alerts", "delete", ALERT_ID)).output).to.equal(`deleted ${ALERT_ID}\n`);
    await world.bell("alerts", "delete", ALERT_ID, OTHER_ALERT_ID);
    expect(world.server.requests("DeleteAlert")).to.deep.equal([{ id: ALERT_ID, etag: "" }]);
    expect(world.server.requests("BatchDeleteAlerts")).to.deep.equal([{ ids: [ALERT_ID, OTHER_ALERT_ID] }]);
  });
});
