import { expect } from "chai";
import nodeFetch from "node-fetch";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTick } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { ANSWER_BYTES_MAX, ANSWER_MS_MAX, fetchAnswer, type Fetched } from "./fetch-answer.ts";
import { startTestService, type TestService } from "./alpha-vantage/test-service.ts";

const never = new AbortController().signal;

describe("fetchAnswer()", () => {
  const clock = new FakeClock(1_000);
  const services: TestService[] = [];

  async function listen(answer: (response: ServerResponse) => void): Promise<string> {
    const service = await startTestService(answer);
    services.push(service);
    return `${service.url}/query?apikey=CANARY`;
  }

  async function get(answer: (response: ServerResponse) => void): Promise<Fetched> {
    return fetchAnswer(await listen(answer), nodeFetch, clock, never);
  }

  function message(fetched: Fetched): unknown {
    return fetched.kind === "refusal" ? [fetched.refusal.class, fetched.refusal.message] : fetched;
  }

  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
    expect(clock.sleeping, "the time limit's timer ends with the answer").to.equal(0);
  });

  it("brings back what was said, by whom and when", async () => {
    const headers = { "Content-Type": "application/json", "Retry-After": "5", Server: "cloudflare" };
    expect(await get((response) => response.writeHead(503, headers).end('{"a": "ü"}'))).to.deep.equal({
      kind: "answer",
      answer: { status: 503, contentType: "application/json", retryAfterMs: 5_000, body: '{"a": "ü"}' },
      server: "cloudflare",
      fetchTimeMs: 1_000,
    });
  });

  it("tells the name of a file", async () => {
    const nameOf = async (disposition: string): Promise<unknown> => {
      const fetched = await get((response) => response.writeHead(200, { "Content-Disposition": disposition }).end("x"));
      return fetched.kind === "answer" && fetched.answer.fileName;
    };
    expect(await nameOf("attachment; filename=intraday_15min_AAPL.csv")).to.equal("intraday_15min_AAPL.csv");
    expect(await nameOf('attachment; filename="a b.csv"; size=1')).to.equal("a b.csv");
    expect(await nameOf("inline")).to.equal(undefined);
  });

  it("takes any content type", async () => {
    let accept: string | undefined;
    const service = await startTestService((response, _, request) => {
      accept = request.headers.accept;
      response.end("x");
    });
    services.push(service);
    await fetchAnswer(service.url, nodeFetch, clock, never);
    expect(accept).to.equal("*/*");
  });

  it("keeps a byte order mark, so that it is seen, and tells bytes that are no UTF-8", async () => {
    const body = (fetched: Fetched): unknown => fetched.kind === "answer" && fetched.answer.body;
    expect(body(await get((response) => response.end("\uFEFF{}")))).to.equal("\uFEFF{}");
    expect(body(await get((response) => response.end(Buffer.from([0x7b, 0xff, 0x7d]))))).to.equal(null);
  });

  it("does not follow a redirect, which would hand the key to another host", async () => {
    const other = await startTestService((response) => response.end("{}"));
    services.push(other);
    const fetched = await get((response) => response.writeHead(302, { Location: other.url }).end());
    expect(fetched.kind === "answer" && fetched.answer.status).to.equal(302);
    expect(other.requests).to.have.lengthOf(0);
  });

  it("stops reading at the size limit, compressed or not", async () => {
    const tooLong = ["malformed", "the answer is longer than 5 MB"];
    const huge = Buffer.alloc(ANSWER_BYTES_MAX + 1, " ");
    expect(message(await get((response) => response.end(huge)))).to.deep.equal(tooLong);
    const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
    const zipped = (response: ServerResponse): unknown =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb);
    expect(message(await get(zipped))).to.deep.equal(tooLong);
    const endless = (response: ServerResponse): void => {
      response.on("drain", () => void response.write(huge)).write(huge);
    };
    expect(message(await get(endless))).to.deep.equal(tooLong);
  });

  it("takes an answer that just fits", async () => {
    const fetched = await get((response) => response.end(Buffer.alloc(ANSWER_BYTES_MAX, " ")));
    expect(fetched.kind).to.equal("answer");
  });

  it("gives up after ten seconds without an answer, or within one", async () => {
    for (const begin of [() => undefined, (response: ServerResponse) => void response.write("{")]) {
      let asked: (value: unknown) => void = () => undefined;
      const received = new Promise((resolve) => (asked = resolve));
      const url = await listen((response) => {
        begin(response);
        asked(null);
      });
      const fetched = fetchAnswer(url, nodeFetch, clock, never);
      await received;
      clock.advance(ANSWER_MS_MAX);
      expect(message(await fetched)).to.deep.equal(["outage", "the source did not answer within 10 s"]);
    }
  });

  it("calls a broken connection an outage, before and within the answer", async () => {
    const before = message(await get((response) => response.destroy()));
    expect(before).to.deep.equal(["outage", "the source cannot be reached (ECONNRESET)"]);
    const within = (response: ServerResponse): void => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("{", () => response.destroy());
    };
    expect(message(await get(within))).to.have.property("0", "outage");
    const chunked = (response: ServerResponse): void => void response.write("{", () => response.destroy());
    expect(message(await get(chunked))).to.have.property("0", "outage");
  });

  it("calls a refused connection and an unknown scheme an outage, without the URL", async () => {
    const url = await listen((response) => response.end());
    await services.pop()?.close();
    expect(message(await fetchAnswer(url, nodeFetch, clock, never))).to.deep.equal([
      "outage",
      "the source cannot be reached (ECONNREFUSED)",
    ]);
    const wrong = await fetchAnswer("ftp://localhost/?apikey=CANARY", nodeFetch, clock, never);
    expect(message(wrong)).to.deep.equal(["outage", "the source cannot be reached"]);
  });

  it("throws the signal's reason, at once and in the middle", async () => {
    const stop = new AbortController();
    let asked: (value: unknown) => void = () => undefined;
    const received = new Promise((resolve) => (asked = resolve));
    const url = await listen((response) => response.write("{", () => asked(null)));
    const fetched = fetchAnswer(url, nodeFetch, clock, stop.signal).catch((error: unknown) => error);
    await received;
    await nextTick();
    stop.abort(new Error("stop"));
    expect(await fetched)
      .to.be.instanceOf(Error)
      .with.property("message", "stop");
    const again: unknown = await fetchAnswer(url, nodeFetch, clock, stop.signal).catch((error: unknown) => error);
    expect(again).to.be.instanceOf(Error).with.property("message", "stop");
  });
});
