// Bad messages on streams. A bad quote is refused by itself, by its place, reason and field; the others of its batch are stored.
import { expect } from "chai";
import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { once } from "node:events";
import { AppError } from "../../domain/error.ts";
import { errorFromStatus, reasonFromProto } from "../../proto/convert/error.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import { AlertServiceClient } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceClient } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Gap, Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { exampleTick } from "../examples.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../support/test-server.ts";
import { expectRefusal, expectWellFormed } from "./expect-refusal.ts";
import { storedRows } from "./stored-rows.ts";
import { DELIVER_CASES, EARLY_CASES, GAP_CASES, QUOTE_CASES, WATCH_CASES } from "./stream.cases.ts";

describe("a stream that brings something bad", () => {
  let server: TestServer;
  let ann: SignedUp;
  let fetcher: QuoteServiceClient;
  let sender: QuoteSender;
  let stored = 0;
  before(async () => {
    server = await startTestServer();
    ann = await server.signUp();
    fetcher = await server.connect(QuoteServiceClient, "fetcher");
    sender = new QuoteSender(fetcher);
  });
  after(async () => {
    sender.cancel();
    await server.close();
  });

  /** A sound tick of a moment that no other test names. */
  const tick = (): Quote => {
    stored += 1;
    const timeMs = Date.now() - 3_600_000 + stored;
    return quoteToProto(exampleTick(0, 190, { quoteTimeMs: timeMs, fetchTimeMs: timeMs }));
  };

  for (const { name, given, reason, fields = [] } of [...QUOTE_CASES, ...EARLY_CASES]) {
    it(`refuses ${name}, by its place, and stores the quotes before and after it`, async () => {
      const ack = await sender.sendMessages([tick(), { ...tick(), ...given(Date.now()) }, tick()]);
      expect(ack.refused.map((one) => [one.index, reasonFromProto(one.reason)])).to.deep.equal([[1, reason]]);
      expect([ack.storedCount, ack.knownCount]).to.deep.equal([2, 0]);
      const message = ack.refused[0]?.message ?? "";
      expectWellFormed(new AppError("INVALID_ARGUMENT", reason, message));
      const named = reason === "CLOCK_BEHIND" ? [] : message.split("; ").map((part) => part.split(": ")[0]);
      expect(new Set(named)).to.deep.equal(new Set(fields));
    });
  }

  it("has stored nothing but the good ones", () => {
    const [{ count } = { count: -1 }] = server.query("SELECT count(*) AS count FROM quotes") as { count: number }[];
    expect(count).to.equal(2 * (QUOTE_CASES.length + EARLY_CASES.length));
  });

  it("acknowledges 1,000 quotes of which all are as bad as can be", async () => {
    const rows = storedRows(server.databaseFile);
    const worst = QUOTE_CASES.at(-1)?.given(0);
    const ack = await sender.sendMessages(Array.from({ length: 1_000 }, () => ({ ...tick(), ...worst })));
    expect([ack.storedCount, ack.refused.length, ack.refused.at(-1)?.index]).to.deep.equal([0, 1_000, 999]);
    expect(storedRows(server.databaseFile)).to.deep.equal(rows);
  });

  it("refuses 1,001 quotes as a whole, ends that stream alone, and stores none", async () => {
    const rows = storedRows(server.databaseFile);
    const other = new QuoteSender(fetcher);
    const error = await refusalOf(other.sendMessages(Array.from({ length: 1_001 }, tick)));
    expect([error.code, error.reason, error.fields[0]?.field]).to.deep.equal([
      "INVALID_ARGUMENT",
      "FIELD_INVALID",
      "batch.quotes",
    ]);
    expect(storedRows(server.databaseFile)).to.deep.equal(rows);
    expect((await sender.sendMessages([tick()])).storedCount).to.equal(1);
  });

  const gaps = () => server.query("SELECT count(*) AS count FROM gaps") as { count: number }[];
  const gap = (now: number): Gap => {
    const [startTime, endTime] = [new Date(now - 3_600_000), new Date(now)];
    return { symbol: "AAPL", source: "example", period: undefined, startTime, endTime, reason: "none came" };
  };
  for (const [name, fault] of Object.entries(GAP_CASES)) {
    it(`leaves out a gap ${name}, says so in the log, and takes the quotes of its batch`, async () => {
      const before = gaps();
      const said = server.log.length;
      const now = Date.now();
      const ack = await sender.sendMessages([tick()], [{ ...gap(now), ...fault(now) }]);
      expect([ack.storedCount, ack.refused]).to.deep.equal([1, []]);
      expect(gaps()).to.deep.equal(before);
      expect(server.log.slice(said).filter((line) => line.includes("a gap that makes no sense"))).to.have.length(1);
    });
  }

  it("takes a gap that ends in some minutes, for two clocks differ", async () => {
    const [{ count: before } = { count: 0 }] = gaps();
    await sender.sendMessages([], [{ ...gap(Date.now()), endTime: new Date(Date.now() + 4 * 60_000) }]);
    expect(gaps()).to.deep.equal([{ count: before + 1 }]);
  });

  it("takes sequences that go back, repeat and are negative: they say nothing outside their stream", async () => {
    for (const sequence of [7, 7, 0, -1, Number.MAX_SAFE_INTEGER]) {
      const call = fetcher.streamQuotes();
      call.write({ message: { $case: "batch", value: { sequence, quotes: [], gaps: [] } } });
      const [{ message }] = (await once(call, "data")) as [{ message: { value: { sequence: number } } }];
      expect(message.value.sequence).to.equal(sequence);
      call.cancel();
      call.on("error", () => undefined);
    }
  });

  for (const one of DELIVER_CASES) {
    it(`refuses ${one.name} from a notifier`, async () => {
      const rows = storedRows(server.databaseFile);
      const call = (await server.connect(NotificationServiceClient, "notifier")).deliver();
      call.write({ message: one.given });
      call.resume();
      expectRefusal(await errorOf(call), one);
      expect(storedRows(server.databaseFile)).to.deep.equal(rows);
    });
  }

  for (const one of WATCH_CASES) {
    it(`refuses to show prices for ${one.name}`, async () => {
      const call = (await server.connect(QuoteServiceClient, "cli")).watchQuotes({ symbols: one.given });
      call.resume();
      expectRefusal(await errorOf(call), one);
    });

    it(`refuses to show triggers for ${one.name}`, async () => {
      const call = (await server.connect(AlertServiceClient, "cli")).watchTriggers(
        { symbols: one.given },
        bearer(ann.token),
      );
      call.resume();
      expectRefusal(await errorOf(call), one);
    });
  }

  it("has found no defect in itself, and serves on", async () => {
    expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
    expect((await sender.sendMessages([tick()])).storedCount).to.equal(1);
  });
});

/** The error that ends a call. */
async function errorOf(call: Pick<ClientReadableStream<unknown>, "on">): Promise<AppError> {
  return new Promise((resolve) => call.on("error", (error) => resolve(errorFromStatus(error as ServiceError))));
}
