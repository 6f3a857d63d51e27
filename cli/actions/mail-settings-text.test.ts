import { expect } from "chai";
import { DigestMode, User } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { changedTexts, mailSettingsTexts } from "./mail-settings-text.ts";

const NOON = Date.parse("2026-11-23T11:00:00Z"); // a Monday, 12:00 in Berlin
const NIGHT = Date.parse("2026-11-23T23:00:00Z"); // 00:00 in Berlin
type Wishes = NonNullable<Parameters<typeof User.fromPartial>[0]["mailSettings"]>;

const user = (mailSettings?: Wishes, isAddressRefused = false): User =>
  User.fromPartial({ email: "ann@example.com", timeZone: "Europe/Berlin", mailSettings, isAddressRefused });
const QUIET: Wishes = { quietHours: { from: "22:00", until: "07:00" } };
const QUIET_TEXT =
  "No mail from 22:00 to 07:00 (Europe/Berlin), but urgent alerts. What fires meanwhile comes in one mail at 07:00.";

describe("changedTexts()", () => {
  const cases: readonly (readonly [title: string, wishes: Wishes | undefined, now: number, lines: string[]])[] = [
    ["no wishes", {}, NOON, ["Mail comes as soon as something fires, at any hour."]],
    ["an older server", undefined, NOON, ["Mail comes as soon as something fires, at any hour."]],
    ["quiet hours by day", QUIET, NOON, [QUIET_TEXT, "None of it holds mail just now."]],
    ["quiet hours at night", QUIET, NIGHT, [QUIET_TEXT, "What fires now is mailed at 07:00 (Europe/Berlin)."]],
    [
      "a daily digest",
      { digest: { mode: DigestMode.DAILY, at: "08:00" } },
      NOON,
      [
        "One mail a day with all that fired, at 08:00 (Europe/Berlin). Urgent alerts come at once.",
        "What fires now is mailed at Tue 24 Nov 08:00 (Europe/Berlin).",
      ],
    ],
    [
      "a digest that quiet hours hold",
      { ...QUIET, digest: { mode: DigestMode.SESSION_CLOSE, at: "" } },
      NOON,
      [
        QUIET_TEXT,
        "One mail a day with all that fired, 15 minutes after the New York Stock Exchange closes, on days on which it opens. Urgent alerts come at once.",
        "What fires now is mailed at Tue 24 Nov 07:00 (Europe/Berlin).",
      ],
    ],
    [
      "a snooze",
      { snoozeUntilTime: new Date("2026-11-23T14:00:00Z") },
      NOON,
      [
        "No mail until 15:00 (Europe/Berlin), but urgent alerts. What fires meanwhile comes in one mail then.",
        "What fires now is mailed at 15:00 (Europe/Berlin).",
      ],
    ],
    [
      "a snooze that is over",
      { snoozeUntilTime: new Date(NOON) },
      NOON,
      ["Mail comes as soon as something fires, at any hour."],
    ],
  ];
  for (const [title, wishes, now, lines] of cases)
    it(`tells ${title}`, () => {
      expect(changedTexts(user(wishes), now)).to.deep.equal(lines);
    });

  it("says that no mail goes to an address that refuses it, and what mends that", () => {
    expect(changedTexts(user({}, true), NOON).join("\n"))
      .to.include("refused")
      .and.include("./bell register ann@example.com");
  });
});

describe("mailSettingsTexts()", () => {
  it("tells what no wish changes, too", () => {
    expect(mailSettingsTexts(user(QUIET), NOON).join("\n"))
      .to.include(QUIET_TEXT)
      .and.include("at most one mail an hour");
    expect(mailSettingsTexts(user(), NOON).join("\n")).to.include("10 an hour and 50 a day");
  });
});
