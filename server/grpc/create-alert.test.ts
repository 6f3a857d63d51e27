import { expect } from "chai";
import { AlertSession, AlertState, AlreadyTrue, Repeat } from "../../proto/gen/tickerbell/v1/alert.ts";
import { AlertServiceService as Service, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { CrossDirection } from "../../proto/gen/tickerbell/v1/condition.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

const UUID = "3f1a9c1e-1111-4111-8111-111111111111";
const BROKEN = "a\ufffdb";

describe("AlertService.CreateAlert", () => {
  let server: TestServer;
  let user: SignedUp;
  before(async () => {
    server = await startTestServer();
    user = await server.signUp();
  });
  after(() => server.close());

  const as = () => ({ token: user.token });
  type Wish = Parameters<typeof CreateAlertRequest.fromPartial>[0];
  const create = (wish: Wish) => server.ask(Service.createAlert, CreateAlertRequest.fromPartial(wish), as());
  const aboveAt = (level: number) => ({ kind: { $case: "above" as const, value: { level } } });
  const countStored = () => server.query("SELECT count(*) AS n FROM alerts");

  it("makes an alert of a text, and shows it as every client will", async () => {
    const made = await create({ text: "aapl crosses up 200.5", alert: { note: "ü 'x'", repeat: Repeat.EVERY } });
    expect(made).to.deep.include({
      symbol: "AAPL",
      condition: { kind: { $case: "crosses", value: { level: 200.5, direction: CrossDirection.UP } } },
      repeat: Repeat.EVERY,
      alreadyTrue: AlreadyTrue.WAIT,
      bandPercent: "0.5",
      note: "ü 'x'",
      state: AlertState.ARMED,
      awaitsBaseline: true,
      lastFireTime: undefined,
      etag: '"1"',
    });
    expect(made.sentence).to.include("AAPL").and.to.include("200.50");
    expect(await server.ask(Service.getAlert, { id: made.id }, as())).to.deep.equal(made);
  });

  it("makes the same of fields, and ignores those that are the server's", async () => {
    const theirs = { id: "mine", etag: "x", state: AlertState.TRIGGERED, sentence: "evil" };
    const made = await create({ alert: { symbol: "brk-b", condition: aboveAt(300), ...theirs } });
    expect(made).to.deep.include({ symbol: "BRK-B", state: AlertState.ARMED, etag: '"1"' });
    expect([made.id, made.sentence]).not.to.include.members(["mine", "evil"]);
  });

  it("takes every option, and says each again", async () => {
    const expireTime = new Date("2100-01-01T00:00:00Z");
    const options = {
      repeat: Repeat.EVERY,
      maxFires: 10_000,
      bandPercent: "1.25",
      rearmFor: { seconds: 600, nanos: 0 },
      confirm: 10,
      session: AlertSession.EXTENDED,
      alreadyTrue: AlreadyTrue.FIRE,
      note: "{symbol} at {price}",
      tags: ["swing", "a".repeat(32)],
      expireTime,
      isUrgent: true,
      remindEvery: { seconds: 3_600, nanos: 0 },
      tellsWhenBack: true,
    };
    const made = await create({ text: "any of aapl, msft outside 100..200 for 1h30m", alert: options });
    expect(made).to.deep.include({ ...options, symbol: "AAPL", symbols: ["AAPL", "MSFT"] });
    const value = { lower: 100, upper: 200, forDuration: { seconds: 5_400, nanos: 0 } };
    expect(made.condition).to.deep.equal({ kind: { $case: "outside", value } });
    expect(made.symbolStates.map(({ symbol, state }) => [symbol, state])).to.deep.equal([
      ["AAPL", AlertState.ARMED],
      ["MSFT", AlertState.ARMED],
    ]);
    expect(await server.ask(Service.getAlert, { id: made.id }, as())).to.deep.equal(made);
    const copy = await create({ alert: made });
    expect(copy).to.deep.include({ ...options, symbols: made.symbols, condition: made.condition });
  });

  it("takes a list of symbols as fields, in any case, with the first of them or without", async () => {
    for (const symbol of ["", "Aapl"]) {
      const made = await create({ alert: { symbol, symbols: ["aapl", "brk-b"], condition: aboveAt(1) } });
      expect([made.symbol, made.symbols]).to.deep.equal(["AAPL", ["AAPL", "BRK-B"]]);
    }
    const made = await create({ alert: { symbol: "brk.b", symbols: ["brk.b", "aapl"], condition: aboveAt(1) } });
    expect(made.symbols).to.deep.equal(["BRK-B", "AAPL"]);
  });

  const reminders: [string, { seconds: number; nanos: number }][] = [
    ["sooner than every hour", { seconds: 3_540, nanos: 0 }],
    ["of a part of a minute", { seconds: 3_601, nanos: 0 }],
    ["of a part of a second", { seconds: 3_600, nanos: 1 }],
    ["later than 30 days", { seconds: 30 * 86_400 + 60, nanos: 0 }],
    ["before the fire", { seconds: -3_600, nanos: 0 }],
    ["that break the rules of durations", { seconds: 3_600, nanos: -1 }],
  ];
  for (const [what, remindEvery] of reminders) {
    it(`refuses reminders ${what}`, async () => {
      const refused = await refusalOf(create({ text: "AAPL above 200", alert: { remindEvery } }));
      expect(refused.message).to.include("alert.remind_every").and.to.include("from 1 hour to 30 days");
      expect(refused.fields.map(({ field, reason }) => [field, reason])).to.deep.equal([
        ["alert.remind_every", "FIELD_INVALID"],
      ]);
    });
  }

  const symbols = [
    "",
    " ",
    "x".repeat(33),
    "АAPL",
    "ＡＡＰＬ",
    "A\u200fAPL",
    "A\u0000",
    "A\r\nB",
    "'; DROP TABLE",
    "../../x",
    "=cmd",
    "😀",
    BROKEN,
  ];
  for (const symbol of symbols) {
    it(`refuses the symbol ${JSON.stringify(symbol)}`, async () => {
      const reason = symbol === "" ? "FIELD_REQUIRED" : "SYMBOL_FORMAT";
      expect(await problemsOf(create({ alert: { symbol, condition: aboveAt(1) } }))).to.deep.equal([
        `alert.symbol ${reason}`,
      ]);
    });
  }

  for (const level of [NaN, Infinity, -Infinity, -1, 0, -0, 1e12, 1e308]) {
    it(`refuses the level ${level}`, async () => {
      const problems = await problemsOf(create({ alert: { symbol: "AAPL", condition: aboveAt(level) } }));
      expect(problems).to.deep.equal(["alert.condition.above.level PRICE_RANGE"]);
    });
  }

  const texts: [string, string][] = [
    ["AAPL abve 200", "CONDITION_SYNTAX"],
    ["AAPL above", "CONDITION_SYNTAX"],
    ["AAPL above 1,000.5", "PRICE_RANGE"],
    ["AAPL above ٣", "CONDITION_SYNTAX"],
    ["AAPL above -1", "PRICE_RANGE"],
    ["A*PL above 1", "SYMBOL_FORMAT"],
    [`AAPL above ${BROKEN}`, "CONDITION_SYNTAX"],
    ["AAPL above 200\u0000", "CONDITION_SYNTAX"],
    ["x".repeat(10_000), "CONDITION_SYNTAX"],
    [`${"a".repeat(39)}😀😀 above 1`, "SYMBOL_FORMAT"],
  ];
  for (const [text, reason] of texts) {
    it(`refuses the text ${JSON.stringify(text.slice(0, 30))}`, async () => {
      expect(await problemsOf(create({ text }))).to.deep.equal([`text ${reason}`]);
    });
  }

  it("refuses text together with fields", async () => {
    expect(await problemsOf(create({ text: "AAPL above 1", alert: { symbol: "AAPL" } }))).to.deep.equal([
      "text FIELD_INVALID",
    ]);
    expect(await problemsOf(create({ text: "AAPL above 1", alert: { condition: aboveAt(1) } }))).to.deep.equal([
      "text FIELD_INVALID",
    ]);
  });

  it("names every bad field at once, and stores nothing", async () => {
    const before = countStored();
    const alert = {
      condition: { kind: { $case: "crosses" as const, value: { level: 1, direction: 99 as CrossDirection } } },
    };
    const odd = { repeat: 99 as Repeat, alreadyTrue: 99 as AlreadyTrue, bandPercent: "-1", note: "a\nb" };
    expect(await problemsOf(create({ alert: { ...alert, ...odd, symbol: "?" }, requestId: "7" }))).to.deep.equal([
      "alert.symbol SYMBOL_FORMAT",
      "alert.condition.crosses.direction FIELD_INVALID",
      "alert.repeat FIELD_INVALID",
      "alert.already_true FIELD_INVALID",
      "alert.band_percent FIELD_INVALID",
      "alert.note FIELD_INVALID",
      "request_id FIELD_INVALID",
    ]);
    expect(await problemsOf(create({}))).to.deep.equal([
      "alert.symbol FIELD_REQUIRED",
      "alert.condition FIELD_REQUIRED",
    ]);
    expect(countStored()).to.deep.equal(before);
  });

  for (const bandPercent of ["50.1", "abc", "1e1", "0.12345", "٣", "NaN", " ", "0.5%", BROKEN, "9".repeat(100)]) {
    it(`refuses the band ${JSON.stringify(bandPercent.slice(0, 20))}`, async () => {
      expect(await problemsOf(create({ text: "AAPL above 1", alert: { bandPercent } }))).to.deep.equal([
        "alert.band_percent FIELD_INVALID",
      ]);
    });
  }

  for (const note of [
    "x".repeat(201),
    "a\r\nBcc: b",
    "a\tb",
    "\u001b[31m",
    "a\u0085b",
    "a\u2028b",
    "a\u202eb",
    "\u0000",
    BROKEN,
  ]) {
    it(`refuses the note ${JSON.stringify(note.slice(0, 20))}`, async () => {
      expect(await problemsOf(create({ text: "AAPL above 1", alert: { note } }))).to.deep.equal([
        "alert.note FIELD_INVALID",
      ]);
    });
  }

  it("stores any plain note as it is", async () => {
    for (const note of [
      "<script>alert(1)</script>",
      "{{7*7}} %s%n",
      "'; DROP TABLE alerts; --",
      "ü€😀",
      "x".repeat(200),
    ]) {
      expect((await create({ text: "AAPL above 1", alert: { note } })).note).to.equal(note);
    }
  });

  it("answers a request id again with the first alert, and refuses it for another request", async () => {
    const first = await create({ text: "AAPL above 7", requestId: UUID });
    expect(await create({ text: "AAPL above 7", requestId: UUID.toUpperCase().toLowerCase() })).to.deep.equal(first);
    expect(await problemsOf(create({ text: "AAPL above 8", requestId: UUID }))).to.deep.equal([
      "request_id REQUEST_ID_REUSED",
    ]);
    for (const requestId of ["x", `${UUID}0`, BROKEN]) {
      expect(await problemsOf(create({ text: "AAPL above 7", requestId }))).to.deep.equal(["request_id FIELD_INVALID"]);
    }
  });
});
