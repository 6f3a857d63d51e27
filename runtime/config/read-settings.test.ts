import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { readSettings } from "./read-settings.ts";
import { settings, type SettingName } from "./settings.ts";

const ALL = Object.keys(settings) as SettingName[];

function refusalOf(environment: Record<string, string>, names: SettingName[] = ALL): AppError {
  try {
    readSettings(environment, names);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("the settings were taken");
}

describe("readSettings()", () => {
  it("needs nothing to be set", () => {
    const values = readSettings({}, ALL);
    expect(values.BELL_LISTEN).to.deep.equal({ host: "127.0.0.1", port: 50_051 });
    expect(values.BELL_SYMBOLS).to.have.length(10);
    expect(values.BELL_SMTP_USER).to.equal(null);
  });

  it("takes an empty value for none", () => {
    expect(readSettings({ BELL_SMTP_USER: "", BELL_CLOCK: "" }, ALL)).to.include({
      BELL_SMTP_USER: null,
      BELL_CLOCK: "wall",
    });
  });

  it("leaves other programs' variables alone", () => {
    expect(() => readSettings({ PATH: "/bin", BELLOWS: "1" }, ALL)).not.to.throw();
  });

  it("refuses a variable of ours that nobody knows, and names the nearest", () => {
    const { reason, message } = refusalOf({ BELL_SYMBOL: "AAPL" });
    expect(reason).to.equal("CONFIG_INVALID");
    expect(message).to.equal("BELL_SYMBOL: is not a setting; did you mean BELL_SYMBOLS?");
    expect(refusalOf({ BELL_FOO: "1" }).message).to.equal("BELL_FOO: is not a setting");
  });

  it("tells every mistake at once", () => {
    const { fields } = refusalOf({
      BELL_LISTEN: "nowhere",
      BELL_CLOCK: "sun",
      BELL_NOTIFIER_PLACES: "0",
      BELL_OTHER: "1",
    });
    expect(fields.map(({ field }) => field)).to.have.members([
      "BELL_LISTEN",
      "BELL_CLOCK",
      "BELL_NOTIFIER_PLACES",
      "BELL_OTHER",
    ]);
  });

  const mistakes: [SettingName, string, RegExp][] = [
    ["BELL_LISTEN", "50051", /not host:port/],
    ["BELL_LISTEN", "127.0.0.1:70000", /not host:port/],
    ["BELL_LISTEN", "127.0.0.1:-1", /not host:port/],
    ["BELL_LISTEN", "http://127.0.0.1:1", /not host:port/],
    ["BELL_LOG_LEVEL", "loud", /^"loud" is none of debug, info, warn, error, silent$/],
    ["BELL_NOTIFIER_PLACES", "4.5", /whole number from 1 to 64/],
    ["BELL_NOTIFIER_PLACES", "65", /whole number from 1 to 64/],
    ["BELL_SIMULATOR_SEED", "-1", /whole number/],
    ["BELL_SYMBOLS", " , ", /names nothing/],
    ["BELL_SYMBOLS", "AAPL IBM AAPL", /names AAPL twice/],
    ["BELL_LOCAL_HOSTS", "mailbox smtp.example.com", /"smtp\.example\.com" is not a host name without a dot/],
    ["BELL_LOCAL_HOSTS", "0.0.0.0", /not a host name/],
    ["BELL_LOCAL_HOSTS", "::", /not a host name/],
    ["BELL_LOCAL_HOSTS", "2130706433", /not a host name/],
    ["BELL_ALPHA_VANTAGE_URL", "ftp://example.com", /http\(s\) address/],
    ["BELL_ALPHA_VANTAGE_URL", "https://user:secret@example.com", /without credentials/],
    ["BELL_ALPHA_VANTAGE_URL", "https://example.com/?apikey=secret", /without credentials/],
    ["BELL_ALPHA_VANTAGE_PLAN", "gold", /"gold" is none of free, 75/],
    ["BELL_MAIL_FROM", "nobody", /not an address/],
    ["BELL_MAIL_FROM", "a@b.co, c@d.co", /not an address/],
    ["BELL_MAIL_FROM", "Bell\r\nBcc: x@y.co <a@b.co>", /not an address/],
    ["BELL_AMBIGUOUS_DELIVERY", "maybe", /"maybe" is none of resend, hold/],
    ["BELL_KEEP_TICKS", "0d", /neither whole days such as 30d nor forever/],
    ["BELL_KEEP_MINUTES", "1.5d", /neither whole days such as 30d nor forever/],
    ["BELL_KEEP_MINUTES", "never", /neither whole days such as 30d nor forever/],
  ];
  for (const [name, value, words] of mistakes) {
    it(`refuses ${name}=${JSON.stringify(value)}`, () => {
      const { fields } = refusalOf({ [name]: value }, [name]);
      expect(fields).to.have.length(1);
      expect(fields[0]?.field).to.equal(name);
      expect(fields[0]?.message).to.match(words);
    });
  }

  it("never repeats a secret that was put into an address", () => {
    const { message } = refusalOf({ BELL_ALPHA_VANTAGE_URL: "https://example.com/?apikey=CANARY" });
    expect(message).not.to.contain("CANARY");
  });

  it("reads for how long prices are kept: whole days, or for ever", () => {
    const values = readSettings({ BELL_KEEP_TICKS: "7d", BELL_KEEP_MINUTES: "forever" }, ALL);
    expect([values.BELL_KEEP_TICKS, values.BELL_KEEP_MINUTES]).to.deep.equal([7 * 86_400_000, null]);
    expect(readSettings({}, ALL).BELL_KEEP_MINUTES).to.equal(365 * 86_400_000);
  });

  it("reads IPv6 addresses without their brackets", () => {
    expect(readSettings({ BELL_LISTEN: "[::1]:9" }, ["BELL_LISTEN"]).BELL_LISTEN).to.deep.equal({
      host: "::1",
      port: 9,
    });
  });

  it("reads a sender with and without a name", () => {
    const read = (text: string) => readSettings({ BELL_MAIL_FROM: text }, ["BELL_MAIL_FROM"]).BELL_MAIL_FROM;
    expect(read("Tickerbell <bell@example.com>")).to.deep.equal({ name: "Tickerbell", address: "bell@example.com" });
    expect(read("bell@example.com")).to.deep.equal({ name: "", address: "bell@example.com" });
  });
});
