// What a person hears who mistypes: each mistake has its exit code, and words that name its cause and its mend.
import { expect } from "chai";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../runtime/config/read-settings.ts";
import { World } from "./support/world.ts";

interface Mistake {
  readonly title: string;
  /** As typed after `./bell`; a word with blanks stands in a list. */
  readonly typed: string | readonly string[];
  readonly input?: string;
  readonly settings?: Environment;
  readonly code: number;
  /** All of them must be said. */
  readonly says: readonly string[];
}

const EMAIL = "ann@example.com";
const NO_ID = "00000000-0000-4000-8000-000000000000";

const MISTAKES: readonly Mistake[] = [
  { title: "an unknown command", typed: "alrts", code: 2, says: ["'alrts'", "Did you mean alerts?", "./bell --help"] },
  { title: "a missing word", typed: "alerts create", code: 2, says: ["'symbol'", "./bell alerts create --help"] },
  { title: "a command that needs another", typed: "alerts", code: 2, says: ["needs a command", "create", "--help"] },
  { title: "an unknown option", typed: "quotes list --quick", code: 2, says: ["--quick", "./bell quotes list --help"] },
  { title: "a price that is none", typed: "alerts create AAPL above abc", code: 2, says: ['"abc"', "190.25"] },
  {
    title: "a negative price",
    typed: "alerts create AAPL above -5",
    code: 2,
    says: ['"-5"', "no exponent, sign", "190.25"],
  },
  { title: "a symbol that is none", typed: "alerts create A$PL above 5", code: 2, says: ['"A$PL"', "such as AAPL"] },
  {
    title: "a condition misspelt",
    typed: "alerts create AAPL abve 200",
    code: 2,
    says: ['"abve"', 'Did you mean "above"?'],
  },
  {
    title: "an option's value",
    typed: "alerts create AAPL above 2 --repeat often",
    code: 2,
    says: ["often", "once, every"],
  },
  { title: "an update of nothing", typed: "alerts update 1", code: 2, says: ["nothing to change", "--note"] },
  { title: "the beginning of no id", typed: "alerts get nope", code: 3, says: ['"nope"', "./bell alerts list"] },
  { title: "an id of nobody's", typed: `alerts get ${NO_ID}`, code: 3, says: [NO_ID, "./bell alerts list"] },
  { title: "quiet hours that are none", typed: "mail quiet-hours 22-7", code: 2, says: ['"22-7"', "22:00-07:00"] },
  {
    title: "quiet hours that end when they begin",
    typed: "mail quiet-hours 22:00-22:00",
    code: 2,
    says: ['"22:00-22:00" end when they begin', "./bell mail snooze"],
  },
  {
    title: "a snooze until no time",
    typed: "mail snooze until later",
    code: 2,
    says: ['"later" is no time to come', "tomorrow 08:00"],
  },
  {
    title: "another try of no notification",
    typed: `notifications resend ${NO_ID}`,
    code: 3,
    says: [NO_ID, "./bell notifications list"],
  },
  {
    title: "the mail of no notification",
    typed: `notifications get ${NO_ID} --eml`,
    code: 3,
    says: [NO_ID, "./bell notifications list"],
  },
  {
    title: "failed mails for who is no operator",
    typed: "users failed-mails",
    code: 4,
    says: ["operator", "./bell operators"],
  },
  {
    title: "a mail server to check without its password",
    typed: "mail check",
    settings: { BELL_SMTP_USER: "ann" },
    code: 78,
    says: ["BELL_SMTP_PASSWORD_FILE"],
  },
  {
    title: "a symbol never fetched",
    typed: "quotes get ZZZZ",
    code: 3,
    says: ["no quote of ZZZZ", "./bell symbols add ZZZZ"],
  },
  {
    title: "a wrong code",
    typed: "verify 17A6246VT0GF9VTPYNTWK24T6K",
    code: 2,
    says: ["code", "login EMAIL", "register EMAIL"],
  },
  {
    title: "a wrong password",
    typed: `login ${EMAIL}`,
    input: "no words at all\n",
    code: 5,
    says: ["do not belong together"],
  },
  { title: "no password", typed: `login ${EMAIL}`, code: 2, says: ["password", "is empty", "--password-file"] },
  {
    title: "a weak password",
    typed: "register bob@example.com",
    input: "short\n",
    code: 2,
    says: ["8 to 128 characters", "words"],
  },
  {
    title: "an address that is none",
    typed: "register bob",
    input: "four unrelated words\n",
    code: 2,
    says: ["email", "name@example.com"],
  },
  {
    title: "a method that is none",
    typed: "call QuoteService/GetQuotes",
    code: 3,
    says: ["no method GetQuotes", "ListQuotes"],
  },
  {
    title: "a request that is no JSON",
    typed: ["call", "QuoteService/GetQuote", "{symbol"],
    code: 2,
    says: ["not JSON", '{"symbol": "AAPL"}'],
  },
  {
    title: "a server's address",
    typed: "--server localhost quotes list",
    code: 2,
    says: ["localhost", "127.0.0.1:50051"],
  },
  {
    title: "a variable misspelt",
    typed: "quotes list",
    settings: { BELL_SERVR: "localhost:1" },
    code: 78,
    says: ["BELL_SERVR", "did you mean BELL_SERVER?", "docs/configuration.md"],
  },
  {
    title: "an address to listen on",
    typed: "server",
    settings: { BELL_LISTEN: "fifty" },
    code: 78,
    says: ["BELL_LISTEN", '"fifty"', "127.0.0.1:50051"],
  },
  {
    title: "two settings at once",
    typed: "fetcher",
    settings: { BELL_ALPHA_VANTAGE_FORMAT: "xml", BELL_ALPHA_VANTAGE_PLAN: "cheap" },
    code: 78,
    says: ["BELL_ALPHA_VANTAGE_FORMAT", "BELL_ALPHA_VANTAGE_PLAN"],
  },
  {
    title: "who is not logged in",
    typed: "alerts list",
    settings: { BELL_SESSION_FILE: "/nonexistent/session.json" },
    code: 5,
    says: ["not logged in", "./bell login EMAIL"],
  },
  {
    title: "a server that does not run",
    typed: "quotes list",
    settings: { BELL_SERVER: "localhost:1" },
    code: 69,
    says: ["localhost:1", "./bell up"],
  },
  {
    title: "a simulator that does not run",
    typed: "simulator set AAPL 201",
    settings: { BELL_SIMULATOR_LISTEN: "127.0.0.1:1" },
    code: 69,
    says: ["127.0.0.1:1", "./bell simulator"],
  },
];

