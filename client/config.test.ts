import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import { LOCAL_KEY, readFetcherConfig } from "./config.ts";

const LOCAL = { BELL_ALPHA_VANTAGE_URL: "http://127.0.0.1:8081" };
const KEY = "ABCDEF0123456789";

describe("readFetcherConfig()", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fetcher-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function keyFile(text: string, mode = 0o600): string {
    const file = join(folder, "key");
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  function withKey(text: string, mode?: number): Environment {
    return { BELL_ALPHA_VANTAGE_API_KEY_FILE: keyFile(text, mode) };
  }

  /** What is wrong, as `FIELD: message`. */
  function problemsOf(environment: Environment): string[] {
    try {
      readFetcherConfig(environment);
    } catch (error) {
      expect(error).to.be.instanceOf(AppError).and.include({ code: "FAILED_PRECONDITION", reason: "CONFIG_INVALID" });
      expect((error as Error).message).not.to.include(KEY);
      return (error as AppError).fields.map(({ field, message }) => `${field}: ${message}`);
    }
    return [];
  }

  it("needs nothing but a key", () => {
    const config = readFetcherConfig(withKey(`${KEY}\n`));
    expect(config).to.deep.include({ logLevel: "info", server: "localhost:50051", schedule: null });
    expect(config.symbols).to.eql(["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "V", "IBM"]);
    expect(config.alphaVantage).to.eql({
      baseUrl: "https://www.alphavantage.co",
      key: KEY,
      plan: "free",
      function: "auto",
      datatype: "json",
      entitlement: "none",
    });
    expect(config.spoolFile).to.match(/data\/spool\.db$/);
    expect(config.spoolQuotesMax).to.equal(1_000_000);
    expect(config.sourceName).to.equal("alpha-vantage");
    expect(config.credentials.certFile).to.match(/certs\/fetcher\.crt$/);
    expect(config.credentials.keyFile).to.match(/certs\/fetcher\.key$/);
    expect(config.credentials.caFile).to.match(/certs\/ca\.crt$/);
  });

  it("takes every setting", () => {
    const config = readFetcherConfig({
      ...LOCAL,
      ...withKey(KEY),
      BELL_LOG_LEVEL: "debug",
      BELL_SERVER: "[::1]:1234",
      BELL_CERTS_DIR: "/etc/bell",
      BELL_DATA_DIR: "/var/bell",
      BELL_SPOOL_QUOTES_MAX: "5000",
      BELL_SYMBOLS: "aapl, brk-b TSCO.LON",
      BELL_SCHEDULE: "*/10 * 9-16 * * 1-5",
      BELL_ALPHA_VANTAGE_PLAN: "75",
      BELL_ALPHA_VANTAGE_FUNCTION: "bulk-quotes",
      BELL_ALPHA_VANTAGE_ENTITLEMENT: "delayed",
      BELL_ALPHA_VANTAGE_FORMAT: "csv",
    });
    expect(config).to.eql({
      logLevel: "debug",
      server: "[::1]:1234",
      credentials: {
        caFile: "/etc/bell/ca.crt",
        certFile: "/etc/bell/fetcher.crt",
        keyFile: "/etc/bell/fetcher.key",
      },
      symbols: ["AAPL", "BRK-B", "TSCO.LON"],
      schedule: "*/10 * 9-16 * * 1-5",
      spoolFile: "/var/bell/spool.db",
      spoolQuotesMax: 5_000,
      sourceName: "simulator",
      followsServer: false,
      binance: null,
      alphaVantage: {
        baseUrl: "http://127.0.0.1:8081",
        key: KEY,
        plan: "75",
        function: "bulk-quotes",
        datatype: "csv",
        entitlement: "delayed",
      },
    });
  });

  it("needs no key for a service on this machine", () => {
    for (const host of ["127.0.0.1", "localhost", "[::1]", "127.8.9.1"]) {
      const config = readFetcherConfig({ BELL_ALPHA_VANTAGE_URL: `http://${host}:8081` });
      expect(config.alphaVantage.key, host).to.equal(LOCAL_KEY);
    }
  });

  it("needs neither key nor TLS for a host that is declared as good as this machine", () => {
    const named = { BELL_ALPHA_VANTAGE_URL: "http://simulator:8081" };
    expect(readFetcherConfig({ ...named, BELL_LOCAL_HOSTS: "Simulator" }).alphaVantage.key).to.equal(LOCAL_KEY);
    expect(problemsOf(named)).to.have.length(2);
  });

  const wrongKeyFiles: [string, string, number, RegExp][] = [
    ["is empty", "", 0o600, /is empty/],
    ["holds only blank lines", "\n \n", 0o600, /is empty/],
    ["has two lines", `${KEY}\n${KEY}\n`, 0o600, /more than one line/],
    ["has a blank within", "ABC DEF", 0o600, /blanks or other characters/],
    ["can be read by the group", KEY, 0o640, /mode 0640.*chmod 600/],
    ["can be read by everybody", KEY, 0o604, /mode 0604/],
  ];
  for (const [fault, text, mode, words] of wrongKeyFiles) {
    it(`refuses a key file that ${fault}`, () => {
      const [problem, ...others] = problemsOf(withKey(text, mode));
      expect(problem)
        .to.match(/^BELL_ALPHA_VANTAGE_API_KEY_FILE: /)
        .and.match(words);
      expect(others).to.eql([]);
    });
  }

  it("refuses a key file that is missing or a folder", () => {
    expect(problemsOf({ BELL_ALPHA_VANTAGE_API_KEY_FILE: join(folder, "none") })[0]).to.match(/does not exist/);
    expect(problemsOf({ BELL_ALPHA_VANTAGE_API_KEY_FILE: folder })[0]).to.match(/cannot be read \(EISDIR\)/);
  });

  it("does not tell on a key that stands in its file's place", () => {
    const [problem] = problemsOf({ BELL_ALPHA_VANTAGE_API_KEY_FILE: "AB12CD34EF56GH78" });
    expect(problem).to.match(/^BELL_ALPHA_VANTAGE_API_KEY_FILE: names no file; if this is the key itself/);
    expect(problem).not.to.include("AB12");
    expect(problemsOf({ BELL_ALPHA_VANTAGE_API_KEY_FILE: "keys.txt" })[0]).to.match(/keys\.txt does not exist/);
  });

  it("refuses to ask a service elsewhere without a key, or without TLS", () => {
    expect(problemsOf({})).to.have.length(1);
    expect(problemsOf({})[0]).to.match(/^BELL_ALPHA_VANTAGE_API_KEY_FILE: must be set to ask www\.alphavantage\.co/);
    const plain = { BELL_ALPHA_VANTAGE_URL: "http://www.alphavantage.co", ...withKey(KEY) };
    expect(problemsOf(plain)).to.eql(["BELL_ALPHA_VANTAGE_URL: must be https: the key travels in each request"]);
    const lookalike = { BELL_ALPHA_VANTAGE_URL: "http://127.0.0.1.example.com" };
    expect(problemsOf(lookalike)).to.have.length(2);
  });

  it("refuses a symbol that is none, and one named twice in different letters", () => {
    expect(problemsOf({ ...LOCAL, BELL_SYMBOLS: "AAPL =X" })[0]).to.match(/^BELL_SYMBOLS: "=X" is not a symbol/);
    expect(problemsOf({ ...LOCAL, BELL_SYMBOLS: "AAPL aapl" })).to.eql(["BELL_SYMBOLS: names AAPL twice"]);
  });

  it("refuses a schedule that is no cron line", () => {
    for (const line of ["every minute", "60 * * * *", "* * *"]) {
      expect(problemsOf({ ...LOCAL, BELL_SCHEDULE: line })[0], line).to.match(/^BELL_SCHEDULE: .*cron line/);
    }
  });

  it("listens to Binance without a key, to pairs of its own unless others are named", () => {
    const config = readFetcherConfig({ BELL_SOURCE: "binance" });
    expect(config).to.deep.include({ sourceName: "binance", followsServer: false });
    expect(config.symbols).to.eql(["BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT"]);
    expect(config.binance).to.eql({ url: "wss://stream.binance.com:9443", restUrl: "https://api.binance.com" });
    expect(readFetcherConfig({ BELL_SOURCE: "binance", BELL_SYMBOLS: "adausdt" }).symbols).to.eql(["ADAUSDT"]);
  });

  it("asks Binance where it is listened to, unless it is told otherwise", () => {
    const restOf = (environment: Environment) =>
      readFetcherConfig({ BELL_SOURCE: "binance", ...environment }).binance?.restUrl;
    expect(restOf({ BELL_BINANCE_URL: "wss://data-stream.binance.vision" })).to.equal(
      "https://data-api.binance.vision",
    );
    expect(restOf({ BELL_BINANCE_URL: "wss://binance.example.com:444" })).to.equal("https://binance.example.com:444");
    const local = { BELL_BINANCE_URL: "ws://127.0.0.1:9001/" };
    expect(restOf(local)).to.equal("http://127.0.0.1:9001");
    expect(restOf({ ...local, BELL_BINANCE_REST_URL: "http://localhost:9002" })).to.equal("http://localhost:9002");
    expect(readFetcherConfig({ BELL_SOURCE: "binance", ...local }).sourceName).to.equal("simulator");
  });

  it("refuses a Binance that anybody on the way could change, and more pairs than a line takes", () => {
    const elsewhere = { BELL_SOURCE: "binance", BELL_BINANCE_URL: "ws://stream.example.com" };
    expect(problemsOf(elsewhere)).to.eql([
      "BELL_BINANCE_URL: must be wss (and https): on the way anybody could change the prices",
    ]);
    expect(problemsOf({ BELL_SOURCE: "binance", BELL_BINANCE_URL: "https://x.example.com" })[0]).to.match(
      /ws\(s\) address/,
    );
    const pairs = Array.from({ length: 301 }, (_, at) => `A${at}USDT`).join(" ");
    expect(problemsOf({ BELL_SOURCE: "binance", BELL_SYMBOLS: pairs })[0]).to.match(/^BELL_SYMBOLS: names 301:/);
  });

  it("tells all mistakes at once", () => {
    const fields = problemsOf({
      BELL_LOG_LEVEL: "loud",
      BELL_SERVER: "nowhere",
      BELL_SYMBOLS: "AAPL AAPL",
      BELL_SCHEDULE: "never",
      BELL_ALPHA_VANTAGE_API_KEY_FILE: join(folder, "none"),
      BELL_ALPHA_VANTAGE_PLAN: "75",
      BELL_SYMBOL: "AAPL",
      BELL_SPOOL_QUOTES_MAX: "0",
    }).map((problem) => problem.replace(/:.*/, ""));
    expect(fields.toSorted()).to.eql([
      "BELL_ALPHA_VANTAGE_API_KEY_FILE",
      "BELL_LOG_LEVEL",
      "BELL_SCHEDULE",
      "BELL_SERVER",
      "BELL_SPOOL_QUOTES_MAX",
      "BELL_SYMBOL",
      "BELL_SYMBOLS",
    ]);
  });
});
