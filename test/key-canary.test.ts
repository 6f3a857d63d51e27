// The promise: whatever the service echoes and wherever the key was written by mistake, it is in no log, error, report, row or file.
import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { startFetcher } from "../client/main.ts";
import { readFetcherConfig } from "../client/config.ts";
import { openDeps } from "../client/open-deps.ts";
import { startTestService, type TestService } from "../client/sources/alpha-vantage/test-service.ts";
import { createLog } from "../runtime/log/log.ts";
import { eventually } from "./support/eventually.ts";
import { newestTradingDay } from "./support/newest-trading-day.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

const KEY = "CANARY7HX2Q9+/Z&K";
/** The key as it is, as a URL and as a form carry it; the first part of it alone would be too much. */
const TRACES = /canary7hx2q9/i;
const DAY = newestTradingDay(Date.now());
const DAY_QUOTE = `{"Global Quote": {"01. symbol": "AAPL", "02. open": "1", "03. high": "1", "04. low": "1", "05. price": "1", "06. volume": "1", "07. latest trading day": "${DAY}"}}`;

/** Everywhere that an answer can hold it. */
const ECHOES: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  "the daily refusal": say(
    `{"Information": "We have detected your API key as ${KEY} and our standard API rate limit is 25 requests per day."}`,
  ),
  "a note": say(`{"Note": "${KEY} made too many calls per minute"}`),
  "a refusal in new words": say(`{"Information": "slow down, ${KEY.toLowerCase()}"}`),
  "an error": say(`{"Error Message": "Invalid API call: /query?apikey=${encodeURIComponent(KEY)}"}`),
  "an error of the key": say(`{"Error Message": "the parameter apikey is invalid: ${KEY}"}`),
  "a detail": say(`{"detail": "no such key: ${new URLSearchParams({ apikey: KEY }).toString()}"}`),
  "an unknown field": say(`{"Advice": "do not use ${KEY} so often"}`),
  "a premium refusal": say(`{"Information": "This is a premium endpoint, ${KEY}."}`),
  "a made-up answer": say(`{"endpoint": "x", "message": "ARTIFICIAL for ${KEY}", "data": [{"symbol": "${KEY}"}]}`),
  "broken JSON": say(`{"Information": "${KEY}`),
  "a web page": say(`<html>${KEY}</html>`),
  "a symbol": say(DAY_QUOTE.replace("AAPL", KEY)),
  "a price": say(DAY_QUOTE.replace('"05. price": "1"', `"05. price": "${KEY}"`)),
  "a field beside good ones": say(DAY_QUOTE.replace("{", `{"${KEY}": {"a": "${KEY}"}, `)),
  columns: say(`${KEY},open\r\n${KEY},1\r\n`),
  "a row": say(`timestamp,open,high,low,close,volume\r\n${KEY},1,1,1,1,1\r\n`),
  "the headers": (response) => {
    const headers = { Server: KEY, "Content-Type": KEY, "Retry-After": KEY, Location: `/?apikey=${KEY}` };
    return response.writeHead(302, headers).end(KEY);
  },
  "an error page": (response) => response.writeHead(500, KEY.replace(/\W/g, "")).end(`<p>apikey=${KEY}</p>`),
  "a broken connection": (response) => response.destroy(),
};

function say(body: string): (response: ServerResponse) => unknown {
  return (response) => response.end(body);
}

describe("the key", () => {
  let server: TestServer;
  let service: TestService;
  let answer: (response: ServerResponse) => unknown;
  let world: World;
  let asked = 0;

  before(async () => {
    server = await startTestServer();
    service = await startTestService((response) => {
      asked += 1;
      answer(response);
    });
  });
  after(async () => {
    await service.close();
    await server.close();
  });
  beforeEach(async () => {
    world = await World.open();
    mkdirSync(world.dataFolder);
    writeFileSync(join(world.folder, "key"), `${KEY}\n`, { mode: 0o600 });
    asked = 0;
  });
  afterEach(() => world.close());

  const settings = (): Record<string, string> => ({
    BELL_SERVER: server.address,
    BELL_CERTS_DIR: world.environment["BELL_CERTS_DIR"] ?? "",
    BELL_DATA_DIR: world.dataFolder,
    BELL_LOG_LEVEL: "debug",
    BELL_SYMBOLS: "AAPL IBM",
    BELL_ALPHA_VANTAGE_URL: service.url,
    BELL_ALPHA_VANTAGE_PLAN: "unlimited",
    BELL_ALPHA_VANTAGE_API_KEY_FILE: join(world.folder, "key"),
  });

  /** All that is left behind: the files of the fetcher, and the server's log and database. */
  function left(): string[] {
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    return [...files(world.dataFolder), ...files(server.folder), ...server.log];
  }

  function expectNoTrace(texts: readonly string[]): void {
    for (const text of texts) expect(text).not.to.match(TRACES);
  }

  for (const [what, echo] of Object.entries(ECHOES)) {
    it(`is told on by nobody when it comes back in ${what}`, async () => {
      answer = echo;
      for (const name of ["auto", "intraday", "global-quote", "bulk-quotes"]) {
        const options = { settings: { ...settings(), BELL_ALPHA_VANTAGE_FUNCTION: name } };
        const { code, output, complaints } = await world.type(["fetcher", "--once"], options);
        expectNoTrace([output, complaints]);
        expect(output).to.match(/"symbol":"AAPL"/);
        expect(code).to.be.oneOf([0, 75]);
      }
      expect(asked).to.be.at.least(4);
      expectNoTrace(left());
    });
  }

  it("is told on by no fetcher that goes on fetching, and by no status", async () => {
    // Those after which it asks on.
    const echoes = ["an error", "a detail", "broken JSON", "a web page", "a symbol", "a price", "a row", "the headers"];
    answer = (response) => ECHOES[echoes[asked % echoes.length] ?? ""]?.(response);
    const lines: string[] = [];
    const config = readFetcherConfig({
      ...settings(),
      BELL_SCHEDULE: "* * * * * *",
      BELL_ALPHA_VANTAGE_FUNCTION: "global-quote",
    });
    const deps = openDeps(config, createLog("fetcher", "debug", { write: (line: string) => void lines.push(line) }));
    const fetcher = startFetcher(config, deps);
    const shown: string[] = [];
    try {
      await eventually("a status with the source's words", async () => {
        const { output } = await world.type(["status", "--json"], { settings: { BELL_SERVER: server.address } });
        shown.push(output);
        return asked > echoes.length && /"sourceDetail": "[^"]/.test(output);
      });
    } finally {
      await fetcher.close();
      deps.close();
    }
    expectNoTrace([...lines, ...shown, ...left()]);
  });

  it("is not told on when it stands where it does not belong", async () => {
    answer = say(DAY_QUOTE);
    const mistakes: Record<string, string>[] = [
      { BELL_ALPHA_VANTAGE_API_KEY: KEY },
      { BELL_ALPHA_VANTAGE_API_KEY_FILE: "CANARY7HX2Q9" },
      { BELL_ALPHA_VANTAGE_URL: `${service.url}/query?function=GLOBAL_QUOTE&apikey=${KEY}` },
      { BELL_ALPHA_VANTAGE_URL: `http://${encodeURIComponent(KEY)}@localhost:1` },
    ];
    for (const mistake of mistakes) {
      const { code, output, complaints } = await world.type(["fetcher", "--once"], {
        settings: { ...settings(), ...mistake },
      });
      expect([code, output]).to.deep.equal([78, ""]);
      expectNoTrace([complaints]);
    }
  });
});
