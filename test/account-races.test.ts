// The promise: a wish that is made twice has one effect, also when both come at once.
import { expect } from "chai";
import { AccountRace } from "./support/account-races.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

/** The long trial `accounts.races` plays 200. */
const ROUNDS = 1;

describe("the same wish a hundred times at once", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  it("has one effect, from the registration to the deletion", async () => {
    const violations: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await new AccountRace(server, round, (text) => violations.push(text)).run();
    }
    expect(violations).to.deep.equal([]);
    expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
  });
});
