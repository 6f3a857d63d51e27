import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DigestMode, type UpdateCurrentUserRequest } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { ScriptedSmtpServer } from "../../notifier/testing/scripted-smtp-server.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { freePorts } from "../../test/support/free-ports.ts";
import type { Finding } from "../doctor/finding.ts";
import { World } from "../testing/world.ts";

const USER = {
  id: "u1",
  email: "ann@example.com",
  createTime: new Date("2026-11-22T14:00:00Z"),
  timeZone: "Europe/Berlin",
  isOperator: false,
  alertLimit: 1_000,
};

describe("bell mail", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open({
      GetCurrentUser: () => USER,
      UpdateCurrentUser: ({ user }: UpdateCurrentUserRequest) => ({ ...USER, mailSettings: user?.mailSettings }),
    });
    world.clock = new FakeClock(Date.parse("2026-11-23T11:00:00Z"));
    world.logIn();
  });
  afterEach(() => world.close());
  const changes = () => world.server.requests("UpdateCurrentUser") as UpdateCurrentUserRequest[];

  it("shows when mail comes, in words and for programs", async () => {
    expect((await world.bell("mail", "settings")).output).to.include("as soon as something fires");
    const { output } = await world.bell("mail", "settings", "--json");
    expect(JSON.parse(output)).to.include({ timeZone: "Europe/Berlin", isAddressRefused: false });
  });

  it("fits the screen", async () => {
    world.terminal.columns = 60;
    const { output } = await world.bell("mail", "quiet-hours", "22:00-07:00");
    expect(Math.max(...output.split("\n").map((line) => line.length))).to.be.at.most(60);
    expect(output.replaceAll("\n", " ")).to.include("What fires meanwhile comes in one mail at 07:00.");
  });

  const quiet: readonly string[][] = [["22:00-07:00"], ["22:00", "-", "07:00"], ["from", "22:00", "To", "07:00"]];
  for (const words of quiet)
    it(`sets quiet hours: ${words.join(" ")}`, async () => {
      const { exitCode, output } = await world.bell("mail", "quiet-hours", ...words);
      expect(exitCode).to.equal(0);
      expect(output).to.include(
        "No mail from 22:00 to 07:00 (Europe/Berlin), but urgent alerts. What fires meanwhile comes in one mail at 07:00.",
      );
      expect(changes()[0]).to.have.nested.property("user.mailSettings.quietHours").that.deep.equals({
        from: "22:00",
        until: "07:00",
      });
      expect(changes()[0]?.updateMask).to.deep.equal(["mail_settings.quiet_hours"]);
    });

  it("ends quiet hours, a digest and a snooze, and touches nothing else", async () => {
    for (const [verb, mask] of [
      ["quiet-hours", "mail_settings.quiet_hours"],
      ["digest", "mail_settings.digest"],
      ["snooze", "mail_settings.snooze_until_time"],
    ] as const) {
      expect((await world.bell("mail", verb, "Off")).output).to.include("as soon as something fires");
      expect(changes().at(-1)?.updateMask).to.deep.equal([mask]);
    }
    for (const { user } of changes())
      expect(user?.mailSettings).to.deep.equal({
        quietHours: undefined,
        digest: undefined,
        snoozeUntilTime: undefined,
      });
  });

  it("sets a digest at a time of day, or at the close", async () => {
    expect((await world.bell("mail", "digest", "daily", "at", "08:00")).output).to.include("at 08:00 (Europe/Berlin)");
    expect((await world.bell("mail", "digest", "Close")).output).to.include("New York Stock Exchange closes");
    expect(changes().map(({ user }) => user?.mailSettings?.digest)).to.deep.equal([
      { mode: DigestMode.DAILY, at: "08:00" },
      { mode: DigestMode.SESSION_CLOSE, at: "" },
    ]);
    const json = JSON.parse((await world.bell("mail", "digest", "close", "--json")).output) as object;
    expect(json).to.have.nested.property("mailSettings.digest.mode", "SESSION_CLOSE");
  });

  it("snoozes for a while, and until a time of the user's own clocks", async () => {
    expect((await world.bell("mail", "snooze", "for", "2h")).output).to.include("No mail until 14:00 (Europe/Berlin)");
    const { output } = await world.bell("mail", "snooze", "until", "tomorrow", "08:00");
    expect(output).to.include("No mail until Tue 24 Nov 08:00 (Europe/Berlin)");
    expect(changes().map(({ user }) => user?.mailSettings?.snoozeUntilTime?.toISOString())).to.deep.equal([
      "2026-11-23T13:00:00.000Z",
      "2026-11-24T07:00:00.000Z",
    ]);
  });

  const mistakes: readonly (readonly [words: string[], told: string, hint: string])[] = [
    [["quiet-hours", "22-7"], '"22-7" are no hours', "22:00-07:00"],
    [["quiet-hours", "22:00"], '"22:00" are no hours', "quiet-hours --help"],
    [["quiet-hours", "22:00-22:00"], '"22:00-22:00" end when they begin', "./bell mail snooze"],
    [["digest", "every", "day"], '"every day" is no time', "digest --help"],
    [["digest", "noon"], '"noon" is no time', "digest --help"],
    [["snooze", "until", "later"], '"later" is no time', "tomorrow 08:00"],
  ];
  for (const [words, told, hint] of mistakes)
    it(`says what is wrong with ${words.join(" ")}`, async () => {
      const { exitCode, errors } = await world.bell("mail", ...words);
      expect(exitCode).to.equal(2);
      expect(errors).to.include(told).and.include(hint);
      expect(changes()).to.deep.equal([]);
    });

  it("tells the server's refusal in the words that were typed", async () => {
    world.close();
    world = await World.open({
      UpdateCurrentUser: () => {
        const field = "user.mail_settings.quiet_hours.until";
        throw AppError.invalidField(field, "FIELD_INVALID", "must be another time than the beginning");
      },
    });
    world.logIn();
    const { exitCode, errors } = await world.bell("mail", "quiet-hours", "7:00-07:00");
    expect(exitCode).to.equal(2);
    expect(errors).to.include("quiet hours: must be another time than the beginning");
  });

  it("checks the mail server without a log-in, and ends with 1 when none would take mail", async () => {
    const [port = 0] = await freePorts(1);
    world.environment["BELL_SMTP"] = `127.0.0.1:${port}`;
    const { exitCode, output } = await world.bell("mail", "check");
    expect(exitCode).to.equal(1);
    expect(output).to.include(`nobody listens at 127.0.0.1:${port}`).and.include("mend: is BELL_SMTP right");
    const findings = JSON.parse((await world.bell("mail", "check", "--json")).output) as Finding[];
    expect(findings.map(({ name, state }) => [name, state])).to.deep.equal([["connection", "fail"]]);
    expect(world.server.seen).to.deep.equal([]);
  });

  it("ends with 0 when a mail could be sent, and tells each step", async () => {
    const smtp = await new ScriptedSmtpServer({}).start();
    world.environment["BELL_SMTP"] = `127.0.0.1:${smtp.port}`;
    try {
      const { exitCode, output } = await world.bell("mail", "check");
      expect(exitCode).to.equal(0);
      for (const step of ["connection", "encryption", "log-in", "sender"])
        expect(output).to.match(new RegExp(`^ok {4}${step} `, "m"));
    } finally {
      await smtp.stop();
    }
  });

  it("tells settings that do not fit together", async () => {
    world.environment["BELL_SMTP_USER"] = "ann";
    const { exitCode, errors } = await world.bell("mail", "check");
    expect(exitCode).to.equal(78);
    expect(errors).to.include("BELL_SMTP_PASSWORD_FILE");
  });
});
