import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StoreState, SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { problemsOf } from "./status-problems.ts";
import { statusText } from "./status-text.ts";
import type { LocalSpool, StatusView } from "./status-view.ts";

const NOW = Date.parse("2026-11-22T14:30:00Z");
const certificate = (role: string, leftMs = 90 * DAY_MS) => ({
  uri: `spiffe://tickerbell/${role}/main`,
  expireTime: new Date(NOW + leftMs),
});
const report = (changes: object = {}) => ({
  version: "1.2.3",
  source: "alpha-vantage",
  symbols: ["AAPL"],
  sourceState: SourceState.ANSWERING,
  sourceStateTime: new Date(NOW - HOUR_MS),
  spooledCount: 0,
  spoolCapacity: 1_000,
  ...changes,
});
const fetcher = (changes: object = {}) => ({ certificate: certificate("fetcher"), report: report(changes) });
const store = (changes: object = {}) => ({ state: StoreState.READY, sizeBytes: 1, freeBytes: 1e10, ...changes });
const wellStatus = () => ({
  serverTime: new Date(NOW),
  serverStartTime: new Date(NOW - HOUR_MS),
  serverCertificate: certificate("server"),
  store: store(),
  ingest: { waitingQuoteCount: 0, waitingQuoteCapacity: 100 },
  mail: { isTaking: true },
  fetchers: [fetcher()],
  notifiers: [{ certificate: certificate("notifier") }],
});
const view = (changes: Parameters<typeof SystemStatus.fromPartial>[0] = {}): StatusView => ({
  server: "localhost:50051",
  now: NOW,
  folder: "certs",
  certificates: [],
  answer: { status: SystemStatus.fromPartial({ ...wellStatus(), ...changes }), tookMs: 3 },
});

