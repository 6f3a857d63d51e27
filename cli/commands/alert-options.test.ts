import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { AlertSession, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { ALERT_ID, sampleAlert } from "../testing/samples.ts";
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
