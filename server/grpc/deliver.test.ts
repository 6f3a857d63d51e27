import { expect } from "chai";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import {
  ListNotificationsRequest,
  NotificationServiceClient,
  NotificationServiceService,
  OutcomeKind,
  type Delivery,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { exampleTick } from "../../test/examples.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { filesOfRole, uncheckedFiles } from "../../test/support/shared-certificates.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";
import { TestNotifier } from "../testing/test-notifier.ts";

/** A server with a user and a fetcher, and notifiers that come and go. */
class DeliverWorld {
  readonly server: TestServer;
  readonly user: SignedUp;
  readonly #client: NotificationServiceClient;
  readonly #sender: QuoteSender;
  readonly #notifiers: TestNotifier[] = [];
  #fired = 0;

  private constructor(server: TestServer, user: SignedUp, client: NotificationServiceClient, sender: QuoteSender) {
    this.server = server;
    this.user = user;
    this.#client = client;
    this.#sender = sender;
  }

  static async open(policy: AmbiguityPolicy): Promise<DeliverWorld> {
    const server = await startTestServer({ policy, eventClock: "data" });
    const user = await server.signUp();
    const client = await server.connect(NotificationServiceClient, "notifier");
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    const world = new DeliverWorld(server, user, client, sender);
    const notifier = world.notifier().ready(); // takes the mail with the user's code out of the way
    await notifier.report(await notifier.delivery(), OutcomeKind.TAKEN);
    notifier.close();
    return world;
  }

  notifier(): TestNotifier {
    const notifier = new TestNotifier(this.#client);
    this.#notifiers.push(notifier);
    return notifier;
  }

  /** An alert fires on a symbol of its own. */
  async fire(symbol = `T${this.#fired}`): Promise<string> {
    const at = (this.#fired += 1) * 10_000;
    await this.#sender.send([exampleTick(at, 90, { symbol })]);
    const request = CreateAlertRequest.fromPartial({ text: `${symbol} above 100`, alert: { note: "mine" } });
    await this.server.ask(AlertServiceService.createAlert, request, { token: this.user.token });
    await this.#sender.send([exampleTick(at + 1_000, 101, { symbol })]);
    return symbol;
  }

  async notification(id: string) {
    return this.server.ask(NotificationServiceService.getNotification, { id }, { token: this.user.token });
  }

  /** What a test still holds is taken, so that the next one begins with nothing. */
  async settle(notifier: TestNotifier, ...held: Delivery[]): Promise<void> {
    for (const delivery of held) await notifier.report(delivery, OutcomeKind.TAKEN);
  }

  /** Notifiers leave, so that the next test begins without free places. */
  async leave(): Promise<void> {
    for (const notifier of this.#notifiers.splice(0)) {
      notifier.cancel();
      await notifier.ended;
    }
  }
}

describe("Deliver", () => {
  let world: DeliverWorld;
  before(async () => {
    world = await DeliverWorld.open("resend");
  });
  after(() => world.server.close());
  afterEach(() => world.leave());

  it("hands one delivery to a free place, with everything that its mail needs", async () => {
    const notifier = world.notifier().ready();
    const symbol = await world.fire();
    const delivery = await notifier.delivery();
    expect(delivery).to.deep.include({
      leaseToken: 1,
      leaseDuration: { seconds: 45, nanos: 0 },
      announceSending: false,
      toAddress: world.user.email,
    });
    expect(delivery.messageId).to.match(/^<[\w-]+@tickerbell>$/);
    expect(delivery.content?.$case).to.equal("triggerMail");
    const mail = delivery.content?.value as { symbol: string; triggers: { note: string; price: number }[] };
    expect([mail.symbol, mail.triggers.map(({ note, price }) => [note, price])]).to.deep.equal([
      symbol,
      [["mine", 101]],
    ]);
    expect(await world.notification(delivery.notificationId)).to.include({
      state: NotificationState.SENDING,
      detail: "a notifier has it",
      attemptCount: 1,
    });
    expect(await notifier.report(delivery, OutcomeKind.TAKEN, "250 ok")).to.equal(NotificationState.SENT);
    expect(await world.notification(delivery.notificationId)).to.include({
      state: NotificationState.SENT,
      detail: "handed to your mail server: 250 ok",
    });
  });

  it("hands out no more than there are free places, and nothing twice", async () => {
    const [first, second] = [world.notifier(), world.notifier()];
    for (let fired = 0; fired < 3; fired += 1) await world.fire();
    const deliveries = [await first.ready().delivery(), await second.ready().delivery()];
    expect(new Set(deliveries.map(({ notificationId }) => notificationId)).size).to.equal(2);
    await first.report(deliveries[0]!, OutcomeKind.TAKEN);
    expect(first.waiting).to.deep.equal([]);
    const third = await first.ready().delivery();
    expect(deliveries.map(({ notificationId }) => notificationId)).not.to.include(third.notificationId);
    await world.settle(first, third, deliveries[1]!);
  });

  it("hands a broken stream's delivery to another notifier at once, the same in every part", async () => {
    const [first, second] = [world.notifier().ready(), world.notifier()];
    await world.fire();
    const broken = await first.delivery();
    second.ready();
    first.cancel();
    const repeated = await second.delivery();
    expect(repeated).to.deep.equal({ ...broken, leaseToken: broken.leaseToken + 1 });
    expect(await second.report(broken, OutcomeKind.NOT_TAKEN)).to.equal(NotificationState.SENDING); // fenced off
    expect(await second.report(broken, OutcomeKind.TAKEN)).to.equal(NotificationState.SENT); // believed
  });

  it("treats a stream that ends in good order with a mail in hand as broken", async () => {
    const notifier = world.notifier().ready();
    await world.fire();
    const { notificationId } = await notifier.delivery();
    notifier.close();
    expect(await notifier.ended).to.equal(0);
    expect((await world.notification(notificationId)).state).to.equal(NotificationState.UNSURE);
    const other = world.notifier().ready();
    await world.settle(other, await other.delivery());
  });

  it("ends the stream for what no notifier should say; its leases stand, for it comes back with what it has sent", async () => {
    const strange = { notificationId: "x".repeat(200_000) };
    const words = [[strange, OutcomeKind.TAKEN, 5] as const, [{}, OutcomeKind.UNSPECIFIED, 3] as const];
    for (const [about, kind, code] of words) {
      const notifier = world.notifier().ready();
      await world.fire();
      const delivery = await notifier.delivery();
      const report = notifier.report({ ...delivery, ...about }, kind);
      expect(await report.catch((error: unknown) => String(error))).to.include(`ended with ${code}`);
      expect((await world.notification(delivery.notificationId)).state).to.equal(NotificationState.SENDING);
      await world.settle(world.notifier(), delivery);
    }
  });

  it("keeps the mail server's words plain and short", async () => {
    const notifier = world.notifier().ready();
    await world.fire();
    const delivery = await notifier.delivery();
    await notifier.report(delivery, OutcomeKind.CONTENT_REFUSED, `554 ${"😀".repeat(400)}`);
    const { detail } = await world.notification(delivery.notificationId);
    expect(detail).to.match(/^the mail server refuses the content: 554 /);
    expect(detail.length).to.be.at.most(600);
  });

  it("serves notifiers that come and go, many times, and loses nothing", async () => {
    for (let round = 0; round < 30; round += 1) {
      const short = world.notifier().ready();
      await short.opened;
      short.cancel();
    }
    await world.fire();
    const last = world.notifier().ready();
    const delivery = await last.delivery();
    await world.settle(last, delivery);
    expect(delivery.content?.$case).to.equal("triggerMail");
    expect(world.server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
  });

  it("shows a user the list, and refuses a wrong page, filter and id", async () => {
    const as = { token: world.user.token };
    const list = (wish: Parameters<typeof ListNotificationsRequest.fromPartial>[0]) =>
      world.server.ask(NotificationServiceService.listNotifications, ListNotificationsRequest.fromPartial(wish), as);
    const first = await list({ pageSize: 1, filter: "state=SENT" });
    expect(first.notifications).to.have.length(1);
    const second = await list({ pageSize: 1, filter: "state=SENT", pageToken: first.nextPageToken });
    expect(second.notifications[0]?.id).not.to.equal(first.notifications[0]?.id);
    expect(await problemsOf(list({ filter: "state=DEAD", pageToken: first.nextPageToken }))).to.deep.equal([
      "page_token PAGE_TOKEN",
    ]);
    expect(await problemsOf(list({ filter: "state=LOST" }))).to.deep.equal(["filter FILTER"]);
    expect(await problemsOf(list({ pageSize: -1 }))).to.deep.equal(["page_size FIELD_INVALID"]);
    expect(await problemsOf(world.notification("a\ufffd"))).to.deep.equal(["id FIELD_INVALID"]);
    expect((await refusalOf(world.notification("never-was"))).reason).to.equal("NOTIFICATION_NOT_FOUND");
  });
});

describe("Deliver (hold)", () => {
  let world: DeliverWorld;
  before(async () => {
    world = await DeliverWorld.open("hold");
  });
  after(() => world.server.close());
  afterEach(() => world.leave());

  it("asks for an announcement, and writes it down before it grants it", async () => {
    const notifier = world.notifier().ready();
    await world.fire();
    const delivery = await notifier.delivery();
    expect(delivery.announceSending).to.equal(true);
    expect(await notifier.announce(delivery)).to.equal(true);
    expect(
      world.server.query("SELECT lease_announced FROM notifications WHERE id = ?", delivery.notificationId),
    ).to.deep.equal([{ lease_announced: 1 }]);
    expect(await notifier.announce({ ...delivery, leaseToken: 7 })).to.equal(false);
    notifier.cancel();
    await notifier.ended;
    const other = world.notifier().ready();
    await world.fire();
    const next = await other.delivery();
    expect(next.notificationId).not.to.equal(delivery.notificationId);
    expect((await world.notification(delivery.notificationId)).state).to.equal(NotificationState.UNKNOWN);
    await other.report(next, OutcomeKind.TAKEN);
  });

  it("hands out anew, as another mail, what was not announced when the stream broke", async () => {
    const notifier = world.notifier().ready();
    await world.fire();
    const delivery = await notifier.delivery();
    const other = world.notifier().ready();
    notifier.cancel();
    const again = await other.delivery();
    expect(again.notificationId).to.equal(delivery.notificationId);
    expect(again.messageId).not.to.equal(delivery.messageId);
    await other.report(again, OutcomeKind.TAKEN);
  });
});

describe("Deliver, when the server ends in good order", () => {
  let world: DeliverWorld;
  before(async () => {
    world = await DeliverWorld.open("resend");
  });
  after(() => world.server.close());

  it("leaves the lease as it stands: the notifier comes back with its outcome, and nothing is sent twice", async () => {
    const { server } = world;
    const client = new NotificationServiceClient(
      server.address,
      channelCredentials(uncheckedFiles(await filesOfRole("notifier"))),
    );
    const connected = new TestNotifier(client).ready();
    await world.fire();
    const delivery = await connected.delivery();
    await server.restart();
    await connected.ended;
    client.close();
    expect((await world.notification(delivery.notificationId)).state).to.equal(NotificationState.SENDING);
    const again = new TestNotifier(await server.connect(NotificationServiceClient, "notifier"));
    expect(await again.report(delivery, OutcomeKind.TAKEN)).to.equal(NotificationState.SENT);
    expect((await world.notification(delivery.notificationId)).attemptCount).to.equal(1);
    again.close();
  });
});

describe("Deliver, when its connection has grown old", () => {
  it("leaves the lease as it stands, too: no mail is repeated because an hour is over", async () => {
    const server = await startTestServer({ eventClock: "data", limits: { ageMs: 3_000, ageGraceMs: 30_000 } });
    try {
      const registration = { email: "ann@example.com", password: "four unrelated words", timeZone: "" };
      await server.ask(UserServiceService.registerUser, registration);
      const connected = new TestNotifier(await server.connect(NotificationServiceClient, "notifier")).ready();
      const delivery = await connected.delivery();
      await connected.ended;
      expect(server.query("SELECT state FROM notifications")).to.deep.equal([{ state: "SENDING" }]);
      const again = new TestNotifier(await server.connect(NotificationServiceClient, "notifier"));
      expect(await again.report(delivery, OutcomeKind.TAKEN)).to.equal(NotificationState.SENT);
      expect(server.query("SELECT count(*) AS attempts FROM delivery_attempts")).to.deep.equal([{ attempts: 1 }]);
      again.close();
    } finally {
      await server.close();
    }
  });
});
