// The promise: nobody can find out who has an account, neither by what is answered nor by how long it takes.
import { expect } from "chai";
import { AccountTiming, type TimingResult } from "./support/account-timing.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";

/** The long trial `accounts.timing` asks a thousand times. */
const PAIRS = 15;

describe("an answer about an address", () => {
  let server: TestServer;
  let timing: AccountTiming;
  before(async () => {
    server = await startTestServer();
    const people = [await server.signUp(), await server.signUp(), await server.signUp()];
    timing = new AccountTiming(server, people);
  });
  after(() => server.close());

  /** Without the hash an answer would take a tenth of the time; what a busy machine adds is far less. */
  const expectAlike = ({ knownMs, unknownMs, differences }: TimingResult): void => {
    expect(differences).to.deep.equal([]);
    expect(knownMs / unknownMs).to.be.within(0.25, 4);
  };

  it("is the same at a log-in, whether or not there is such an account", async () => {
    expectAlike(await timing.logIns(PAIRS));
  });

  it("is the same at a registration", async () => expectAlike(await timing.registrations(9)));

  it("is the same when another password is asked for", async () => {
    expect((await timing.resets(9)).differences).to.deep.equal([]);
  });
});
