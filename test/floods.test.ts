// The promise: whatever one client does, the server stays below 300 MB, goes on answering others, and cuts what it can.
import { expect } from "chai";
import { ATTACKS } from "./support/flood-attacks.ts";
import { FloodedServer, MOST_MB } from "./support/flood-server.ts";

/** The long trial `floods` plays each for 5 s, on a server of its own. */
const EACH_MS = 400;
/** What the peak of one attack leaves behind is not the next one's: the server is a new one after so many. */
const EACH_SERVER = 6;

describe("a flood", () => {
  let server: FloodedServer | undefined;

  before(function () {
    if (process.platform !== "linux") this.skip(); // memory is read from /proc, and attackers need an address of their own
  });
  after(() => server?.close());

  for (const [at, attack] of ATTACKS.entries()) {
    it(`of ${attack.name} leaves the server small and serving`, async () => {
      if (server === undefined || at % EACH_SERVER === 0) {
        await server?.close();
        server = await FloodedServer.start();
      }
      const { peakMb, afterMs, opened, cut } = await server.endure(attack, EACH_MS, `127.0.0.${2 + at}`);
      expect(peakMb).to.be.below(MOST_MB);
      expect(afterMs, "answered; how soon the long trial judges").to.be.a("number");
      if (attack.isCut) expect(cut, `of ${opened} connections`).to.be.above(0);
    });
  }
});
