import { expect } from "chai";
import { AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { OTHER_ALERT_ID, sampleAlert, samplePage } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("bell alerts list", () => {
  let world: World;
  const open = async (script: Parameters<typeof World.open>[0]): Promise<void> => {
    world = await World.open(script);
    world.logIn();
  };
  afterEach(() => world.close());

  it("lists with a filter, and all pages only when asked", async () => {
    const pages: Record<string, object> = {
      "": samplePage([sampleAlert()], "two"),
      two: samplePage([sampleAlert({ id: OTHER_ALERT_ID, note: "\u001b[31mred" })]),
    };
    await open({ ListAlerts: ({ pageToken }: { pageToken: string }) => pages[pageToken] });
    const first = await world.bell("alerts", "list", "--symbol", "aapl", "--state", "armed", "--tag", "swing");
    expect(world.server.requests("ListAlerts")).to.have.length(1);
    expect(world.server.requests("ListAlerts")[0]).to.include({ filter: "symbol=AAPL AND state=ARMED AND tag=swing" });
    expect(first.output).to.include("8c1f02ab").and.not.include("8c1f9999");
    expect(first.errors).to.include("--all");
    const all = await world.bell("alerts", "list", "--all");
    expect(all.output).to.include("8c1f02ab").and.include("8c1f9999").and.include("\\u001b[31mred");
    expect(all.output).not.to.include("\u001b");
    const json = await world.bell("alerts", "list", "--all", "--json");
    expect(JSON.parse(json.output)).to.have.property("alerts").with.length(2);
  });

  for (const columns of [80, 60]) {
    it(`fits ${columns} columns and cuts nothing`, async () => {
      const note = "sell half of what is in the old account, and tell Ann";
      const alerts = [
        sampleAlert({ sentence: "AAPL at or above 200.00 USD, once", lastFireTime: new Date("2026-11-22T14:05:00Z") }),
        sampleAlert({
          id: OTHER_ALERT_ID,
          sentence: "AAPL crosses 212.50 USD in either direction, every time",
          lastFireTime: new Date("2026-11-21T09:30:00Z"),
          awaitsBaseline: true,
          note,
        }),
      ];
      await open({ ListAlerts: () => samplePage(alerts) });
      world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
      world.logIn();
      world.terminal.columns = columns;
      const { output } = await world.bell("alerts", "list");
      const lines = output.trimEnd().split("\n");
      expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(columns);
      expect(output).not.to.include("…").and.not.include("2026");
      const words = `${alerts.map(({ sentence }) => sentence).join(" ")} ${note} 14:05 UTC 21 Nov 09:30 UTC ARMED, no price yet`;
      for (const word of words.split(" ")) expect(output).to.include(word);
      for (const id of ["8c1f02ab", "8c1f9999"]) expect(lines.filter((line) => line.startsWith(id))).to.have.length(1);
    });
  }

  it("names the symbol where the server's sentence does not", async () => {
    await open({ ListAlerts: () => samplePage([sampleAlert({ sentence: "at least 200.00" })]) });
    expect((await world.bell("alerts", "list")).output).to.include("AAPL: at least 200.00");
  });

  it("says what to type when there are none", async () => {
    await open({ ListAlerts: () => samplePage([]) });
    expect((await world.bell("alerts", "list")).output).to.include("./bell alerts create");
  });

  it("counts what was asked for, and says how many there are in all", async () => {
    const more = { ...samplePage([sampleAlert()], "two"), alertCount: 1_000 };
    const script: Record<string, object> = {
      "tag=swing": { ...samplePage([sampleAlert()]), alertCount: 14 },
      "": more,
    };
    await open({ ListAlerts: ({ filter }: { filter: string }) => script[filter] ?? more });
    const lastLine = async (...words: string[]) =>
      (await world.bell("alerts", "list", ...words)).output.trimEnd().split("\n").at(-1);
    expect(await lastLine("--tag", "swing")).to.equal("1 matches; in all you have 14 of 1,000 alerts");
    expect(await lastLine("--state", "armed")).to.equal(
      "the newest 1 that match; in all you have 1,000 of 1,000 alerts",
    );
    expect(await lastLine()).to.equal("1,000 of 1,000 alerts");
  });

  it("says what no alert is, where none was found", async () => {
    await open({ ListAlerts: () => ({ ...samplePage([]), alertCount: 14 }) });
    const tagged = await world.bell("alerts", "list", "--tag", "swing");
    expect(tagged.output).to.equal(
      "No alert of yours has the tag swing. ./bell alerts list shows all.\n\n0 match; in all you have 14 of 1,000 alerts\n",
    );
    const others = ["--symbol", "aapl", "--state", "paused", "--repeat", "every"];
    expect((await world.bell("alerts", "list", ...others)).output).to.include(
      "No alert of yours is for AAPL and is PAUSED and fires every time.",
    );
  });

  it("tells the number of symbols where a row has no room for them, and names a few", async () => {
    const rule = "at or below 100.00 USD, once each";
    const alertFor = (...symbols: string[]) =>
      sampleAlert({ symbols, sentence: `Any of ${symbols.join(", ")} ${rule}` });
    await open({ ListAlerts: () => samplePage([alertFor("A", "B", "C", "D", "E"), alertFor("X", "Y", "Z")]) });
    expect((await world.bell("alerts", "list")).output)
      .to.include(`Any of 5 symbols ${rule}`)
      .and.include("2 of 1,000 alerts, each symbol counted")
      .and.include(`Any of X, Y, Z ${rule}`);
  });

  it("says until when an alert is paused", async () => {
    const state = AlertState.PAUSED;
    const pauseUntilTime = new Date("2026-11-23T09:30:00Z");
    await open({ ListAlerts: () => samplePage([sampleAlert({ state, pauseUntilTime }), sampleAlert({ state })]) });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    world.logIn();
    const { output } = await world.bell("alerts", "list");
    expect(output)
      .to.match(/PAUSED until 23 Nov 09:30 UTC +AAPL/)
      .and.to.match(/PAUSED +AAPL/);
  });
});
