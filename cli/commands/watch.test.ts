import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { sampleAlert, sampleNotification, samplePage, sampleQuote } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const NOW = Date.parse("2026-11-22T14:30:50Z");
const ALERT = sampleAlert({
  condition: { kind: { $case: "above", value: { level: 210, forDuration: undefined } } },
  sentence: "AAPL at or above 210.00 USD, once",
});
const OPEN = { "WatchQuotes.open": () => null, "WatchTriggers.open": () => null };

describe("bell watch", () => {
  let world: World;
  let clock: FakeClock;
  afterEach(() => world.close());

  /** A server with one price, one trigger and one fetcher, as far as the script does not say otherwise. */
  async function open(script: Parameters<typeof World.open>[0] = {}): Promise<void> {
    world = await World.open({
      ListQuotes: () => ({ quotes: [sampleQuote()] }),
      WatchQuotes: () => [],
      WatchTriggers: () => [{ trigger: sampleNotification().triggers[0] }],
      ListAlerts: () => samplePage([ALERT]),
      GetStatus: () => SystemStatus.fromPartial({ fetchers: [{ report: { symbols: ["AAPL", "NOVE"] } }] }),
      ...OPEN,
      ...script,
    });
    clock = new FakeClock(NOW);
    world.clock = clock;
  }

  /** As a person does who has seen enough: what is written and fits ends it. */
  function endAt(pattern: RegExp, end = () => world.interruption.abort()): void {
    const { terminal } = world;
    const [write, complain] = [terminal.write.bind(terminal), terminal.complain.bind(terminal)];
    const look = (): void => {
      if (pattern.test(terminal.output + terminal.errors)) end();
    };
    terminal.write = (text) => {
      write(text);
      look();
    };
    terminal.complain = (text) => {
      complain(text);
      look();
    };
  }

  it("writes a line for each event in columns that stay where they are, with ISO times", async () => {
    await open();
    world.logIn();
    endAt(/^PRICE[^]*^FIRED|^FIRED[^]*^PRICE/m);
    const { exitCode, output } = await world.bell("watch", "aapl");
    expect(exitCode).to.equal(130);
    expect(output.trimEnd().split("\n").sort()).to.deep.equal([
      "FIRED  2026-11-22T14:30:42Z  AAPL          201.00 USD  AAPL is at or above 200.00 (sell half)",
      "PRICE  2026-11-22T14:30:42Z  AAPL          201.00 USD  1m    SIMULATED",
    ]);
  });

  it("says at once that nothing brings a symbol, and waits for it", async () => {
    await open();
    endAt(/^WAITING/m);
    const { exitCode, output, errors } = await world.bell("watch", "AAPL", "nope");
    expect(exitCode).to.equal(130);
    expect(output).to.match(/^PRICE .* AAPL /);
    expect(errors).to.match(/^WAITING {2}for NOPE: no fetcher asks for it \(BELL_SYMBOLS\); near it: NOVE$/m);
  });

  it("says so where nothing is fetched at all, and says it anew when that changes", async () => {
    const fetchers: { report: { symbols: string[] } }[] = [];
    await open({ ListQuotes: () => ({ quotes: [] }), GetStatus: () => SystemStatus.fromPartial({ fetchers }) });
    endAt(/^WAITING.*no fetcher/m, () => {
      if (fetchers.push({ report: { symbols: ["AAPL"] } }) === 1) setImmediate(() => clock.advance(MINUTE_MS));
      endAt(/fetchers ask for AAPL/);
    });
    const { errors } = await world.bell("watch");
    expect(errors.match(/^WAITING.*$/gm)).to.deep.equal([
      "WAITING  for prices: no fetcher is connected (./bell status says more)",
      "WAITING  for prices: none has come yet; fetchers ask for AAPL (./bell status says more)",
    ]);
  });

  it("ends by itself, with the exit code of success, when its time is over", async () => {
    await open();
    endAt(/"quote"/, () => setImmediate(() => clock.advance(10 * MINUTE_MS)));
    const { exitCode, output } = await world.bell("watch", "--for", "10m", "--json");
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^\{"quote":\{"symbol":"AAPL"/);
  });

  it("shows on a screen what comes, with the change since the start", async () => {
    await open({
      WatchQuotes: () => {
        setImmediate(() => clock.advance(SECOND_MS)); // the next drawing
        return [];
      },
    });
    world.logIn();
    Object.assign(world.terminal, { columns: 80, rows: 24 });
    endAt(/SINCE START[^]*AAPL/, () => setImmediate(() => clock.advance(MINUTE_MS)));
    const { exitCode, output } = await world.bell("watch", "--for", "1m");
    expect(exitCode).to.equal(0);
    expect(output).to.include("SINCE START").and.not.include("PRICE  2026");
  });

  for (const columns of [null, 80]) {
    it(`shows how things stand, once, ${columns === null ? "in a pipe" : "on a screen"}`, async () => {
      await open();
      world.logIn();
      world.terminal.columns = columns;
      const { exitCode, output, errors } = await world.bell("watch", "--once", "AAPL", "NOPE");
      expect([exitCode, errors]).to.deep.equal([0, ""]);
      expect(output.trimEnd().split("\n")).to.deep.equal([
        "SYMBOL   PRICE       AGE    TO GO  NEAREST ALERT",
        "AAPL*   201.00  USD   8s  +4.48 %  at or above 210.00 USD, once",
        "no price of NOPE: no fetcher asks for it (BELL_SYMBOLS); near it: NOVE",
        "* SIMULATED",
      ]);
      expect(world.server.requests("WatchQuotes")).to.deep.equal([]);
    });
  }

  it("knows a share class however it is typed", async () => {
    await open({ ListQuotes: () => ({ quotes: [sampleQuote({ symbol: "BRK-B" })] }) });
    const { output } = await world.bell("watch", "--once", "brk.b");
    expect(output)
      .to.match(/^BRK-B\W.*201\.00/m)
      .and.not.to.include("BRK.B");
  });

  it("says of a token that counts for nothing why no alerts show, and asks for no log-in", async () => {
    await open({
      ListAlerts: () => {
        throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "no");
      },
    });
    const file = join(world.folder, "token");
    writeFileSync(file, "bell_secret\n", { mode: 0o600 });
    world.environment["BELL_ACCESS_TOKEN_FILE"] = file;
    const { exitCode, errors } = await world.bell("watch", "--once");
    expect([exitCode, errors]).to.deep.equal([
      0,
      `Your alerts do not show: the access token in ${file} counts for nothing\n`,
    ]);
  });

  it("shows prices alone, once, to whoever is not logged in, and to programs as a watch begins", async () => {
    await open();
    const { exitCode, output, errors } = await world.bell("watch", "--once");
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^SYMBOL +PRICE +AGE\nAAPL/);
    expect(errors).to.include("./bell login EMAIL");
    const json = await world.bell("watch", "--once", "--json");
    expect(JSON.parse(json.output)).to.have.nested.property("quote.symbol", "AAPL");
  });

  for (const [words, says] of [
    [["--for", "soon"], '"soon" is not a duration'],
    [["--for", "25d"], '"25d" is more than 24d'],
    [["--once", "--for", "5m"], "--once"],
  ] as const) {
    it(`refuses ${words.join(" ")}`, async () => {
      await open();
      const { exitCode, errors } = await world.bell("watch", ...words);
      expect(exitCode).to.equal(2);
      expect(errors).to.include(says).and.include("--for");
      expect(world.server.seen).to.deep.equal([]);
    });
  }

  describe("beyond the life of an access token", () => {
    const [first, second] = ["first", "second"].map((id) => ({ ...sampleNotification().triggers[0], id }));
    const renewed = () => ({
      session: {
        accessToken: "token-2",
        accessExpireTime: new Date(clock.now() + 15 * MINUTE_MS),
        refreshToken: "refresh-2",
        refreshExpireTime: new Date(clock.now() + 60 * MINUTE_MS),
      },
    });
    const fired = (output: string) => output.split("\n").filter((line) => line.includes("trigger"));

    it("opens the next watch a minute before its end, and tells once what both bring", async () => {
      await open({
        RefreshSession: renewed,
        WatchTriggers: (_request, { authorization }) =>
          authorization === "Bearer token-1" ? [{ trigger: first }] : [{ trigger: first }, { trigger: second }],
      });
      world.logIn("token-1", 15 * MINUTE_MS);
      endAt(/"first"/, () => setImmediate(() => clock.advance(14 * MINUTE_MS)));
      endAt(/"second"/);
      const { output } = await world.bell("watch", "--json");
      expect(world.server.requests("RefreshSession")).to.deep.equal([{ refreshToken: "refresh-1" }]);
      expect(fired(output)).to.have.length(2);
    });

    it("renews a token that the server does not take any more, and watches on", async () => {
      await open({
        RefreshSession: renewed,
        WatchTriggers: (_request, { authorization }) => {
          if (authorization === "Bearer token-2") return [{ trigger: first }];
          throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "the access token is over");
        },
      });
      world.logIn("token-1", 15 * MINUTE_MS);
      endAt(/"first"/);
      const { output } = await world.bell("watch", "--json");
      expect(fired(output)).to.have.length(1);
    });
  });
});
