// The promise: two different mails about one symbol are never less than an hour apart, whatever the machine's clock does.
import { expect } from "chai";
import { join } from "node:path";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { NotificationServiceClient } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { AlertServiceService, CreateAlertRequest } from "../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import type { Handle } from "../runtime/life/handle.ts";
import { createLog } from "../runtime/log/log.ts";
import { startNotifier } from "../notifier/main.ts";
import { SMTP_TIMEOUTS } from "../notifier/smtp-settings.ts";
import { startMailbox, type Mailbox } from "../simulator/mailbox/start-mailbox.ts";
import { exampleTick } from "./examples.ts";
import { eventually } from "./support/eventually.ts";
import { QuoteSender } from "./support/quote-sender.ts";
import { startTestServer, type SignedUp, type TestServer } from "./support/test-server.ts";
import { PASSWORD, World } from "./support/world.ts";

const EMAIL = "ann@example.com";
const log = createLog("test", "silent");

describe("at most one mail an hour about a symbol", () => {
  let clock: FakeClock;
  let world: World;
  let server: TestServer;
  let mailbox: Mailbox;
  let notifier: Handle | undefined;
  let user: SignedUp;
  /** When the first mail was reported as taken, on the monotonic clock: the hour counts from here. */
  let takenAt: number;

  beforeEach(async () => {
    clock = new FakeClock(Date.now());
    world = await World.open();
    const folder = join(world.dataFolder, "mail");
    mailbox = await startMailbox({ host: "127.0.0.1", smtpPort: 0, pagePort: 0, folder }, { clock: systemClock, log });
    server = await startTestServer({ clock });
    user = await server.signUp(EMAIL, PASSWORD);
    await connectNotifier();
    await tick(190);
    for (const level of [200, 210, 220]) await createAlert(level);
    await tick(201);
    await eventually("the first mail", () => states().includes("SENT"));
    takenAt = clock.monotonic();
  });
  afterEach(async () => {
    await notifier?.close();
    await server.close();
    await mailbox.close();
    await world.close();
  });

  async function connectNotifier(): Promise<void> {
    await notifier?.close();
    const [host, port] = mailbox.smtpAddress.split(":") as [string, string];
    const smtp = { host, port: Number(port), security: "loopback", login: null, timeouts: SMTP_TIMEOUTS } as const;
    const client = await server.connect(NotificationServiceClient, "notifier");
    const deps = { client, clock: systemClock, random: Math.random, log };
    notifier = startNotifier({ smtp, from: { name: "", address: "bell@localhost" }, places: 1 }, deps);
  }

  /** A second later a price arrives. */
  async function tick(price: number): Promise<void> {
    clock.advance(SECOND_MS);
    const now = clock.now();
    const quote = exampleTick(0, price, { quoteTimeMs: now, fetchTimeMs: now });
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.send([quote]);
    sender.end();
  }

  function createAlert(level: number): Promise<unknown> {
    const request = CreateAlertRequest.fromPartial({ text: `AAPL above ${level}` });
    return server.ask(AlertServiceService.createAlert, request, { token: user.token });
  }

  /** What is on disk about AAPL, oldest first. */
  function states(): string[] {
    const rows = server.query("SELECT state FROM notifications WHERE symbol = 'AAPL' ORDER BY row");
    return (rows as { state: string }[]).map(({ state }) => state);
  }

  const mailCount = async (): Promise<number> =>
    (await world.inbox.alertMails()).filter(({ subject }) => subject.startsWith("AAPL")).length;

  /** Lets time pass until so long after the first mail, and the server look round. */
  async function passUntil(sinceMailMs: number): Promise<void> {
    clock.advance(takenAt + sinceMailMs - clock.monotonic());
    await lookedRound();
  }

  /** Who hands out sleeps again once it has looked at everything that is due. */
  const lookedRound = (): Promise<unknown> => eventually("the server looked round", () => clock.sleeping > 0);

  async function expectHeld(): Promise<void> {
    expect(states()).to.deep.equal(["SENT", "WAITING"]);
    expect(await mailCount()).to.equal(1);
  }

  /** The second mail leaves with the hour's last millisecond, not one before. */
  async function expectMailAtTheHour(): Promise<void> {
    await passUntil(HOUR_MS - 1);
    await expectHeld();
    await passUntil(HOUR_MS);
    await eventually("the second mail", () => states()[1] === "SENT");
    expect(await mailCount()).to.equal(2);
  }

  it("holds what fires within the hour, shows until when, and sends it together when the hour is over", async () => {
    await tick(211);
    await tick(221);
    const until = new Date(clock.now() + takenAt + HOUR_MS - clock.monotonic());
    const text = new RegExp(`HELD until (\\d+ \\w+ )?${until.toISOString().slice(11, 16)} UTC`); // with its day if that is another
    const settings = { BELL_SERVER: server.address };
    await world.does(["login", EMAIL], { input: PASSWORD, settings });
    expect(await world.does(["notifications", "list"], { settings })).to.match(text);
    await expectMailAtTheHour();
    const [, second] = await world.inbox.alertMails();
    expect(second?.text).to.include("at or above 210.00 USD").and.include("at or above 220.00 USD");
  });

  it("whatever the wall clock is set to: a day and an hour ahead, and as much behind", async () => {
    await tick(211);
    for (const stepMs of [25 * HOUR_MS, -50 * HOUR_MS, 25 * HOUR_MS]) {
      clock.step(stepMs);
      clock.advance(MINUTE_MS);
      await lookedRound();
      await expectHeld();
    }
    await expectMailAtTheHour();
  });

  it("however often the server starts anew", async () => {
    await tick(211);
    for (let times = 0; times < 2; times++) {
      await server.restart();
      await connectNotifier();
      await lookedRound();
      await expectHeld();
      await passUntil((times + 1) * 20 * MINUTE_MS);
    }
    await expectMailAtTheHour();
  });
});
