import { expect } from "chai";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
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
    world.logIn();
    const { output } = await world.bell("notifications", "list", "--state", "waiting");
    expect(output).to.match(/SIMULATED +WAITING .+held until 2026-11-22 16:42:00Z/);
    expect(world.server.requests("ListNotifications")[0]).to.include({ filter: "state=WAITING" });
  });

  it("shows one with everything that fired, found by the beginning of its id", async () => {
    world = await World.open({
      ListNotifications: () => ({ notifications: [sampleNotification()], nextPageToken: "" }),
      GetNotification: () => sampleNotification(),
    });
    world.logIn();
    const { output } = await world.bell("notifications", "get", "5b1e8c70");
    expect(output).to.match(/201\.00 +SIMULATED +AAPL is at or above 200\.00 +sell half/);
    const json = await world.bell("notifications", "get", "5b1e8c70", "--json");
    expect(JSON.parse(json.output)).to.have.nested.property("triggers[0].quote.period", "60s");
  });

  it("needs a log-in, without asking the server", async () => {
    world = await World.open();
    const { exitCode, errors } = await world.bell("notifications", "list");
    expect(exitCode).to.equal(5);
    expect(errors).to.include("you are not logged in").and.include("./bell login");
    expect(world.server.seen).to.deep.equal([]);
  });
});