describe("a mistake on the command line", () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.start("mailbox");
    await world.start("server");
    await world.start("notifier");
    await world.signUp(EMAIL);
  });
  after(() => world.close());

  for (const { title, typed, input = "", settings = {}, code, says } of MISTAKES) {
    it(`is explained: ${title}`, async () => {
      const words = typeof typed === "string" ? typed.split(" ") : typed;
      const run = words.length === 1 ? world.bell.bind(world) : world.type.bind(world); // a process that started would go on
      const result = await run(words, { input, settings });
      for (const words of says) expect(result.complaints).to.include(words);
      expect(result.complaints).to.match(/^bell: /);
      expect(result.output).to.equal("");
      expect(result.code).to.equal(code);
    });
  }

  it("is told to programs as one object on the standard error", async () => {
    const { code, output, complaints } = await world.bell("alerts create AAPL abve 200 --json".split(" "));
    expect(code).to.equal(2);
    expect(output).to.equal("");
    const { error } = JSON.parse(complaints) as { error: Record<string, unknown> };
    expect(error).to.include({ code: "INVALID_ARGUMENT", reason: "CONDITION_SYNTAX" });
    expect(error["hint"]).to.include("above");
    expect(error["fields"]).to.deep.equal([
      {
        field: "text",
        reason: "CONDITION_SYNTAX",
        message: 'word 2: "abve" is not one of above, below, crosses, inside, outside',
      },
    ]);
  });

  it("is not to name a symbol that nobody has fetched yet: the alert says that it waits for a price", async () => {
    expect(await world.does(["alerts", "create", "ZZZZ", "above", "5"])).to.include("awaits a first price");
  });

  it("is a log-in that others can read, and the words name the file and its mend", async () => {
    const file = join(world.folder, "open.json");
    writeFileSync(file, "{}");
    chmodSync(file, 0o644);
    const { code, complaints } = await world.type(["whoami"], { settings: { BELL_SESSION_FILE: file } });
    expect(complaints).to.include(`${file} is open to other users`).and.include(`chmod 600 ${file}`);
    expect(code).to.equal(78);
  });
});