describe("problemsOf()", () => {
  it("finds nothing where all is well", () => expect(problemsOf(view())).to.deep.equal([]));

  const silent = { sourceState: SourceState.SILENT, sourceDetail: "AAPL: the key is wrong" };
  const cases: readonly (readonly [
    title: string,
    changes: Parameters<typeof view>[0],
    message: string,
    mend: string,
  ])[] = [
    [
      "damage",
      { store: store({ state: StoreState.DAMAGED, detail: "bad page" }) },
      "damaged: bad page",
      "./bell restore",
    ],
    ["a store that takes no writes", { store: store({ state: StoreState.READ_ONLY }) }, "no writes", "free some space"],
    ["a disk that is nearly full", { store: store({ freeBytes: 499_000_000 }) }, "499 MB left", "free some space"],
    ["no fetcher", { fetchers: [] }, "no fetcher", "under ./bell up"],
    [
      "no fetcher that was started alone",
      { fetchers: [] },
      "no prices",
      "./bell fetcher, with BELL_ALPHA_VANTAGE_API_KEY",
    ],
    [
      "a silent simulator",
      { fetchers: [fetcher({ ...silent, source: "simulator" })] },
      "simulator has brought no price to fetcher main for 1h",
      "./bell simulator",
    ],
    ["a silent source", { fetchers: [fetcher(silent)] }, "for 1h: AAPL: the key is wrong", "API key"],
    ["no notifier", { notifiers: [] }, "no notifier", "./bell notifier, with BELL_SMTP"],
    ["a mail server that refuses", { mail: { isTaking: false, detail: "535 no" } }, "no mail: 535 no", "BELL_SMTP"],
    [
      "a spool that fills up",
      { fetchers: [fetcher({ spooledCount: 500 })] },
      "500 of 1,000 quotes",
      "the server was away",
    ],
    ["a disk that is full", { store: store({ freeBytes: 0 }) }, "disk is full: 0 B left", "free some space"],
    [
      "a queue that fills up with what waits for a price that is being judged",
      {
        ingest: {
          waitingQuoteCount: 60,
          deferredQuoteCount: 50,
          waitingQuoteCapacity: 100,
          openSymbols: ["AAPL", "MSFT", "IBM", "TSLA", "ORCL"],
        },
      },
      "60 of 100 quotes wait to be stored, 50 of them until a price of AAPL, MSFT, IBM and 2 more is judged",
      "touches very many alerts",
    ],
    [
      "a slow disk, though a little waits for a price that is being judged",
      { ingest: { waitingQuoteCount: 60, deferredQuoteCount: 10, waitingQuoteCapacity: 100, openSymbols: ["AAPL"] } },
      "60 of 100 quotes wait to be stored",
      "disk or processor is slow",
    ],
    ["a queue that fills up", { ingest: { waitingQuoteCount: 50, waitingQuoteCapacity: 100 } }, "50 of 100", "slow"],
    [
      "a symbol on HOLD",
      { ingest: { heldSymbols: [{ symbol: "AAPL", ratio: "7 for 1", holdTime: new Date(NOW - HOUR_MS) }] } },
      "AAPL is on HOLD for 1h: its price looks like a 7:1 split",
      "./bell symbols release AAPL --accept",
    ],
    ["a certificate that ends", { serverCertificate: certificate("server", 29 * DAY_MS) }, "ends in 29d", "make certs"],
    [
      "a list of revoked certificates that the server cannot read",
      { revocations: { certificateCount: 2, detail: "has a bad line 3" } },
      "the server's list of revoked certificates has a bad line 3",
      "SERIAL DATE REASON",
    ],
    ["one that has ended", { notifiers: [{ certificate: certificate("notifier", -1) }] }, "has expired", "make certs"],
  ];
  for (const [title, changes, message, mend] of cases) {
    it(`tells ${title}, and its mend`, () => {
      const [problem, ...others] = problemsOf(view(changes));
      expect(problem?.message).to.include(message);
      expect(problem?.mend).to.include(mend);
      expect(others).to.deep.equal([]);
    });
  }

  it("tells of no certificate that has 30 days left", () => {
    expect(problemsOf(view({ serverCertificate: certificate("server", 30 * DAY_MS) }))).to.deep.equal([]);
  });

  it("tells of a list of revoked certificates that cannot be read", () => {
    const [problem, ...others] = problemsOf({ ...view(), revocationFault: "certs/revoked.txt has a bad line 3" });
    expect(problem?.message).to.equal("certs/revoked.txt has a bad line 3");
    expect(problem?.mend).to.include("SERIAL DATE REASON");
    expect(others).to.deep.equal([]);
  });

  it("misses nobody in the first seconds of a server, but tells who is not there yet", () => {
    const starting = (upMs: number) =>
      problemsOf(view({ serverStartTime: new Date(NOW - upMs), fetchers: [], notifiers: [] })).map(
        ({ message, mend }) => `${message}; ${mend}`,
      );
    expect(starting(3 * SECOND_MS)).to.deep.equal([
      "no fetcher is connected yet: the server started 3s ago; look again in a few seconds",
      "no notifier is connected yet: the server started 3s ago; look again in a few seconds",
    ]);
    expect(starting(15 * SECOND_MS)[0]).to.match(/^no fetcher is connected: no prices come; under /);
  });

  it("names no key where the simulator is asked", () => {
    const [problem] = problemsOf(view({ fetchers: [fetcher({ ...silent, source: "simulator" })] }));
    expect(problem?.mend).not.to.match(/key/i);
  });

  it("tells what matters most first", () => {
    const messages = problemsOf(view({ store: store({ state: StoreState.DAMAGED }), fetchers: [], notifiers: [] })).map(
      ({ message }) => message.split(" ").slice(0, 3).join(" "),
    );
    expect(messages).to.deep.equal(["the database is", "no fetcher is", "no notifier is"]);
  });

  it("does not have a server started that runs and fails", () => {
    const failure = new AppError("INTERNAL", "INTERNAL_ERROR", "an internal error");
    const [problem] = problemsOf({ ...view(), answer: { failure, portAnswers: true, spool: null } });
    expect(problem?.mend).to.include("the server's log");
  });

  it("accuses nobody at the port of what is wrong here", () => {
    const failure = new AppError("FAILED_PRECONDITION", "TLS_SETUP", "cli.crt was revoked", { hint: "make certs" });
    const seen = { ...view(), answer: { failure, portAnswers: true, spool: null } };
    expect(statusText(seen, problemsOf(seen), null)).to.match(
      /^! cli\.crt was revoked\n.*\n\nserver +something listens at its port; why it says nothing stands above$/m,
    );
  });

  it("tells why the server does not answer, and which files here are bad", () => {
    const failure = new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "it is away", { hint: "./bell up" });
    const certificates = [
      { file: "certs/cli.crt", name: "cli", expireTimeMs: NOW + HOUR_MS },
      { file: "certs/ca.crt", name: "ca", expireTimeMs: null },
    ];
    const problems = problemsOf({ ...view(), answer: { failure, portAnswers: false, spool: null }, certificates });
    expect(problems.map(({ message }) => message)).to.deep.equal([
      "it is away",
      "certs/cli.crt ends in 1h",
      "certs/ca.crt cannot be read",
    ]);
  });
});

