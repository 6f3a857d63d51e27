import { expect } from "chai";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { sampleNotification } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

describe("bell notifications", () => {
  let world: World;
  afterEach(() => world.close());

  it("shows what holds one back", async () => {
    const held = sampleNotification({
      state: NotificationState.WAITING,
      heldUntilTime: new Date("2026-11-22T16:42:00Z"),
    });
    world = await World.open({ ListNotifications: () => ({ notifications: [held], nextPageToken: "" }) });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    world.logIn();
    const { output } = await world.bell("notifications", "list", "--state", "waiting");
    expect(output).to.match(/^5b1e8c70 +14:30 UTC +AAPL is .* \(SIMULATED\) +WAITING, held until 16:42 UTC$/m);
    expect(world.server.requests("ListNotifications")[0]).to.include({ filter: "state=WAITING" });
  });

  it("shows one with everything that fired, found by the beginning of its id", async () => {
    world = await World.open({
      ListNotifications: () => ({ notifications: [sampleNotification()], nextPageToken: "" }),
      GetNotification: () => sampleNotification(),
    });
    world.logIn();
    const { output } = await world.bell("notifications", "get", "5b1e8c70");
    expect(output).to.match(/^8c1f02ab .* 201\.00 +AAPL is at or above 200\.00 \(SIMULATED\) +sell half$/m);
    const json = await world.bell("notifications", "get", "5b1e8c70", "--json");
    expect(JSON.parse(json.output)).to.have.nested.property("triggers[0].quote.period", "60s");
  });

  for (const columns of [80, 60]) {
    it(`fits ${columns} columns and cuts nothing`, async () => {
      const held = sampleNotification({
        state: NotificationState.WAITING,
        createTime: new Date("2026-11-21T23:58:00Z"),
        heldUntilTime: new Date("2026-11-22T00:57:00Z"),
        detail: "the mail server said 451 4.7.1 try again later",
      });
      world = await World.open({
        ListNotifications: () => ({ notifications: [held, sampleNotification()], nextPageToken: "" }),
        GetNotification: () => held,
      });
      world.clock = new FakeClock(Date.parse("2026-11-21T23:59:00Z"));
      world.logIn();
      world.terminal.columns = columns;
      const { output } = await world.bell("notifications", "list");
      const details = await world.bell("notifications", "get", held.id);
      const table = details.output.slice(details.output.indexOf("\n\n"));
      for (const text of [output, table]) {
        expect(Math.max(...text.split("\n").map((line) => line.length))).to.be.at.most(columns);
        expect(text).not.to.include("…");
      }
      const words =
        "5b1e8c70 23:58 UTC AAPL 200.00 (SIMULATED) WAITING, held until 22 Nov 00:57 UTC, 451 4.7.1 later SENT";
      for (const word of words.split(" ")) expect(output).to.include(word);
      for (const word of "8c1f02ab 22 Nov 14:30 UTC 201.00 200.00 (SIMULATED) sell half".split(" "))
        expect(table).to.include(word);
      expect(details.output).to.include("WAITING, held until 2026-11-22 00:57:00 UTC");
    });
  }

  it("names the symbol on which a rule for several fired, and of how many it is one", async () => {
    const [trigger] = sampleNotification().triggers;
    const sentence = "Any of AAPL, MSFT, NVDA at or above 200.00 USD, once each";
    const triggers = [{ ...trigger!, symbol: "MSFT", sentence }];
    world = await World.open({
      ListNotifications: () => ({ notifications: [sampleNotification({ triggers })], nextPageToken: "" }),
    });
    world.logIn();
    const { output } = await world.bell("notifications", "list");
    expect(output).to.include("MSFT (any of 3) at or above 200.00 USD, once each");
  });

  it("names the symbol of one in which nothing is left", async () => {
    world = await World.open({
      ListNotifications: () => ({ notifications: [sampleNotification({ triggers: [] })], nextPageToken: "" }),
    });
    world.logIn();
    expect((await world.bell("notifications", "list")).output).to.match(/AAPL +SENT$/m);
  });

  it("needs a log-in, without asking the server", async () => {
    world = await World.open();
    const { exitCode, errors } = await world.bell("notifications", "list");
    expect(exitCode).to.equal(5);
    expect(errors).to.include("you are not logged in").and.include("./bell login");
    expect(world.server.seen).to.deep.equal([]);
  });
});
