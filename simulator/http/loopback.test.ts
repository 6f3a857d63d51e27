import { expect } from "chai";
import type { IncomingMessage } from "node:http";
import { isLocalRequest } from "./loopback.ts";

/** A request as Node hands it over, as far as it is looked at. */
function request(remoteAddress: string, host: string, origin?: string): IncomingMessage {
  const headers = { host, ...(origin === undefined ? {} : { origin }) };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const PRIVATE = ["mailbox", "simulator"];

describe("isLocalRequest()", () => {
  it("knows this machine's own requests", () => {
    expect(isLocalRequest(request("127.0.0.1", "localhost:8025"))).to.equal(true);
    expect(isLocalRequest(request("::ffff:127.0.0.1", "127.0.0.1:8025", "http://127.0.0.1:8025"))).to.equal(true);
  });

  it("refuses other machines, other names and other pages unless it is told of a private network", () => {
    expect(isLocalRequest(request("172.18.0.1", "localhost:8025"))).to.equal(false);
    expect(isLocalRequest(request("127.0.0.1", "mailbox:8025"))).to.equal(false);
    expect(isLocalRequest(request("127.0.0.1", "localhost:8025", "http://evil.example"))).to.equal(false);
  });

  it("answers the members and the gateway of a private network, by names of this machine or the network only", () => {
    expect(isLocalRequest(request("172.18.0.5", "simulator:8081"), PRIVATE)).to.equal(true);
    expect(isLocalRequest(request("172.18.0.1", "127.0.0.1:8025"), PRIVATE)).to.equal(true);
    expect(isLocalRequest(request("172.18.0.1", "evil.example"), PRIVATE)).to.equal(false);
    expect(isLocalRequest(request("172.18.0.1", "mailbox.evil.example"), PRIVATE)).to.equal(false);
    expect(isLocalRequest(request("172.18.0.1", "mailbox:8025", "http://evil.example"), PRIVATE)).to.equal(false);
  });
});
