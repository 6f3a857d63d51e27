import { expect } from "chai";
import type { Clock } from "../../runtime/clock/clock.ts";
import { HoldReason, Notification, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { User } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { sampleStatus } from "../doctor/testing/sample-answer.ts";
import { World } from "../testing/world.ts";

const ID = "5b1e8c70-1111-4222-8333-444455556666";
const BEGUN = Date.parse("2026-11-22T14:30:00Z");

/** Whoever sleeps wakes at once, and the time has passed. */
class HurriedClock implements Clock {
  sleptMs = 0;
  now = () => BEGUN + this.sleptMs;
  monotonic = () => this.sleptMs;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.sleptMs += ms;
    return Promise.resolve();
  }
}

describe("bell notifications test", () => {
  let world: World;
  let clock: HurriedClock;
  let later: Parameters<typeof Notification.fromPartial>[0];
  let status = sampleStatus();
  beforeEach(async () => {
    const begun = { id: ID, state: NotificationState.WAITING, createTime: new Date(BEGUN) };
    later = {};
    status = sampleStatus();
    clock = new HurriedClock();
    world = await World.open({
      GetCurrentUser: () => User.fromPartial({ email: "ann@example.com" }),
      SendTestMail: () => Notification.fromPartial(begun),
      GetNotification: () => Notification.fromPartial({ ...begun, ...later }),
      GetStatus: () => status,
    });
    world.clock = clock;
    world.logIn();
  });
  afterEach(() => world.close());

  it("tells that it was handed over, after how long, and the mail server's words", async () => {
    later = {
      state: NotificationState.SENT,
      endTime: new Date(BEGUN + 420),
      attempts: [{ reply: "250 2.0.0 Ok: queued as 4F2" }],
    };
    const { exitCode, output, errors } = await world.bell("notifications", "test");
    expect(exitCode).to.equal(0);
    expect(output).to.include("Handed to your mail server after 420ms. It said: 250 2.0.0 Ok: queued as 4F2");
    expect(output).to.include("ann@example.com").and.not.include("delivered");
    expect(errors).to.include("A test mail to ann@example.com is on its way.");
    expect(clock.sleptMs).to.equal(500);
  });

  it("ends with 1 when it is refused, with the words of the refusal", async () => {
    later = { state: NotificationState.DEAD, detail: "the mail server refuses the address: 550 5.1.1 nobody" };
    const { exitCode, output } = await world.bell("notifications", "test");
    expect(exitCode).to.equal(1);
    expect(output).to.include("DEAD: the mail server refuses the address: 550 5.1.1 nobody");
  });

  it("says besides what mends an address that the refusal was one too many for", async () => {
    const user = User.fromPartial({ email: "ann@example.com", isAddressRefused: true });
    const reply = { id: ID, state: NotificationState.DEAD, createTime: new Date(BEGUN) };
    world.close();
    world = await World.open({
      GetCurrentUser: () => user,
      SendTestMail: () => Notification.fromPartial(reply),
    });
    world.logIn();
    expect((await world.bell("notifications", "test")).output).to.include("./bell register ann@example.com");
  });

  it("ends with 69 after a minute when no notifier is connected, and says so", async () => {
    status = sampleStatus({ notifiers: [] });
    const { exitCode, output } = await world.bell("notifications", "test");
    expect(exitCode).to.equal(69);
    expect(output).to.include("no notifier is connected").and.include(`./bell notifications get ${ID}`);
    expect(clock.sleptMs).to.equal(60_000);
  });

  it("tells the mail server's trouble", async () => {
    status = sampleStatus({ mail: { isTaking: false, detail: "535 5.7.8 no" } });
    later = { holdReason: HoldReason.MAIL_SERVER };
    const { exitCode, output } = await world.bell("notifications", "test");
    expect(exitCode).to.equal(69);
    expect(output).to.include("takes no mail: 535 5.7.8 no").and.include("./bell mail check");
    const json = JSON.parse((await world.bell("notifications", "test", "--json")).output) as object;
    expect(json).to.have.property("cause").that.includes("535 5.7.8 no");
  });

  it("does not wait for an address that is refused", async () => {
    later = { holdReason: HoldReason.ADDRESS_REFUSED };
    const { exitCode, output } = await world.bell("notifications", "test");
    expect(exitCode).to.equal(69);
    expect(output).to.include("./bell register EMAIL");
    expect(clock.sleptMs).to.equal(500);
  });

  it("says that the mail server asked it to come again", async () => {
    later = { holdReason: HoldReason.BACK_OFF };
    expect((await world.bell("notifications", "test")).output).to.include("tried again by itself");
  });

  it("listens for Ctrl-C no oftener the longer it waits", async () => {
    const { signal } = world.interruption;
    let asked = 0;
    Object.defineProperty(world.interruption, "signal", { get: () => ((asked += 1), signal) });
    await world.bell("notifications", "test");
    expect(clock.sleptMs).to.equal(60_000);
    expect(asked).to.be.below(5);
  });

  it("ends when the person presses Ctrl-C", async () => {
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      world.interruption.abort(new Error("Ctrl-C"));
      return sleep(ms, signal);
    };
    expect((await world.bell("notifications", "test")).exitCode).to.equal(130);
  });
});
