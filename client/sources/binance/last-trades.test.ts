import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { LastTrades } from "./last-trades.ts";

const NOW = Date.UTC(2026, 4, 12);
const LAST = { id: 7, timeMs: NOW - 1_000, unsettledMs: null };

describe("LastTrades", () => {
  let folder: string;
  let clock: FakeClock;
  let log: RecordedLog;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "last-trades-"));
    clock = new FakeClock(NOW);
    log = new RecordedLog();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (): string => join(folder, "last.json");
  const open = (service = "wss://a", at = file()) => new LastTrades({ file: at, service, clock, log });

  it("knows after a restart what was handed on, of the same service", () => {
    const trades = open();
    trades.note("BTCUSDT", LAST);
    trades.save();
    expect(open().of("BTCUSDT")).to.eql(LAST);
    expect(open().of("ETHUSDT")).to.equal(null);
    expect(open("wss://b").of("BTCUSDT")).to.equal(null);
  });

  it("writes by itself once a minute", () => {
    const trades = open();
    trades.note("BTCUSDT", LAST);
    expect(open().of("BTCUSDT")).to.equal(null);
    clock.advance(MINUTE_MS);
    trades.note("BTCUSDT", { ...LAST, id: 8 });
    expect(open().of("BTCUSDT")).to.eql({ ...LAST, id: 8 });
  });

  it("believes no file that is damaged, and no time that lies ahead", () => {
    for (const text of ["", "{", '{"service":"wss://a","last":{"BTCUSDT":{"id":"x","timeMs":1}}}', "[]"]) {
      writeFileSync(file(), text);
      expect(open().of("BTCUSDT"), text).to.equal(null);
    }
    const trades = open();
    trades.note("BTCUSDT", { ...LAST, timeMs: NOW + 2 * DAY_MS });
    expect(trades.of("BTCUSDT")).to.equal(null);
  });

  it("says once that it cannot write, and goes on", () => {
    const trades = open("wss://a", join(folder, "none", "last.json"));
    trades.note("BTCUSDT", LAST);
    trades.save();
    trades.save();
    expect(log.messages).to.eql(["how far was heard cannot be written down: a restart may miss prices"]);
    expect(trades.of("BTCUSDT")).to.eql(LAST);
    expect(() => readFileSync(file())).to.throw();
  });
});
