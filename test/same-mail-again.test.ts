// The promise: when the answer of the mail server is lost, the same mail is sent again, byte for byte and with the same
// Message-ID; or, with BELL_AMBIGUOUS_DELIVERY=hold, it is not sent again and its state says so.
import { expect } from "chai";
import { QuoteServiceClient } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { exampleTick } from "./examples.ts";
import type { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { QuoteSender } from "./support/quote-sender.ts";
import { filesOfRole, uncheckedFiles } from "./support/shared-certificates.ts";
import { SmtpProxy } from "./support/smtp-proxy.ts";
import { World } from "./support/world.ts";

for (const policy of ["resend", "hold"] as const) {
  describe(`a mail whose answer was lost when the notifier was killed (${policy})`, () => {
    let world: World;
    let proxy: SmtpProxy;
    let client: QuoteServiceClient;
    let notifier: BellProcess;

    beforeEach(async () => {
      world = await World.open({ BELL_AMBIGUOUS_DELIVERY: policy });
      for (const name of ["mailbox", "server"] as const) await world.start(name);
      proxy = await SmtpProxy.start(world.known.get("mailbox")?.["smtp"] ?? "");
      notifier = await startNotifier();
      await world.signUp("ann@example.com");
      const credentials = channelCredentials(uncheckedFiles(await filesOfRole("fetcher")));
      client = new QuoteServiceClient(world.known.get("server")?.["grpc"] ?? "", credentials, channelOptions);
    });
    afterEach(async () => {
      client.close();
      await world.close();
      proxy.close();
    });

    const startNotifier = (): Promise<BellProcess> => world.start("notifier", { BELL_SMTP: proxy.address });

    async function state(): Promise<string> {
      const list = JSON.parse(await world.does(["notifications", "list", "--json"])) as {
        notifications: { state: string }[];
      };
      return list.notifications.map((one) => one.state).join(" ");
    }

    it(
      policy === "resend" ? "comes again with the same bytes, and is SENT" : "is not sent again, and is UNKNOWN",
      async () => {
        const sender = new QuoteSender(client);
        const tick = (price: number) => {
          const now = systemClock.now();
          return sender.send([exampleTick(0, price, { quoteTimeMs: now, fetchTimeMs: now })]);
        };
        await tick(190);
        await world.does(["alerts", "create", "AAPL", "above", "200"]);
        proxy.losesAnswers = true;
        await tick(201);
        await world.inbox.waitFor("the mail", ({ subject }) => subject.startsWith("AAPL"));
        expect(await state()).to.equal("SENDING");
        await notifier.kill();
        const second = (): number => Math.floor(systemClock.now() / 1_000);
        const killedAt = second();
        await eventually("another second, so that a new Date would show", () => second() > killedAt);
        proxy.losesAnswers = false;
        notifier = await startNotifier();
        await eventually("its end", async () => (await state()) === (policy === "resend" ? "SENT" : "UNKNOWN"));
        const mails = (await world.inbox.alertMails()).map(({ raw }) => raw.toString("latin1"));
        expect(mails).to.have.lengthOf(policy === "resend" ? 2 : 1);
        expect(new Set(mails).size).to.equal(1);
        sender.end();
      },
    );
  });
}
