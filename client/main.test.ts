import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AppError } from "../domain/error.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { SourceState } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";
import { issueTestCertificates, type TestCertificates } from "../scripts/certs/test-certificates.ts";
import { startFetcher, startProcess } from "./main.ts";
import type { Plan } from "./rate-limiter.ts";
import type { Source } from "./sources/source.ts";
import { acknowledgeAll, FakeQuoteServer } from "./testing/fake-quote-server.ts";
import { forgetfulRequests } from "./testing/forgetful-requests.ts";
import { makeBar, OPENING_MS } from "./testing/make-quote.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";
import { until } from "./testing/until.ts";

describe("startFetcher()", () => {
  let server: FakeQuoteServer;
  let folder: SpoolFolder;
  beforeEach(async () => {
    folder = new SpoolFolder();
    server = await FakeQuoteServer.start({ onBatch: acknowledgeAll });
  });
  afterEach(() => {
    server.close();
    folder.remove();
  });

  function start(
    fetch: Source["fetch"],
    clock = new FakeClock(OPENING_MS + 500),
    schedule: string | null = "* * * * *",
    plan: Plan = "unlimited",
  ) {
    const log = new RecordedLog();
    const source = { name: "scripted", fetch };
    const spoolFile = folder.file();
    const config = {
      symbols: ["AAPL"],
      followsServer: false,
      schedule,
      spoolFile,
      spoolQuotesMax: 1_000,
      sourceName: "simulator" as const,
    };
    const deps = { clock, log, source, client: server.client(), ...forgetfulRequests(clock, plan) };
    return { clock, log, handle: startFetcher(config, deps) };
  }

  it("fetches a symbol again a second after the server doubts its price, and nothing twice for it", async () => {
    server.close();
    server = await FakeQuoteServer.start({
      onBatch: (batch, stream) => {
        acknowledgeAll(batch, stream);
        if (batch.sequence === 1)
          stream.send({ message: { $case: "fetchAgain", value: { symbols: ["AAPL", "IBM"] } } });
      },
    });
    const asked: unknown[] = [];
    const fetch: Source["fetch"] = async function* (symbols, _signal, { newestAgain = false, tries } = {}) {
      asked.push([...symbols, newestAgain, tries]);
      const quotes = [makeBar("AAPL", 0, { fetchTimeMs: OPENING_MS + asked.length })];
      yield await Promise.resolve({ kind: "quotes", symbol: "AAPL", quotes, refusedRows: 0, roundedPrices: 0 });
    };
    const { handle, clock, log } = start(fetch, new FakeClock(OPENING_MS + 500), "* * * * *", "free");
    await until(() => log.messages.includes("the server doubts prices: they are fetched again"));
    clock.advance(1_000);
    await until(() => server.quotes.length === 2);
    clock.advance(5_000);
    await handle.close();
    expect(asked).to.deep.equal([
      ["AAPL", false, 1],
      ["AAPL", true, 1], // a free key's requests are few: nothing is put twice
    ]);
  });

  it("fetches at once and then every minute, until it is closed", async () => {
    const rounds: number[] = [];
    const clock = new FakeClock(OPENING_MS + 500);
    const { handle, log } = start(async function* (symbols) {
      rounds.push(clock.now());
      const quotes = [makeBar("AAPL", rounds.length)];
      yield await Promise.resolve({
        kind: "quotes",
        symbol: symbols[0] ?? "",
        quotes,
        refusedRows: 0,
        roundedPrices: 0,
      });
    }, clock);
    await until(() => log.lines.some(({ message }) => message === "batch acknowledged"));
    clock.advance(MINUTE_MS - 500);
    await until(() => server.quotes.length === 2);
    expect(rounds).to.eql([OPENING_MS + 500, OPENING_MS + MINUTE_MS]);
    await Promise.all([handle.close(), handle.close()]);
    clock.advance(10 * MINUTE_MS);
    expect(clock.sleeping).to.equal(0);
    expect(rounds).to.have.length(2);
    expect(log.messages).to.eql([
      "spool opened",
      "fetching",
      "prices arrive",
      "the source answers",
      "connected to the server",
    ]);
  });

  it("fetches by itself where no schedule is set: every minute while prices are told, and says so", async () => {
    const rounds: number[] = [];
    const clock = new FakeClock(OPENING_MS + 30_000);
    const fetch: Source["fetch"] = async function* () {
      rounds.push(clock.now() - OPENING_MS);
      const quotes = [makeBar("AAPL", rounds.length)];
      yield await Promise.resolve({ kind: "quotes", symbol: "AAPL", quotes, refusedRows: 0, roundedPrices: 0 });
    };
    const { handle, log } = start(fetch, clock, null);
    for (let count = 1; count <= 3; count += 1) {
      const isTaken = ({ message }: { message: string }) => message === "batch acknowledged";
      await until(() => log.lines.filter(isTaken).length === count && clock.sleeping >= 2);
      clock.advance(count === 1 ? 32_000 : MINUTE_MS);
    }
    await until(() => clock.sleeping >= 2);
    expect(rounds.slice(0, 3)).to.eql([30_000, 62_000, 122_000]);
    const [first] = server.reports.at(-1)?.plans ?? [];
    expect(first).to.deep.include({ symbol: "AAPL", cadence: { seconds: 60, nanos: 0 } });
    await handle.close();
  });

  it("tells of a round that fails and goes on with the next", async () => {
    const { clock, handle, log } = start(() => {
      throw new Error("no such market");
    });
    await until(() => log.messages.includes("a round failed"));
    await until(() => clock.sleeping >= 2);
    clock.advance(MINUTE_MS);
    await until(() => log.messages.filter((message) => message === "a round failed").length === 2);
    await handle.close();
  });

  it("tells the server how it stands: source, symbols, spool and the next round", async () => {
    const { clock, handle } = start(async function* () {
      yield await Promise.resolve({
        kind: "refusal" as const,
        symbol: "AAPL",
        refusal: { class: "daily_quota" as const, message: "no more today", retryAfterMs: null },
      });
    });
    await until(() => {
      clock.advance(100);
      return server.reports.some(({ sourceDetail }) => sourceDetail !== "");
    });
    expect(server.reports.at(-1)).to.deep.include({
      source: "simulator",
      symbols: ["AAPL"],
      sourceState: SourceState.SILENT,
      sourceDetail: "AAPL: no more today",
      nextRoundTime: new Date(OPENING_MS + MINUTE_MS),
      spoolCapacity: 1_000,
    });
    await handle.close();
  });

  it("sends what an earlier fetcher left behind, and says at the start how much that is", async () => {
    const left = folder.open();
    await left.spool.put([makeBar("AAPL", 0), makeBar("AAPL", 1)], new AbortController().signal);
    left.close();
    const { handle, log } = start(async function* () {
      yield* await Promise.resolve([]);
    });
    await until(() => server.quotes.length === 2);
    await handle.close();
    expect(log.lines[0]).to.deep.include({ message: "spool opened" });
    expect(log.lines[0]?.fields).to.include({ spooled: 2, capacity: 1_000 });
    expect(folder.open().spool.size).to.equal(0);
  });

  it("waits for the end of a round that is under way when it is closed, and still brings what it had", async () => {
    const roundEnds = Promise.withResolvers<undefined>();
    const { handle } = start(async function* (symbols) {
      await roundEnds.promise;
      const quotes = [makeBar("AAPL", 0)];
      yield { kind: "quotes", symbol: symbols[0] ?? "", quotes, refusedRows: 0, roundedPrices: 0 };
    });
    await new Promise(setImmediate);
    const progress = { isClosed: false };
    const closing = handle.close().then(() => (progress.isClosed = true));
    await until(() => server.streams === 1);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(progress.isClosed).to.equal(false);
    roundEnds.resolve(undefined);
    await closing;
    expect(server.quotes).to.eql([makeBar("AAPL", 0)]);
  });
});

