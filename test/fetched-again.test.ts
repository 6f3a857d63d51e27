// The promise: a price that is hard to believe is asked for again at once, and rings when the next answer says the same.
import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { planNamed } from "../simulator/alpha-vantage/plan.ts";
import { startSimulator, type Simulator } from "../simulator/alpha-vantage/start-simulator.ts";
import { eventually } from "./support/eventually.ts";
import { World } from "./support/world.ts";

/** In the order in which they are asked for, so that what is told of AAPL comes after what is told of MSFT. */
const SYMBOLS = ["MSFT", "AAPL"];
/** On New Year's Day: there is the round at a fetcher's start, and whatever the server wants to hear again. */
const ONE_ROUND = "0 0 1 1 *";

describe("a price that is hard to believe", () => {
  let world: World;
  let simulator: Simulator;
  /** Each symbol as often as the simulator has answered for it. */
  const answered: string[] = [];
  let onAnswer: (symbol: string) => void = () => undefined;

  before(async () => {
    world = await World.open({ BELL_SYMBOLS: SYMBOLS.join(" "), BELL_SCHEDULE: ONE_ROUND });
    // Its clock stands still, so that a price stays as it is set.
    const config = { host: "127.0.0.1", port: 0, seed: 1, symbols: SYMBOLS, defaultPlan: planNamed("unlimited") };
    const log = createLog("simulator", "debug", { write: noteAnswer });
    simulator = await startSimulator(config, { clock: new FakeClock(Date.now()), log });
    world.known.set("simulator", { http: simulator.address });
    for (const name of ["mailbox", "server", "notifier"] as const) await world.start(name);
    await world.signUp("ann@example.com");
  });
  after(async () => {
    await world.close();
    await simulator.close();
  });

  function noteAnswer(line: string): void {
    const { msg, symbol, ...asked } = JSON.parse(line) as { msg: string; symbol?: string; function?: string };
    const isOfPast = asked.function === "TIME_SERIES_DAILY"; // once for each symbol
    if (msg !== "answered" || symbol === undefined || isOfPast) return;
    answered.push(symbol);
    onAnswer(symbol);
  }

  async function json<Answer>(typed: string): Promise<Answer> {
    return JSON.parse(await world.does([...typed.split(" "), "--json"])) as Answer;
  }

  it("is asked for again: confirmed it rings, taken back it does not", async () => {
    const fetcher = await world.start("fetcher");
    await eventually("a price of both", async () => {
      const { quotes } = await json<{ quotes: unknown[] }>("quotes list");
      return quotes.length === SYMBOLS.length;
    });
    await fetcher.stop();
    await world.does(["alerts", "create", "AAPL", "below", "150"]);
    const { id } = await json<{ id: string }>("alerts create MSFT below 300");

    simulator.setPrice("AAPL", "130");
    simulator.setPrice("MSFT", "250");
    onAnswer = (symbol) => {
      if (symbol === "MSFT") simulator.setPrice("MSFT", "420"); // the first answer that said 250 was the last
    };
    await world.start("fetcher");

    const mail = await world.inbox.waitFor("a mail about AAPL", ({ subject }) => subject.startsWith("AAPL"));
    expect(mail.subject).to.match(/^AAPL 130\.00, below 150\.00 (\(-\d+\.\d\d% today\) )?\(simulated\)$/);
    expect((await json<{ close: number }>("quotes get MSFT")).close).to.equal(420);
    expect((await json<{ state: string }>(`alerts get ${id}`)).state).to.equal("ARMED");
    expect(await world.inbox.alertMails()).to.have.length(1);
    expect(answered.toSorted()).to.deep.equal([...Array<string>(3).fill("AAPL"), ...Array<string>(3).fill("MSFT")]);
  });
});
