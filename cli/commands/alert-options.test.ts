import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { AlertSession, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { ALERT_ID, sampleAlert, samplePage } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const NOW_MS = Date.UTC(2026, 10, 22);

describe("the options of bell alerts", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0]): Promise<void> => {
    world = await World.open(script);
    world.logIn();
  };
  afterEach(() => world.close());

  it("sends every option as the contract has it", async () => {
    await open({ CreateAlert: () => sampleAlert(), PreviewAlert: () => ({ sentence: "", symbols: [] }) });
    world.clock = new FakeClock(NOW_MS);
    world.logIn();
    const options = ["--repeat", "every", "--band", "1", "--rearm-for", "1h30m", "--max-fires", "3", "--confirm", "2"];
    const others = [
      "--session",
      "extended",
      "--already-true",
      "fire",
      "--expires",
      "30d",
      "--tag",
      "swing",
      "--tag",
      "tech",
      "--urgent",
      "--remind-every",
      "4h",
      "--tell-back",
    ];
    const rule = ["any", "of", "AAPL,", "MSFT", "below", "100"];
    expect((await world.bell("alerts", "create", ...rule, ...options, ...others)).errors).to.equal("");
    const [request] = world.server.requests("CreateAlert") as [{ text: string; alert: object }];
    expect(request.text).to.equal("any of AAPL, MSFT below 100");
    expect(request.alert).to.deep.include({
      repeat: Repeat.EVERY,
      bandPercent: "1",
      rearmFor: { seconds: 5_400, nanos: 0 },
      maxFires: 3,
      confirm: 2,
      session: AlertSession.EXTENDED,
      alreadyTrue: AlreadyTrue.FIRE,
      expireTime: new Date(NOW_MS + 30 * DAY_MS),
      tags: ["swing", "tech"],
      isUrgent: true,
      remindEvery: { seconds: 14_400, nanos: 0 },
      tellsWhenBack: true,
    });
  });

  it("means a day with all of it where an alert expires, and its beginning where a pause ends", async () => {
    await open({ CreateAlert: () => sampleAlert(), PauseAlert: () => sampleAlert() });
    await world.bell("alerts", "create", "AAPL", "above", "1", "--expires", "2099-12-31");
    await world.bell("alerts", "pause", ALERT_ID, "--until", "2099-12-31");
    const [created] = world.server.requests("CreateAlert") as [{ alert: object }];
    expect(created.alert).to.deep.include({ expireTime: new Date("2100-01-01T00:00:00Z") });
    expect(world.server.requests("PauseAlert")).to.deep.equal([
      { id: ALERT_ID, untilTime: new Date("2099-12-31T00:00:00Z") },
    ]);
    for (const bad of ["soon", "2h ago", "2026-13-01", "2026-12-31T15:00", "-2h", "9".repeat(30) + "d"]) {
      const { exitCode, errors } = await world.bell("alerts", "pause", ALERT_ID, "--until", bad);
      expect([bad, exitCode]).to.deep.equal([bad, 2]);
      expect(errors).to.include("--until");
    }
  });

  it("rounds an end that lies so far ahead up to the second, and leaves one that is told as it is", async () => {
    await open({ CreateAlert: () => sampleAlert() });
    world.clock = new FakeClock(NOW_MS + 1);
    world.logIn();
    for (const end of ["30d", "2026-12-22T00:00:00.250Z"]) {
      await world.bell("alerts", "create", "AAPL", "above", "1", "--expires", end);
    }
    const asked = world.server.requests("CreateAlert") as { alert: { expireTime: Date } }[];
    const ends = asked.map(({ alert }) => alert.expireTime.getTime() - NOW_MS);
    expect(ends).to.deep.equal([30 * DAY_MS + 1_000, 30 * DAY_MS + 250]);
  });

  it("says nothing of what is told after a fire unless it is asked to, and takes it away again", async () => {
    await open({ UpdateAlert: () => sampleAlert() });
    await world.bell("alerts", "update", ALERT_ID, "--band", "1");
    expect(
      (await world.bell("alerts", "update", ALERT_ID, "--no-urgent", "--remind-every", "off", "--no-tell-back")).errors,
    ).to.equal("");
    const [other, taken] = world.server.requests("UpdateAlert") as { updateMask: string[]; alert: object }[];
    expect(other?.updateMask).to.deep.equal(["band_percent"]);
    expect(taken?.updateMask).to.have.members(["is_urgent", "remind_every", "tells_when_back"]);
    expect(taken?.alert).to.deep.include({ isUrgent: false, remindEvery: undefined, tellsWhenBack: false });
    const bad = await world.bell("alerts", "update", ALERT_ID, "--remind-every", "often");
    expect([bad.exitCode, bad.errors.includes("--remind-every")]).to.deep.equal([2, true]);
  });

  it("shows how an alert is told in the list, in its details and where it is explained", async () => {
    const alert = sampleAlert({ isUrgent: true, remindEvery: { seconds: 14_400, nanos: 0 }, tellsWhenBack: true });
    await open({
      ListAlerts: () => samplePage([alert]),
      GetAlert: () => alert,
      ExplainAlert: () => ({ alert, symbols: [] }),
    });
    const short = "AAPL is at or above 200.00; urgent, reminds every 4h, tells when back";
    expect((await world.bell("alerts", "list")).output).to.include(short);
    expect((await world.bell("alerts", "explain", ALERT_ID)).output).to.include(short);
    const details = (await world.bell("alerts", "get", ALERT_ID)).output;
    expect(details)
      .to.match(/reminds +every 4h while it holds\n/)
      .and.to.match(/tells +when the price is back\n/);
    expect(details).to.match(/urgent +yes/);
  });

  it("takes options away again", async () => {
    await open({ UpdateAlert: () => sampleAlert() });
    const taken = ["--rearm-for", "none", "--max-fires", "none", "--expires", "never", "--no-tags", "--confirm", "1"];
    expect((await world.bell("alerts", "update", ALERT_ID, ...taken)).errors).to.equal("");
    const [request] = world.server.requests("UpdateAlert") as [{ updateMask: string[]; alert: object }];
    expect(request.updateMask).to.have.members(["rearm_for", "max_fires", "expire_time", "tags", "confirm"]);
    expect(request.alert).to.deep.include({ rearmFor: undefined, maxFires: 0, expireTime: undefined, tags: [] });
    const both = await world.bell("alerts", "update", ALERT_ID, "--tag", "a", "--no-tags");
    expect([both.exitCode, both.errors]).to.deep.equal([
      2,
      "bell: --tag and --no-tags do not go together\n  hint: Give one of the two.\n",
    ]);
  });
});