describe("statusText()", () => {
  it("fits 80 columns and a screen, whatever a fetcher or a mail server says", () => {
    const long = "word ".repeat(40).trim();
    const wide = view({
      fetchers: Array.from({ length: 50 }, () => fetcher({ sourceState: SourceState.SILENT, sourceDetail: long })),
      mail: { isTaking: false, detail: long },
    });
    const lines = statusText(wide, problemsOf(wide), 80).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(80);
    expect(lines.join("\n")).to.include("and 47 more");
    expect(lines.length).to.be.below(60);
  });

  const textOf = (changes: Parameters<typeof view>[0]) => statusText(view(changes), [], null);

  const rounds: readonly (readonly [title: string, changes: object, text: string])[] = [
    ["the next one", { nextRoundTime: new Date(NOW + MINUTE_MS) }, "next round in 1m"],
    ["one that begins in a moment", { nextRoundTime: new Date(NOW + 1) }, "next round in 1s"],
    ["one that is due", { nextRoundTime: new Date(NOW) }, "round under way"],
    ["one that takes long", { nextRoundTime: new Date(NOW - MINUTE_MS) }, "round under way"],
    ["that none is planned", {}, "no round planned"],
    [
      "none, of a source that is listened to",
      {
        nextRoundTime: new Date(NOW - MINUTE_MS),
        plans: [{ symbol: "BTCUSDT", cadence: { seconds: 0, nanos: 250_000_000 } }],
      },
      "listened to all the time",
    ],
  ];
  for (const [title, changes, text] of rounds) {
    it(`tells of rounds: ${title}`, () => {
      expect(textOf({ fetchers: [fetcher(changes)] })).to.match(new RegExp(`^source .*, ${text}$`, "m"));
    });
  }

  it("says how much is free on the server's disk, none too, and that it is not known only when it is not", () => {
    expect(textOf({ store: store({ freeBytes: 0 }) })).to.include(", 0 B free, ");
    expect(textOf({ store: store({ freeBytes: 1_500 }) })).to.include(", 1.5 kB free, ");
    const unknown = { store: store({ freeBytes: 0, isFreeUnknown: true }) };
    expect(textOf(unknown)).to.include(", free space not known, ");
    expect(problemsOf(view(unknown))).to.deep.equal([]);
  });

  it("tells when prices come, and what the key may still ask, where that is not every minute", () => {
    const cadence = { seconds: DAY_MS / SECOND_MS, nanos: 0 };
    const nextTime = new Date(NOW + HOUR_MS);
    const plans = [{ symbol: "AAPL", cadence, nextTime, blindUntil: nextTime }];
    const budget = { used: 12, limit: 25, window: cadence };
    const text = "once a day, next price 10:30 New York (in 1h), blind until then; requests 12 of 25 in 24 h";
    expect(/^prices +(.*)$/m.exec(textOf({ fetchers: [fetcher({ plans, budget })] }))?.[1]).to.equal(text);
    expect(textOf({})).not.to.match(/^prices /m);
  });

  it("tells how long what is spooled has waited", () => {
    const waiting = { spooledCount: 1, oldestSpooledTime: new Date(NOW - 3 * MINUTE_MS) };
    expect(textOf({ fetchers: [fetcher(waiting)] })).to.match(
      /^spool +1 quote waits, the oldest for 3m, of at most 1,000$/m,
    );
  });

  it("says of a notifier without a free place that it pauses while the mail server refuses", () => {
    const notifiers = [{ certificate: certificate("notifier"), freePlaceCount: 0, deliveryCount: 1 }];
    const mail = { isTaking: false, detail: "535 no" };
    expect(textOf({ notifiers, mail })).to.match(/, pauses because the mail server refuses, 1 mail in hand$/m);
    expect(textOf({ notifiers })).to.match(/, 0 places free, 1 mail in hand$/m);
  });

  it("says in a server's first seconds that nobody is connected yet", () => {
    const early = { serverStartTime: new Date(NOW), fetchers: [] };
    expect(textOf(early)).to.match(/^fetcher +none is connected yet$/m);
    expect(textOf({ fetchers: [] })).to.match(/^fetcher +none is connected$/m);
  });

  it("tells of the spool that is here when no server answers", () => {
    const failure = new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "it is away");
    const spooled = (spool: LocalSpool) =>
      /^spool +(.*)$/m.exec(statusText({ ...view(), answer: { failure, portAnswers: false, spool } }, [], null))?.[1];
    expect(spooled(null)).to.equal("none here");
    expect(spooled({ trouble: "it is damaged" })).to.equal("cannot be read: it is damaged");
    const file = "/data/spool.db";
    expect(spooled({ file, count: 0, oldestFetchTimeMs: null })).to.equal("0 quotes wait in /data/spool.db");
    expect(spooled({ file, count: 2, oldestFetchTimeMs: NOW - MINUTE_MS })).to.equal(
      "2 quotes wait, the oldest for 1m, in /data/spool.db",
    );
  });
});
