import { expect } from "chai";
import { environmentFor, planProcesses, reachableAddress, type Addresses, type ProcessName } from "./plan.ts";

const KNOWN = new Map<ProcessName, Addresses>([
  ["mailbox", { smtp: "127.0.0.1:41025", page: "http://127.0.0.1:48025/" }],
  ["simulator", { http: "127.0.0.1:48081" }],
  ["server", { grpc: "0.0.0.0:40051" }],
]);

describe("planProcesses()", () => {
  const cases: readonly (readonly [title: string, environment: Record<string, string>, names: string])[] = [
    ["everything when nothing is configured", {}, "mailbox simulator server notifier fetcher"],
    ["no simulator with a key", { BELL_ALPHA_VANTAGE_API_KEY_FILE: "key" }, "mailbox server notifier fetcher"],
    [
      "no simulator with an address of the source",
      { BELL_ALPHA_VANTAGE_URL: "http://x" },
      "mailbox server notifier fetcher",
    ],
    ["no simulator for Binance", { BELL_SOURCE: "binance" }, "mailbox server notifier fetcher"],
    ["no mailbox with a mail server", { BELL_SMTP: "mail:25" }, "simulator server notifier fetcher"],
    ["an empty value as none", { BELL_SMTP: "" }, "mailbox simulator server notifier fetcher"],
  ];
  for (const [title, environment, names] of cases) {
    it(`starts ${title}`, () => expect(planProcesses(environment).join(" ")).to.equal(names));
  }
});

describe("environmentFor()", () => {
  it("tells the fetcher where simulator and server are, and to fetch often", () => {
    expect(environmentFor("fetcher", { HOME: "/h" }, KNOWN)).to.deep.equal({
      HOME: "/h",
      BELL_SERVER: "localhost:40051",
      BELL_ALPHA_VANTAGE_URL: "http://127.0.0.1:48081",
      BELL_ALPHA_VANTAGE_PLAN: "unlimited",
      BELL_ALPHA_VANTAGE_FUNCTION: "intraday",
      BELL_SCHEDULE: "*/2 * * * * *",
    });
  });

  it("leaves what a person chose as it is", () => {
    const chosen = { BELL_SCHEDULE: "0 * * * *", BELL_ALPHA_VANTAGE_PLAN: "75", BELL_SERVER: "bell.example.com:50051" };
    expect(environmentFor("fetcher", chosen, KNOWN)).to.include(chosen);
  });

  it("changes nothing of how real prices are fetched", () => {
    const known = new Map([...KNOWN].filter(([name]) => name !== "simulator"));
    const environment = { BELL_ALPHA_VANTAGE_API_KEY_FILE: "key" };
    expect(environmentFor("fetcher", environment, known)).to.deep.equal({
      ...environment,
      BELL_SERVER: "localhost:40051",
    });
  });

  it("tells the notifier the mailbox, or leaves the person's mail server", () => {
    expect(environmentFor("notifier", {}, KNOWN)).to.include({ BELL_SMTP: "127.0.0.1:41025" });
    const known = new Map([...KNOWN].filter(([name]) => name !== "mailbox"));
    expect(environmentFor("notifier", { BELL_SMTP: "mail:25" }, known)).to.include({ BELL_SMTP: "mail:25" });
  });

  it("sends a process back to the port it had, so that the others find it again", () => {
    expect(environmentFor("server", { BELL_LISTEN: "0.0.0.0:0" }, KNOWN)).to.include({ BELL_LISTEN: "0.0.0.0:40051" });
    expect(environmentFor("server", { BELL_LISTEN: "0.0.0.0:0" }, new Map())).to.include({ BELL_LISTEN: "0.0.0.0:0" });
    expect(environmentFor("mailbox", {}, KNOWN)).to.include({ BELL_MAILBOX_PAGE_LISTEN: "127.0.0.1:48025" });
  });
});

describe("reachableAddress()", () => {
  for (const [listening, reachable] of [
    ["0.0.0.0:1", "localhost:1"],
    ["[::]:1", "localhost:1"],
    ["127.0.0.1:1", "127.0.0.1:1"],
  ] as const) {
    it(`reaches ${listening} at ${reachable}`, () => expect(reachableAddress(listening)).to.equal(reachable));
  }
});
