import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { REFUSED_KEPT_MS, StatusConnections } from "./status-connections.ts";

const START_MS = Date.UTC(2026, 4, 15, 13, 30);

function open() {
  const clock = new FakeClock(START_MS);
  const connections = new StatusConnections<string>(clock);
  const come = (name: string) =>
    connections.addFetcher({
      uri: `spiffe://tickerbell/fetcher/${name}`,
      expireTimeMs: START_MS + 1,
      address: "127.0.0.1:1",
      connectTimeMs: clock.now(),
    });
  return { clock, connections, come };
}

describe("StatusConnections", () => {
  it("keeps a fetcher that was refused for a few seconds, and no other", () => {
    const { clock, connections, come } = open();
    const [refused, gone] = [come("refused"), come("gone")];
    refused.markRefused();
    expect(connections.fetchers(9)).to.eql([refused, gone]);
    refused.leave();
    gone.leave();
    clock.advance(REFUSED_KEPT_MS - 1);
    expect(connections.fetchers(9)).to.eql([refused]);
    refused.leave(); // a stream has several ends
    clock.advance(1);
    expect(connections.fetchers(9)).to.eql([]);
  });

  it("tells of it once when it has come again, and forgets it when that one leaves of its own", () => {
    const { connections, come } = open();
    const refused = come("main");
    refused.markRefused();
    refused.leave();
    const again = come("main");
    expect(connections.fetchers(9)).to.eql([again]);
    again.leave();
    expect(connections.fetchers(9)).to.eql([]);
  });

  it("keeps a hundred of them, the newest", () => {
    const { connections, come } = open();
    for (let number = 0; number < 101; number += 1) {
      const refused = come(String(number));
      refused.markRefused();
      refused.leave();
    }
    const uris = connections.fetchers(999).map(({ connection }) => connection.uri);
    expect(uris).to.have.length(100).and.not.include("spiffe://tickerbell/fetcher/0");
  });
});
