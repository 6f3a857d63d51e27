// The promise: when a price passes an alert's level, one mail says so, and nothing else does.
import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { planNamed } from "../simulator/alpha-vantage/plan.ts";
import { startSimulator, type Simulator } from "../simulator/alpha-vantage/start-simulator.ts";
import { eventually } from "./support/eventually.ts";
import type { ArrivedMail } from "./support/inbox.ts";
import { World } from "./support/world.ts";

const EMAIL = "ann@example.com";
const SYMBOLS = ["AAPL", "MSFT", "TSLA"];

describe("a price becomes an e-mail", () => {
  let world: World;
  let simulator: Simulator | undefined;

  before(async () => {
    world = await World.open({ BELL_SYMBOLS: SYMBOLS.join(" "), BELL_SCHEDULE: "* * * * * *" });
    // Its clock stands still, so that a price stays as it is set; the other processes run on the machine's.
    const config = { host: "127.0.0.1", port: 0, seed: 1, symbols: SYMBOLS, defaultPlan: planNamed("unlimited") };
    simulator = await startSimulator(config, {
      clock: new FakeClock(Date.now()),
      log: createLog("simulator", "silent"),
    });
    world.known.set("simulator", { http: simulator.address });
    for (const name of ["mailbox", "server", "notifier", "fetcher"] as const) await world.start(name);
    await world.signUp(EMAIL);
    await eventually("a price of every symbol", async () => {
      const { quotes } = await json<{ quotes: unknown[] }>("quotes list");
      return quotes.length === SYMBOLS.length;
    });
  });
  after(async () => {
    await world.close();
    await simulator?.close();
  });

  async function json<Answer>(typed: string): Promise<Answer> {
    return JSON.parse(await world.does([...typed.split(" "), "--json"])) as Answer;
  }

  /** Moves a price as a person does; returns once the server has it. */
  async function move(symbol: string, price: string): Promise<void> {
    await world.does(["simulator", "set", symbol, price]);
    await eventually(`${symbol} at ${price}`, async () => {
      const { close } = await json<{ close: number }>(`quotes get ${symbol}`);
      return close === Number(price);
    });
  }

  const mailAbout = (symbol: string): Promise<ArrivedMail> =>
    world.inbox.waitFor(`a mail about ${symbol}`, ({ subject }) => subject.startsWith(symbol));

  it("with the price, the level, the alert's sentence and note, marked as simulated", async () => {
    await move("AAPL", "190.00");
    await world.does(["alerts", "create", "AAPL", "above", "200", "--note", "sell half"]);
    await move("AAPL", "199.99");
    await move("AAPL", "201.25");
    const mail = await mailAbout("AAPL");
    expect(mail.to).to.deep.equal([EMAIL]);
    expect(mail.from).to.equal("Tickerbell <bell@localhost>");
    expect(mail.subject).to.match(/^AAPL 201\.25, above 200\.00 (\([+-]\d+\.\d\d% today\) )?\(simulated\)$/);
    for (const body of [mail.text, mail.html]) {
      expect(body).to.include("201.25 USD").and.include("200.00");
      expect(body).to.include("AAPL at or above 200.00 USD, once").and.include("sell half");
      expect(body.replaceAll("&#39;", "'")).to.include("SIMULATED: these prices are not the market's.");
    }
  });

  it("at a price that meets the level exactly, and two alerts that fire together share one mail", async () => {
    await move("TSLA", "250.00");
    await world.does(["alerts", "create", "TSLA", "above", "260"]);
    await world.does(["alerts", "create", "TSLA", "crosses", "up", "255.50"]);
    await move("TSLA", "260.00");
    const { text, subject } = await mailAbout("TSLA");
    expect(text)
      .to.include("TSLA at or above 260.00 USD")
      .and.match(/TSLA crosses 255\.50 USD/);
    expect(text).to.include("260.00 USD");
    expect(subject).to.include("TSLA 260.00, above 255.50, and 1 more");
  });

  it("never for an alert that is not met, and never twice", async () => {
    await world.does(["alerts", "create", "MSFT", "below", "380.50"]);
    await move("MSFT", "380.51");
    await move("AAPL", "205.00"); // the alert has rung: it does not ring again
    await move("MSFT", "381.00"); // a round later, whatever was to come has come
    const { notifications } = await json<{ notifications: { symbol: string; state: string }[] }>("notifications list");
    const seen = notifications.map(({ symbol, state }) => `${symbol} ${state}`).sort();
    expect(seen).to.deep.equal(["AAPL SENT", "TSLA SENT"]);
    const mails = await world.inbox.alertMails();
    expect(mails.map(({ subject }) => subject.slice(0, 4)).sort()).to.deep.equal(["AAPL", "TSLA"]);
  });
});
