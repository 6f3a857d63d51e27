import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { AlertSession, AlertState, AlertSymbolState, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { CrossDirection } from "../../proto/gen/tickerbell/v1/condition.ts";
import { HoldReason, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { ALERT_ID, OTHER_ALERT_ID, sampleAlert, sampleNotification, samplePage } from "../testing/samples.ts";
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

  it("shows that what it fired waits to be mailed, and until when; not what others fired", async () => {
    const held = { state: NotificationState.WAITING, holdReason: HoldReason.COOLDOWN };
    const heldUntilTime = new Date("2026-11-22T15:30:00Z");
    const own = sampleNotification({ ...held, heldUntilTime });
    const others = sampleNotification({ ...held, symbol: "IBM", triggers: [] });
    const lastFireTime = new Date("2026-11-22T14:30:42Z");
    await open({
      GetAlert: () => sampleAlert({ lastFireTime }),
      ListNotifications: () => ({ notifications: [own, others], nextPageToken: "" }),
    });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    const { output } = await world.bell("alerts", "get", ALERT_ID);
    expect(output).to.match(/^mail +AAPL fired 14:30 UTC: HELD until 15:30 UTC \(cooldown\)$/m);
    expect(output).not.to.include("IBM");
    expect(world.server.requests("ListNotifications")).to.have.length(1);
    const { waitingNotifications } = JSON.parse((await world.bell("alerts", "get", ALERT_ID, "--json")).output) as {
      waitingNotifications: { id: string; holdReason: string }[];
    };
    expect(waitingNotifications.map(({ id, holdReason }) => [id, holdReason])).to.deep.equal([[own.id, "COOLDOWN"]]);
  });

  it("shows what is not usual of an alert, and where it stands for each of its symbols", async () => {
    const standing = (symbol: string, state: AlertState, fireCount: number) =>
      AlertSymbolState.fromPartial({ symbol, state, fireCount, lastFireTime: new Date("2026-11-22T14:30:00Z") });
    const alert = sampleAlert({
      symbols: ["AAPL", "MSFT"],
      sentence:
        "Any of AAPL, MSFT at or below 100.00 USD, every time it has been back by 1 % for 1h30m, at most 3 times each",
      repeat: Repeat.EVERY,
      bandPercent: "1",
      rearmFor: { seconds: 5_400, nanos: 0 },
      maxFires: 3,
      confirm: 2,
      session: AlertSession.EXTENDED,
      expireTime: new Date("2027-01-01T00:00:00Z"),
      note: "look",
      tags: ["swing", "tech"],
      lastFireTime: new Date("2026-11-22T14:30:00Z"),
      symbolStates: [standing("AAPL", AlertState.ARMED, 0), standing("MSFT", AlertState.TRIGGERED, 3)],
    });
    await open({ GetAlert: () => alert, ListAlerts: () => samplePage([alert]) });
    world.terminal.columns = 80;
    const { output } = await world.bell("alerts", "get", ALERT_ID);
    expect(output).to.equal(`id            8c1f02ab-1111-4222-8333-444455556666
alert         Any of AAPL, MSFT at or below 100.00 USD, every time it has been
              back by 1 % for 1h30m, at most 3 times each
state         ARMED
repeat        every
band          1 %
already true  wait
rearm for     1h30m
max fires     3
confirm       2 prices in a row
session       extended
expires       2027-01-01 00:00:00 UTC
tags          swing tech
note          look
created       2026-11-22 14:30:00 UTC
changed       2026-11-22 14:30:00 UTC
last fired    2026-11-22 14:30:00 UTC
etag          e1

SYMBOL  STATE        FIRED  LAST FIRED
AAPL    ARMED            -  2026-11-22 14:30:00 UTC
MSFT    TRIGGERED  3 times  2026-11-22 14:30:00 UTC
`);
    const listed = (await world.bell("alerts", "list")).output;
    expect(listed).to.include("1 of 1,000 alerts");
    for (const line of listed.split("\n")) expect(line.length).to.be.at.most(80);
  });

  it("leaves what is usual out, and tells until when an alert is paused", async () => {
    await open({
      GetAlert: () => sampleAlert({ state: AlertState.PAUSED, pauseUntilTime: new Date("2026-12-01T15:00:00Z") }),
    });
    const { output } = await world.bell("alerts", "get", ALERT_ID);
    expect(output).to.include("PAUSED until 2026-12-01 15:00:00 UTC");
    expect(output).not.to.match(/^(rearm|max|confirm|session|expires|tags|SYMBOL)/m);
  });

  it("says why an alert does not fire yet", async () => {
    const awaiting = sampleAlert({ awaitsBaseline: true });
    await open({
      CreateAlert: () => awaiting,
      ListAlerts: () => samplePage([awaiting]),
      GetAlert: () => sampleAlert({ state: AlertState.DISARMED }),
    });
    const { output } = await world.bell("alerts", "create", "AAPL", "above", "200");
    expect(output).to.include("ARMED (awaits a first price of AAPL;");
    expect((await world.bell("alerts", "list")).output)
      .to.include("ARMED, no price yet")
      .and.not.include("LAST FIRED");
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
      session: "REGULAR",
      tags: [],
      symbols: [],
      maxFires: 0,
    });
  });

  it("answers JSON with durations and states within conditions and lists", async () => {
    const value = { lower: 1, upper: 2, forDuration: { seconds: 600, nanos: 0 } };
    const alert = sampleAlert({
      condition: { kind: { $case: "outside", value } },
      rearmFor: { seconds: 60, nanos: 0 },
      symbolStates: [AlertSymbolState.fromPartial({ symbol: "AAPL", state: AlertState.PENDING })],
    });
    const crossing = { level: 200, direction: CrossDirection.UP };
    const other = sampleAlert({ condition: { kind: { $case: "crosses", value: crossing } } });
    await open({ ListAlerts: () => samplePage([alert, other]) });
    const { alerts, alertCount, alertLimit } = JSON.parse((await world.bell("alerts", "list", "--json")).output) as {
      alerts: object[];
      alertCount: number;
      alertLimit: number;
    };
    expect([alertCount, alertLimit]).to.deep.equal([2, 1_000]);
    expect(alerts[1]).to.deep.include({ condition: { crosses: { level: 200, direction: "UP" } } });
    expect(alerts[0]).to.deep.include({
      condition: { outside: { lower: 1, upper: 2, forDuration: "600s" } },
      rearmFor: "60s",
      symbolStates: [{ symbol: "AAPL", state: "PENDING", awaitsBaseline: false, fireCount: 0 }],
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

  it("finds an id by its beginning, and names the candidates when it fits several", async () => {
    await open({
      ListAlerts: () => samplePage([sampleAlert(), sampleAlert({ id: OTHER_ALERT_ID })]),
      PauseAlert: () => sampleAlert(),
    });
    expect((await world.bell("alerts", "pause", "8c1f0")).exitCode).to.equal(0);
    expect(world.server.requests("PauseAlert")).to.deep.equal([{ id: ALERT_ID, untilTime: undefined }]);
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
