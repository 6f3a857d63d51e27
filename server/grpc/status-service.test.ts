import { expect } from "chai";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, SECOND_MS } from "../../domain/time.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { NotificationServiceClient, OutcomeKind } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { FetcherReport, QuoteServiceClient, SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService, StoreState, type SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { eventually } from "../../test/support/eventually.ts";
import { sharedCertificates } from "../../test/support/shared-certificates.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { QuoteSender } from "../testing/quote-sender.ts";
import { TestNotifier } from "../testing/test-notifier.ts";

describe("GetStatus", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ eventClock: "data" });
  });
  afterEach(() => server.close());

  const ask = () => server.ask(StatusServiceService.getStatus, {});
  /** The status once it is so. */
  const statusWith = (title: string, isSo: (status: SystemStatus) => boolean) =>
    eventually(title, async () => {
      const status = await ask();
      return isSo(status) ? status : undefined;
    });

  it("tells of the server, its certificate and its store, with nobody connected", async () => {
    const status = await ask();
    expect(status.serverVersion).to.match(/^\d+\.\d+\.\d+$/);
    expect(Number(status.serverTime) - Number(status.serverStartTime)).to.be.within(0, 60_000);
    expect(status.serverCertificate?.uri).to.match(/^spiffe:\/\/tickerbell\/server\//);
    expect(Number(status.serverCertificate?.expireTime) - Date.now()).to.be.greaterThan(DAY_MS / 24);
    expect(status.revocations).to.deep.equal({ certificateCount: 0, detail: "" });
    expect(status.store).to.include({ state: StoreState.READY, detail: "" });
    expect(status.store?.sizeBytes).to.be.greaterThan(0);
    expect(status.store?.freeBytes).to.be.greaterThan(0);
    expect(status.store?.isFreeUnknown).to.equal(false);
    expect(status.ingest).to.deep.include({
      waitingQuoteCount: 0,
      deferredQuoteCount: 0,
      openSymbols: [],
      newestAsOfTime: undefined,
    });
    expect(status.ingest?.waitingQuoteCapacity).to.be.greaterThan(0);
    expect(status.mail).to.deep.include({ isTaking: true, dueCount: 0, sealedCount: 0, lastSentTime: undefined });
    expect([status.fetchers, status.notifiers]).to.deep.equal([[], []]);
  });

  it("tells how many certificates are revoked, and what is wrong with the list while the last good one stays", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tickerbell-status-"));
    cpSync((await sharedCertificates()).folder, folder, { recursive: true });
    const list = join(folder, REVOCATION_FILE_NAME);
    writeFileSync(list, "A1 2026-11-20 lost\n");
    const own = await startTestServer({ certsFolder: folder });
    try {
      const revocations = async () => (await own.ask(StatusServiceService.getStatus, {})).revocations;
      expect(await revocations()).to.deep.equal({ certificateCount: 1, detail: "" });
      writeFileSync(list, "A1 2026-11-20 lost\nhello\n");
      const spoilt = await eventually("the bad line is told", async () => {
        const told = await revocations();
        return told?.detail === "" ? undefined : told;
      });
      expect(spoilt.certificateCount).to.equal(1);
      expect(spoilt.detail).to.match(/^has a bad line 2/);
    } finally {
      await own.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("tells of a fetcher from its coming to its going: its certificate, its acknowledgements, its report", async () => {
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    const came = await statusWith("the fetcher is there", ({ fetchers }) => fetchers.length === 1);
    expect(came.fetchers[0]).to.deep.include({ report: undefined, lastAckTime: undefined });
    expect(came.fetchers[0]?.certificate?.uri).to.match(/^spiffe:\/\/tickerbell\/fetcher\//);
    expect(came.fetchers[0]?.address).to.include("127.0.0.1");
    await sender.send([exampleTick(SECOND_MS, 10)]);
    const acknowledged = await ask();
    expect(Number(acknowledged.fetchers[0]?.lastAckTime)).to.be.at.least(Number(came.fetchers[0]?.connectTime));
    expect(acknowledged.ingest?.newestAsOfTime).to.deep.equal(new Date(EXAMPLE_START_MS + SECOND_MS));
    const report = FetcherReport.fromPartial({
      source: "alpha-vantage",
      sourceState: SourceState.SILENT,
      spooledCount: 7,
    });
    sender.write({ message: { $case: "report", value: report } });
    const told = await statusWith("its report is there", ({ fetchers }) => fetchers[0]?.report !== undefined);
    expect(told.fetchers[0]?.report).to.deep.equal(report);
    sender.close();
    await statusWith("the fetcher has gone", ({ fetchers }) => fetchers.length === 0);
  });

  it("forgets a fetcher that breaks off", async () => {
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    await sender.opened;
    await statusWith("the fetcher is there", ({ fetchers }) => fetchers.length === 1);
    sender.cancel();
    await statusWith("the fetcher has gone", ({ fetchers }) => fetchers.length === 0);
  });

  it("does not miss a fetcher while the server takes nothing of it and it comes again and again", async () => {
    const client = await server.connect(QuoteServiceClient, "fetcher");
    const refused = new QuoteSender(client);
    refused.write({ message: { $case: "report", value: FetcherReport.fromPartial({ spooledCount: 7 }) } });
    const tooMany = Array.from({ length: 1_001 }, () => quoteToProto(exampleTick(0, 10)));
    const failure = await refused.sendMessages(tooMany).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "INVALID_ARGUMENT");
    const between = await statusWith("it is told of still", ({ fetchers }) => fetchers.length === 1);
    expect(between.fetchers[0]?.report?.spooledCount).to.equal(7);
    const again = new QuoteSender(client);
    await again.opened;
    expect((await ask()).fetchers, "once").to.have.length(1);
    again.close();
    await statusWith("the fetcher has gone of its own", ({ fetchers }) => fetchers.length === 0);
  });

  it("cuts a report that is too long, and all reports together to what fits into an answer", async () => {
    const client = await server.connect(QuoteServiceClient, "fetcher");
    const report = FetcherReport.fromPartial({
      version: "v".repeat(1_000),
      symbols: Array<string>(2_000).fill("S".repeat(100)),
      sourceDetail: "d".repeat(2_000),
    });
    const senders = Array.from({ length: 8 }, () => new QuoteSender(client));
    for (const sender of senders) sender.write({ message: { $case: "report", value: report } });
    const isTold = ({ fetchers }: SystemStatus) => fetchers.filter((one) => one.report !== undefined).length === 8;
    const { fetchers } = await statusWith("all reports are there", isTold);
    const symbolCounts = fetchers.map((fetcher) => fetcher.report?.symbols.length);
    expect(symbolCounts).to.deep.equal([1_000, 1_000, 1_000, 1_000, 1_000, 0, 0, 0]);
    expect(fetchers[0]?.report?.symbols[0]).to.have.length(64);
    expect(fetchers[0]?.report?.version).to.have.length(64);
    expect(fetchers[0]?.report?.sourceDetail).to.have.length(500);
    for (const sender of senders) sender.close();
  });

  it("tells of a notifier, how busy it is, and whether the mail server takes mail", async () => {
    const notifier = new TestNotifier(await server.connect(NotificationServiceClient, "notifier")).ready();
    const idle = await statusWith("it has a free place", ({ notifiers }) => notifiers[0]?.freePlaceCount === 1);
    expect(idle.notifiers[0]).to.include({ deliveryCount: 0 });
    expect(idle.notifiers[0]?.certificate?.uri).to.match(/^spiffe:\/\/tickerbell\/notifier\//);
    await server.signUp();
    const delivery = await notifier.delivery();
    const busy = await ask();
    expect(busy.notifiers[0]).to.include({ freePlaceCount: 0, deliveryCount: 1 });
    expect(busy.mail).to.include({ dueCount: 0, sealedCount: 1 });
    await notifier.report(delivery, OutcomeKind.SERVER_TROUBLE, "connect ECONNREFUSED");
    const trouble = (await ask()).mail;
    expect(trouble).to.include({ isTaking: false, detail: "connect ECONNREFUSED", sealedCount: 0 });
    expect(Number(trouble?.dueCount) + Number(trouble?.heldCount)).to.equal(1);
    notifier.close();
    await statusWith("the notifier has gone", ({ notifiers }) => notifiers.length === 0);
  });

  it("tells when a mail was taken last", async () => {
    await server.signUp();
    const notifier = new TestNotifier(await server.connect(NotificationServiceClient, "notifier")).ready();
    await notifier.report(await notifier.delivery(), OutcomeKind.TAKEN);
    const after = await ask();
    expect(after.mail).to.include({ isTaking: true, detail: "", heldCount: 0, sealedCount: 0 });
    expect(Number(after.mail?.lastSentTime)).to.be.at.least(Number(after.serverStartTime));
    notifier.close();
  });
});