describe("startProcess() of the fetcher", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-fetcher-"));
  let certificates: TestCertificates;
  let market: Server;
  let marketUrl: string;
  const askedKeys: (string | null)[] = [];

  before(async () => {
    certificates = await issueTestCertificates(join(folder, "certs"));
    market = createServer((request, response) => {
      askedKeys.push(new URL(request.url ?? "", "http://localhost").searchParams.get("apikey"));
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(globalQuote));
    });
    await new Promise<void>((resolve) => market.listen(0, "127.0.0.1", resolve));
    marketUrl = `http://127.0.0.1:${(market.address() as AddressInfo).port}`;
  });
  after(() => {
    market.closeAllConnections();
    market.close();
    rmSync(folder, { recursive: true });
  });

  const globalQuote = {
    "Global Quote": {
      "01. symbol": "AAPL",
      "02. open": "200.1000",
      "03. high": "203.0000",
      "04. low": "199.0000",
      "05. price": "201.2500",
      "06. volume": "1000",
      "07. latest trading day": "2026-05-15",
      "08. previous close": "200.0000",
      "09. change": "1.2500",
      "10. change percent": "0.6250%",
    },
  };

  it("brings a price from the source to the server over mutual TLS", async () => {
    const files = loadCredentialFiles(certificates.files("server"), { expectedRole: "server", now: Date.now() });
    const server = await FakeQuoteServer.start({ onBatch: acknowledgeAll, credentials: serverCredentials(files) });
    const keyFile = join(folder, "key");
    writeFileSync(keyFile, "SECRETKEY\n");
    chmodSync(keyFile, 0o600);
    const handle = await startProcess({
      BELL_LOG_LEVEL: "silent",
      BELL_SERVER: `localhost:${server.port}`,
      BELL_CERTS_DIR: certificates.folder,
      BELL_DATA_DIR: join(folder, "data"),
      BELL_SYMBOLS: "AAPL",
      BELL_ALPHA_VANTAGE_URL: marketUrl,
      BELL_ALPHA_VANTAGE_API_KEY_FILE: keyFile,
      BELL_ALPHA_VANTAGE_FUNCTION: "global-quote",
    });
    await until(() => server.quotes.length > 0);
    await handle.close();
    server.close();
    expect(server.quotes[0]).to.include({ symbol: "AAPL", source: "alpha-vantage", close: 201.25 });
    expect(askedKeys).to.eql(["SECRETKEY"]);
  });

  it("refuses to start with faulty certificates, and with faulty settings before that", async () => {
    const environment = { BELL_ALPHA_VANTAGE_URL: marketUrl, BELL_CERTS_DIR: join(folder, "none") };
    expect(await reasonOf(environment)).to.equal("TLS_SETUP");
    expect(await reasonOf({ ...environment, BELL_SCHEDULE: "never" })).to.equal("CONFIG_INVALID");
  });

  it("refuses to start while another fetcher has the spool", async () => {
    const spools = new SpoolFolder();
    spools.open();
    const folders = { BELL_CERTS_DIR: certificates.folder, BELL_DATA_DIR: dirname(spools.file()) };
    expect(await reasonOf({ BELL_ALPHA_VANTAGE_URL: marketUrl, ...folders })).to.equal("STORE_LOCKED");
    spools.remove();
  });

  async function reasonOf(environment: Parameters<typeof startProcess>[0]): Promise<string | undefined> {
    return startProcess(environment).then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? error.reason : String(error)),
    );
  }
});
