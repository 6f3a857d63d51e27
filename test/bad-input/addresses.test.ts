// An address that mail must not go to is refused where it comes in, long before a mail library could read two in it.
import { expect } from "chai";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { PASSWORD } from "../support/world.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { ADDRESS_CASES, GOOD_ADDRESSES } from "./addresses.cases.ts";
import { expectRefusal } from "./expect-refusal.ts";
import { storedOfUsers } from "./stored-rows.ts";

describe("a server that is asked for an account", () => {
  let server: TestServer;
  let rows: Record<string, string[]>;
  before(async () => {
    server = await startTestServer();
    rows = storedOfUsers(server.databaseFile);
  });
  after(() => server.close());
  const register = (email: string) =>
    server.ask(UserServiceService.registerUser, { email, password: PASSWORD, timeZone: "" });

  for (const one of ADDRESS_CASES) {
    it(`refuses ${one.name}`, async () => {
      const error = await refusalOf(register(one.given));
      expectRefusal(error, one);
      if (one.given.length > 12) expect(error.message, "what was typed is not repeated").not.to.include(one.given);
    });
  }

  it("has stored nothing of all that", () => expect(storedOfUsers(server.databaseFile)).to.deep.equal(rows));

  for (const [typed, kept] of Object.entries(GOOD_ADDRESSES)) {
    it(`takes ${typed.slice(0, 40)}`, async () => expect((await register(typed)).email).to.equal(kept));
  }

  it("gives the mail of each to exactly that address", () => {
    const recipients = server.query("SELECT to_address FROM notifications WHERE code IS NOT NULL ORDER BY row");
    expect(recipients).to.deep.equal(Object.values(GOOD_ADDRESSES).map((address) => ({ to_address: address })));
  });
});
