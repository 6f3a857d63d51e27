import { expect } from "chai";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { until } from "../../testing/until.ts";
import type { HttpAnswer } from "../fetch-answer.ts";
import { startTestService } from "../alpha-vantage/test-service.ts";
import { KlineService, parseKlines, type Klines } from "./klines.ts";

const FROM = Date.UTC(2026, 4, 12, 10, 0);
const MINUTE = 60_000;
const WANTED = { fromMs: FROM, untilMs: FROM + 10 * MINUTE };
const TOLD = { fetchTimeMs: FROM + 5 * MINUTE, isSimulated: false };

/** A row as the service writes it. */
function row(minute: number, values: readonly unknown[] = ["100.10", "120.00", "90.00", "110.00", "5.5"]): unknown[] {
  const start = FROM + minute * MINUTE;
  return [start, ...values, start + MINUTE - 1, "0.0", 12, "0.0", "0.0", "0"];
}

function parse(body: unknown, answer: Partial<HttpAnswer> = {}): Klines {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return parseKlines({ status: 200, contentType: "", retryAfterMs: null, body: text, ...answer }, WANTED, TOLD);
}

/** The starts of the bars, in minutes, and how many rows were left out; or the refusal's class. */
function told(klines: Klines): unknown {
  if (klines.kind === "refusal") return klines.refusal.class;
  return [klines.bars.map(({ startMs }) => (startMs - FROM) / MINUTE), klines.refusedRows];
}

describe("parseKlines()", () => {
  it("takes bars as they are written", () => {
    const klines = parse([row(0), row(1)]);
    expect(told(klines)).to.eql([[0, 1], 0]);
    const volume = { units: 55n, scale: 1 };
    const expected = { startMs: FROM, open: 100.1, high: 120, low: 90, close: 110, volume };
    expect(klines).to.have.nested.property("bars[0]").that.eqls(expected);
  });

  it("takes an empty list for nothing", () => expect(told(parse([]))).to.eql([[], 0]));

  const bad: readonly (readonly [string, unknown])[] = [
    ["words for numbers", row(1, ["one", "120", "90", "110", "5"])],
    ["numbers for texts", row(1, [100, 120, 90, 110, 5])],
    ["1e309", row(1, ["1e309", "1e309", "90", "110", "5"])],
    ["a high below the close", row(1, ["100", "105", "90", "110", "5"])],
    ["a low above the open", row(1, ["100", "120", "101", "110", "5"])],
    ["a price of nothing", row(1, ["0.0", "120", "0.0", "110", "5"])],
    ["no volume", row(1, ["100", "120", "90", "110"]).slice(0, 5)],
    ["a minute that is not asked for", row(10)],
    ["a minute before", row(-1)],
    ["a minute to come", row(7)],
    ["a time within a minute", [FROM + 1, ...row(1).slice(1)]],
    ["a time that is text", [String(FROM), ...row(1).slice(1)]],
    ["the same minute again", row(0)],
    ["an object", { startMs: FROM }],
    ["null", null],
  ];
  for (const [what, value] of bad) {
    it(`leaves out ${what}`, () => expect(told(parse([row(0), value, row(2)]))).to.eql([[0, 2], 1]));
  }

  it("refuses what has nothing but that", () => {
    expect(told(parse([null, 7]))).to.equal("malformed");
    for (const body of ['{"a":1}', "[", "", "<html>", "7"]) expect(told(parse(body)), body).to.equal("malformed");
    expect(told(parse("", { body: null }))).to.equal("malformed");
  });

  it("classes what the service says instead", () => {
    const invalid = { code: -1121, msg: "Invalid symbol." };
    expect(parse(invalid, { status: 400 })).to.have.nested.property("refusal.message", "Invalid symbol.");
    const classes = [400, 404, 418, 429, 451, 500, 503].map((status) => told(parse(invalid, { status })));
    expect(classes).to.eql(["bad_request", "bad_request", "throttle", "throttle", "not_entitled", "outage", "outage"]);
    expect(told(parse("<html>", { status: 400 })), "a proxy speaks").to.equal("outage");
  });
});

describe("KlineService", () => {
  it("asks nothing while it is barred", async () => {
    const clock = new FakeClock(TOLD.fetchTimeMs);
    const answers = [
      { status: 418, body: "{}" },
      { status: 200, body: JSON.stringify([row(4)]) },
    ];
    const service = await startTestService((response) => {
      const { status = 200, body = "[]" } = answers.shift() ?? {};
      response.writeHead(status, { "Retry-After": "120" }).end(body);
    });
    const klines = new KlineService({ url: service.url, clock });
    const never = new AbortController().signal;
    const ask = () => klines.ask("BTCUSDT", { newest: 2 }, never);
    try {
      expect(told(await ask())).to.equal("throttle");
      clock.advance(60_000);
      expect(await ask())
        .to.deep.include({ kind: "refusal" })
        .and.have.nested.property("refusal.retryAfterMs", 60_000);
      expect(service.requests).to.have.length(1);
      clock.advance(60_000);
      expect(told(await ask())).to.eql([[4], 0]);
      const query = Object.fromEntries(service.requests[1] ?? []);
      expect(query).to.eql({ symbol: "BTCUSDT", interval: "1m", limit: "2" });
      const later = ask();
      await until(() => clock.sleeping > 0);
      expect(service.requests, "one after the other, with a pause").to.have.length(2);
      clock.advance(50);
      await later;
    } finally {
      await service.close();
    }
  });
});
