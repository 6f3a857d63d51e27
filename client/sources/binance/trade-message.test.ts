import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStreamMessage } from "./trade-message.ts";

const NOW = Date.UTC(2026, 4, 12);
const WANTED = new Set(["BTCUSDT", "ETHUSDT"]);
const DATA = {
  e: "trade",
  E: NOW - 5,
  s: "BTCUSDT",
  t: 7,
  p: "65000.10000000",
  q: "0.00100000",
  T: NOW - 6,
  m: true,
  M: true,
};

function parse(value: unknown): ReturnType<typeof parseStreamMessage> {
  return parseStreamMessage(typeof value === "string" ? value : JSON.stringify(value), WANTED, NOW);
}

function trade(data: object, stream = "btcusdt@trade"): ReturnType<typeof parseStreamMessage> {
  return parse({ stream, data });
}

describe("parseStreamMessage()", () => {
  it("takes a trade, combined or bare, with more or fewer fields than are known", () => {
    const { e, s, t, p, q, T } = DATA;
    const expected = { symbol: "BTCUSDT", id: 7, timeMs: NOW - 6, price: 65_000.1, rounded: false };
    for (const message of [
      trade(DATA),
      parse(DATA),
      trade({ ...DATA, a: 1, b: 2, X: "new" }),
      trade({ e, s, t, p, q, T }),
    ]) {
      expect(message.kind).to.equal("trade");
      expect(message).to.have.property("trade").that.deep.includes(expected);
      expect(message).to.have.nested.property("trade.quantity").that.deep.equals({ units: 100_000n, scale: 8 });
    }
  });

  it("counts a price of more digits than a double keeps as rounded", () => {
    expect(trade({ ...DATA, p: "0.12345678901234567" })).to.have.nested.property("trade.rounded", true);
  });

  it("hears that the line is about to end, combined or bare", () => {
    expect(parse({ e: "serverShutdown", E: NOW })).to.eql({ kind: "shutdown" });
    expect(parse({ stream: "!serverShutdown", data: { e: "serverShutdown", E: NOW } })).to.eql({ kind: "shutdown" });
  });

  it("passes over what it did not ask for", () => {
    const others = [
      { result: null, id: 1 },
      { code: 2, msg: "Invalid request: x" },
      [DATA],
      "null",
      "7",
      { stream: "x", data: [DATA] },
    ];
    for (const other of [...others, { ...DATA, e: "kline" }])
      expect(parse(other).kind, JSON.stringify(other)).to.equal("other");
  });

  const bad: readonly (readonly [string, unknown])[] = [
    ["another symbol", { ...DATA, s: "DOGEUSDT" }],
    ["a symbol of another stream", { ...DATA, s: "ETHUSDT" }],
    ["no symbol", { ...DATA, s: undefined }],
    ["a symbol in small letters", { ...DATA, s: "btcusdt" }],
    ["a price that is a number", { ...DATA, p: 65_000 }],
    ["a price in words", { ...DATA, p: "sixty" }],
    ["a price with an exponent", { ...DATA, p: "6.5e4" }],
    ["a price beyond all", { ...DATA, p: "1e309" }],
    ["a price below zero", { ...DATA, p: "-1.0" }],
    ["no price at all", { ...DATA, p: "0.00000000" }],
    ["a price of forty digits", { ...DATA, p: "1".repeat(41) }],
    ["an empty price", { ...DATA, p: "" }],
    ["a quantity of nothing", { ...DATA, q: "0.0" }],
    ["a quantity in words", { ...DATA, q: "much" }],
    ["no quantity", { ...DATA, q: undefined }],
    ["no number", { ...DATA, t: undefined }],
    ["a number with a fraction", { ...DATA, t: 7.5 }],
    ["a number that is text", { ...DATA, t: "7" }],
    ["a number below zero", { ...DATA, t: -1 }],
    ["a time in microseconds", { ...DATA, T: NOW * 1_000 }],
    ["a time in seconds", { ...DATA, T: NOW / 1_000 }],
    ["a time to come", { ...DATA, T: NOW + 61_000 }],
    ["a time that is text", { ...DATA, T: "now" }],
  ];
  for (const [what, data] of bad) {
    it(`refuses ${what}`, () => expect(parse({ stream: "btcusdt@trade", data }).kind).to.equal("malformed"));
  }

  it("refuses broken JSON, and a name that comes twice", () => {
    const text = JSON.stringify(DATA);
    expect(parse(text.slice(0, -1)).kind).to.equal("malformed");
    expect(parse(text.replace('"p":', '"p":"1.0","p":')).kind).to.equal("malformed");
  });

  describe("what the service said once", () => {
    const folder = process.env["RECORDINGS_DIR"];
    before(function () {
      if (folder === undefined) this.skip(); // no recordings
    });
    const read = (name: string): string => readFileSync(join(folder ?? "", "binance", name), "utf8");
    const kindOf = (text: string): string => parseStreamMessage(text, WANTED, NOW).kind;

    it("is a trade", () => {
      const message = parseStreamMessage(read("combined_trade_BTCUSDT.json"), WANTED, NOW);
      const expected = { symbol: "BTCUSDT", id: 343_719_861, timeMs: 1_592_591_955_765, price: 9_302 };
      expect(message).to.have.property("trade").that.deep.includes(expected);
    });

    it("is of another kind", () => {
      expect(kindOf(read("combined_kline_1m_BTCUSDT_open.json"))).to.equal("other");
      expect(kindOf(read("combined_miniTicker_BTCUSDT.json"))).to.equal("other");
      expect(kindOf(read("subscribe_ack.json"))).to.equal("other");
      const controls = JSON.parse(read("control_messages.json")) as Record<string, object>;
      for (const control of Object.values(controls)) expect(kindOf(JSON.stringify(control))).to.equal("other");
    });

    it("is a line's end", () => {
      const both = JSON.parse(read("server_shutdown.json")) as { raw: object; combined: object };
      for (const one of [both.raw, both.combined]) expect(kindOf(JSON.stringify(one))).to.equal("shutdown");
    });
  });
});
