import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { HoldReason, NotificationState, OperatorNoticeKind } from "../../proto/gen/tickerbell/v1/notification.ts";
import { composeMail } from "../../notifier/compose-mail.ts";
import { sampleDelivery } from "../../notifier/testing/sample-delivery.ts";
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
      holdReason: HoldReason.COOLDOWN,
    });
    world = await World.open({ ListNotifications: () => ({ notifications: [held], nextPageToken: "" }) });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    world.logIn();
    const { output } = await world.bell("notifications", "list", "--state", "waiting");
    expect(output).to.match(/^5b1e8c70 +14:30 UTC +AAPL is .* \(SIMULATED\) +HELD until 16:42 UTC \(cooldown\)$/m);
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
        holdReason: HoldReason.BACK_OFF,
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
        "5b1e8c70 23:58 UTC AAPL 200.00 (SIMULATED) HELD until 22 Nov 00:57 UTC (tried again), 451 4.7.1 later SENT";
      for (const word of words.split(" ")) expect(output).to.include(word);
      for (const word of "8c1f02ab 22 Nov 14:30 UTC 201.00 200.00 (SIMULATED) sell half".split(" "))
        expect(table).to.include(word);
      expect(details.output).to.include("2026-11-22 00:57:00 UTC");
    });
  }

  const holds: readonly (readonly [reason: HoldReason, short: string, why: string])[] = [
    [HoldReason.COOLDOWN, "cooldown", "a mail about AAPL went less than an hour before"],
    [HoldReason.BACK_OFF, "tried again", "tried again by itself"],
    [HoldReason.QUIET_HOURS, "quiet hours", "./bell mail settings"],
    [HoldReason.SNOOZED, "snoozed", "./bell mail snooze off"],
    [HoldReason.DIGEST, "digest", "one mail a day"],
    [HoldReason.HOURLY_CEILING, "10 mails an hour", "10 mails within an hour"],
    [HoldReason.DAILY_CEILING, "50 mails a day", "50 mails within a day"],
    [HoldReason.ADDRESS_REFUSED, "address refused", "./bell register"],
    [HoldReason.MAIL_SERVER, "mail server", "./bell mail check"],
  ];
  for (const [holdReason, short, why] of holds)
    it(`says what holds one: ${short}`, async () => {
      const held = sampleNotification({ state: NotificationState.WAITING, holdReason, messageId: "" });
      world = await World.open({
        ListNotifications: () => ({ notifications: [held], nextPageToken: "" }),
        GetNotification: () => held,
      });
      world.logIn();
      expect((await world.bell("notifications", "list")).output).to.include(`HELD (${short})`);
      expect((await world.bell("notifications", "get", held.id)).output).to.include(why);
    });

  it("says of what there is none", async () => {
    world = await World.open({ ListNotifications: () => ({ notifications: [], nextPageToken: "" }) });
    world.logIn();
    const told = async (...words: string[]) => (await world.bell("notifications", "list", ...words)).output;
    expect(await told()).to.include("One comes when an alert fires");
    expect(await told("--symbol", "nope", "--state", "dead"))
      .to.include("no notification about NOPE that is DEAD")
      .and.not.include("when an alert fires");
  });

  it("finds by the word that the list shows: held", async () => {
    world = await World.open({ ListNotifications: () => ({ notifications: [], nextPageToken: "" }) });
    world.logIn();
    expect((await world.bell("notifications", "list", "--state", "held")).exitCode).to.equal(0);
    expect(world.server.requests("ListNotifications")[0]).to.have.property("filter", "state=WAITING");
  });

  it("shows that one is urgent, what went in one mail, and what operators are told", async () => {
    const digest = { messageId: "<digest@tickerbell>", state: NotificationState.SENT };
    const notifications = [
      sampleNotification({ ...digest, id: "11111111-1111-4222-8333-444455556666", isUrgent: true }),
      sampleNotification({ ...digest, id: "22222222-1111-4222-8333-444455556666", symbol: "MSFT" }),
      sampleNotification({
        id: "33333333-1111-4222-8333-444455556666",
        symbol: "",
        triggers: [],
        messageId: "<other@tickerbell>",
        operatorNotices: [
          {
            id: "n1",
            kind: OperatorNoticeKind.DISK_NEARLY_FULL,
            time: new Date("2026-11-22T14:00:00Z"),
            detail: "the disk of /data has 400 MB left",
          },
        ],
      }),
    ];
    world = await World.open({
      ListNotifications: () => ({ notifications, nextPageToken: "" }),
      GetNotification: ({ id }: { id: string }) => notifications.find((one) => one.id === id),
    });
    world.logIn();
    const { output } = await world.bell("notifications", "list");
    expect(output).to.match(/^11111111 .* URGENT: AAPL .* SENT, in one mail with MSFT$/m);
    expect(output).to.match(/^22222222 .* SENT, in one mail with AAPL$/m);
    expect(output).to.match(/^33333333 .* DISK NEARLY FULL: the disk of \/data has 400 MB left +SENT$/m);
    const one = await world.bell("notifications", "get", "11111111");
    expect(one.output)
      .to.match(/^one mail with +22222222 MSFT$/m)
      .and.match(/^urgent +passes quiet hours/m);
    const notice = await world.bell("notifications", "get", "33333333");
    expect(notice.output).to.match(/^about +the system: you are an operator$/m);
    expect(notice.output).to.match(/DISK NEARLY FULL +the disk of \/data has 400 MB left$/m);
    const json = JSON.parse((await world.bell("notifications", "list", "--json")).output) as {
      notifications: readonly object[];
    };
    expect(json.notifications[2]).to.have.nested.property("operatorNotices[0].kind", "DISK_NEARLY_FULL");
    expect(json.notifications[0]).to.include({ isUrgent: true, holdReason: "UNSPECIFIED" });
  });

  it("shows each attempt with the mail server's words, which drive no terminal", async () => {
    const attempts = [
      {
        beginTime: new Date("2026-11-22T14:30:00.000Z"),
        endTime: new Date("2026-11-22T14:30:00.120Z"),
        detail: "the mail server did not take it this time; it is tried again",
        reply: "451 \u001b[2J come later",
      },
      {
        beginTime: new Date("2026-11-22T14:31:00.000Z"),
        endTime: new Date("2026-11-22T14:31:02.500Z"),
        detail: "handed to your mail server",
        reply: "250 ok",
      },
      { beginTime: new Date("2026-11-22T14:32:00.000Z"), endTime: undefined, detail: "", reply: "" },
    ];
    world = await World.open({ GetNotification: () => sampleNotification({ attempts, messageId: "" }) });
    world.logIn();
    const id = sampleNotification().id;
    const { output } = await world.bell("notifications", "get", id);
    expect(output).to.match(/^2026-11-22 14:30:00 UTC +120ms .* 451 \\u001b\[2J come later$/m);
    expect(output).to.match(/^2026-11-22 14:31:00 UTC +2\.5s +handed to your mail server +250 ok$/m);
    expect(output).to.match(/^2026-11-22 14:32:00 UTC .* under way +-$/m);
    expect(output).to.include("whether it reached an inbox, nobody here knows").and.not.include("delivered");
    expect(output).not.to.include("\u001b");
  });

  for (const [state, meaning] of [
    ["DEAD", "./bell notifications resend 5b1e8c70"],
    ["UNKNOWN", "may have taken it"],
    ["EXPIRED", "within a day"],
    ["UNSURE", "the same mail is sent again"],
    ["CANCELLED", "deleted before it went"],
  ] as const)
    it(`says what ${state} means`, async () => {
      const one = sampleNotification({ state: NotificationState[state], messageId: "" });
      world = await World.open({ GetNotification: () => one });
      world.logIn();
      expect((await world.bell("notifications", "get", one.id)).output).to.include(meaning);
    });

  it("shows the mail as it was sealed, or writes it to a new file that is its owner's alone", async () => {
    world = await World.open({ GetNotificationMail: () => sampleDelivery() });
    world.logIn();
    world.environment["BELL_MAIL_FROM"] = "Bell <bell@example.com>";
    const { id } = sampleNotification();
    const { bytes } = composeMail(sampleDelivery(), { name: "Bell", address: "bell@example.com" });
    expect((await world.bell("notifications", "get", id, "--eml")).output).to.equal(bytes.toString());
    const file = join(world.folder, "mail.eml");
    expect((await world.bell("notifications", "get", id, "--eml", file)).output).to.include(file);
    expect(readFileSync(file)).to.deep.equal(bytes);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const again = await world.bell("notifications", "get", id, "--eml", file);
    expect(again.exitCode).to.equal(2);
    expect(again.errors).to.include("exists already");
    const json = JSON.parse((await world.bell("notifications", "get", id, "--eml", "--json")).output) as object;
    expect(json).to.include({ from: "bell@example.com", to: "ann@example.com", eml: bytes.toString() });
  });

  it("tells why there is no mail to show", async () => {
    world = await World.open({
      GetNotificationMail: () => {
        throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", "it was never sealed");
      },
    });
    world.logIn();
    const { exitCode, errors } = await world.bell("notifications", "get", sampleNotification().id, "--eml");
    expect(exitCode).to.equal(6);
    expect(errors).to.include("it was never sealed");
  });

  it("lets one wait again, and tells when it goes", async () => {
    const waiting = { state: NotificationState.WAITING, messageId: "", endTime: undefined };
    let again = sampleNotification(waiting);
    world = await World.open({ ResendNotification: () => again });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    world.logIn();
    const { output } = await world.bell("notifications", "resend", again.id);
    expect(output).to.include("It waits again. It goes at once, as a new mail.").and.include("get 5b1e8c70");
    const heldUntilTime = new Date("2026-11-22T15:20:00Z");
    again = sampleNotification({ ...waiting, heldUntilTime, holdReason: HoldReason.COOLDOWN });
    const held = await world.bell("notifications", "resend", again.id);
    expect(held.output).to.include("HELD until 15:20 UTC (cooldown): a mail about AAPL went");
    expect(world.server.requests("ResendNotification")[0]).to.deep.equal({ id: again.id });
  });

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
