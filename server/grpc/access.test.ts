// That the table holds for every method and kind of caller is shown in test/access-cells.test.ts, against one written by hand.
import { expect } from "chai";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import { framed, rawCall, rawSession } from "../../test/support/raw-call.ts";
import { status } from "@grpc/grpc-js";
import { accessRule } from "./access.ts";

describe("accessRule()", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ eventClock: "data" });
  });
  after(() => server.close());

  it("is nobody for a method that is in no table", async () => {
    const path = "/tickerbell.v1.AlertService/DropTables";
    expect(accessRule(path)).to.equal(undefined);
    const session = await rawSession(server.address, "operator");
    const answer = await rawCall(session, { path, body: framed(Buffer.alloc(0)) });
    session.destroy();
    expect(answer).to.include({ grpc: status.UNIMPLEMENTED });
  });
});
