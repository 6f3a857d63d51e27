// The promise: whatever comes in the place of a call or a message gets the answer that gRPC has for it, and the server goes on.
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import type { ClientHttp2Session } from "node:http2";
import { gzipSync } from "node:zlib";
import { AlertServiceService } from "../proto/gen/tickerbell/v1/alert_service.ts";
import { GetQuoteRequest, QuoteServiceService } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService } from "../proto/gen/tickerbell/v1/user_service.ts";
import { limits } from "../runtime/grpc/limits.ts";
import { framed, rawCall, rawSession, type RawRequest } from "./support/raw-call.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

const GET_QUOTE = QuoteServiceService.getQuote.path;
const message = GetQuoteRequest.encode({ symbol: "AAPL" }).finish();
const sound = framed(message);
const gzip = { "grpc-encoding": "gzip" };
/** Field 1, so many bytes of text, and then these. */
const text = (length: number, ...bytes: number[]): Buffer => framed(Buffer.of(10, length, ...bytes));

/** What is sent, and which gRPC status may come back. */
const CASES: Record<string, [request: Partial<RawRequest>, ...answers: status[]]> = {
  "a sound call": [{ body: sound }, status.NOT_FOUND],
  "a method that is none": [{ path: "/tickerbell.v1.QuoteService/Nothing", body: sound }, status.UNIMPLEMENTED],
  "a service that is none": [{ path: "/nothing.Nothing/Nothing", body: sound }, status.UNIMPLEMENTED],
  "a path that is none": [{ path: "/", body: sound }, status.UNIMPLEMENTED],
  "no message": [{}, status.UNIMPLEMENTED],
  "two messages": [{ body: Buffer.concat([sound, sound]) }, status.UNIMPLEMENTED],
  "garbage for a message": [{ body: framed(Buffer.from("ffffffffffffffff", "hex")) }, status.INTERNAL],
  "a text cut short": [{ body: text(50, 65) }, status.INTERNAL],
  "a number cut short": [{ body: framed(Buffer.of(8, 255)) }, status.INTERNAL],
  "bytes that are no text": [{ body: text(2, 0xc3, 0x28) }, status.INVALID_ARGUMENT],
  "overlong UTF-8": [{ body: text(2, 0xc1, 0x81) }, status.INVALID_ARGUMENT],
  "half a surrogate pair": [{ body: text(3, 0xed, 0xa0, 0x80) }, status.INVALID_ARGUMENT],
  "a control character": [{ body: text(2, 65, 0) }, status.INVALID_ARGUMENT],
  "a compressed message": [{ body: framed(gzipSync(message), 1), headers: gzip }, status.NOT_FOUND],
  "gzip that is none": [{ body: framed(Buffer.from("no gzip"), 1), headers: gzip }, status.INTERNAL],
  "gzip cut short": [{ body: framed(gzipSync(message).subarray(0, 12), 1), headers: gzip }, status.INTERNAL],
  "compression that nobody named": [{ body: framed(gzipSync(message), 1) }, status.INTERNAL],
  "an unknown compression": [{ body: framed(message, 1), headers: { "grpc-encoding": "br" } }, status.UNIMPLEMENTED],
  "a gzip bomb": [{ body: framed(gzipSync(Buffer.alloc(50_000_000)), 1), headers: gzip }, status.RESOURCE_EXHAUSTED],
  "a message of more than the most": [
    { body: framed(Buffer.alloc(limits.messageBytes + 1)) },
    status.RESOURCE_EXHAUSTED,
  ],
  "a length of 256 MB": [{ body: Buffer.of(0, 16, 0, 0, 0, 1, 2, 3) }, status.RESOURCE_EXHAUSTED],
  "a time limit that is none": [{ body: sound, headers: { "grpc-timeout": "soon" } }, status.INTERNAL],
  "a time limit of no time": [
    { body: sound, headers: { "grpc-timeout": "0n" } },
    status.DEADLINE_EXCEEDED,
    status.NOT_FOUND,
  ],
  "a time limit of 11,000 years": [
    { body: sound, headers: { "grpc-timeout": "99999999H" } },
    status.DEADLINE_EXCEEDED,
    status.NOT_FOUND,
  ],
};

describe("what is no gRPC call", () => {
  let server: TestServer;
  let session: ClientHttp2Session;
  before(async () => {
    server = await startTestServer({ limits: { resetsAtOnce: 1_000 } }); // else so many bad messages end the connection
    session = await rawSession(server.address, "cli");
  });
  after(async () => {
    session.destroy();
    await server.close();
  });

  for (const [what, [request, ...answers]] of Object.entries(CASES)) {
    it(`such as ${what} is answered with ${answers.map((code) => status[code]).join(" or ")}`, async () => {
      const answer = await rawCall(session, { path: GET_QUOTE, ...request });
      expect(answer.http).to.equal(200);
      expect(answers.map((code) => status[code])).to.include(status[answer.grpc ?? -1]);
    });
  }

  for (const type of ["text/plain", "application/json", ""]) {
    it(`such as one of the type "${type}" is answered by HTTP`, async () => {
      const answer = await rawCall(session, { path: GET_QUOTE, body: sound, headers: { "content-type": type } });
      expect(answer).to.include({ http: 415, grpc: undefined });
    });
  }

  it("such as one with 20 kB of headers is refused, and with 8 kB it is not", async () => {
    const withHeaders = (bytes: number): RawRequest => ({
      path: GET_QUOTE,
      body: sound,
      headers: { "x-long": "a".repeat(bytes) },
    });
    expect((await rawCall(session, withHeaders(20_000))).grpc).to.equal(undefined);
    expect((await rawCall(session, withHeaders(8_000))).grpc).to.equal(status.NOT_FOUND);
  });

  it("names what is no text in a field", async () => {
    const { token } = await server.signUp();
    const headers = { authorization: `Bearer ${token}` };
    const { grpc, message: words } = await rawCall(session, {
      path: AlertServiceService.getAlert.path,
      body: text(2, 0xc3, 0x28),
      headers,
    });
    expect([grpc, words]).to.deep.equal([status.INVALID_ARGUMENT, words]);
    expect(words).to.match(/^id/);
    const register = await rawCall(session, { path: UserServiceService.registerUser.path, body: text(2, 0xc3, 0x28) });
    expect(register).to.include({ grpc: status.INVALID_ARGUMENT });
    expect(register.message).to.match(/email/);
  });
});
