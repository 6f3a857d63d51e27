// A client that got no answer asks again with the same request id: whatever has passed meanwhile, it gets the alert that it made.
import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { AlertServiceService as Service, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { AlertState } from "../../proto/gen/tickerbell/v1/alert.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { problemsOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";

const [FIRST_ID, OTHER_ID] = ["3f1a9c1e-1111-4111-8111-111111111111", "3f1a9c1e-2222-4222-8222-222222222222"];

describe("AlertService.CreateAlert, asked again", () => {
  let server: TestServer;
  const clock = new FakeClock(Date.now());
  before(async () => {
    server = await startTestServer({ clock });
  });
  after(() => server.close());

  it("answers with the alert that it made, also when its end has passed", async () => {
    const { token } = await server.signUp();
    const alert = { expireTime: new Date(clock.now() + MINUTE_MS) };
    const create = (requestId: string) => {
      const request = CreateAlertRequest.fromPartial({ text: "AAPL above 7", alert, requestId });
      return server.ask(Service.createAlert, request, { token });
    };
    const first = await create(FIRST_ID);
    clock.advance(MINUTE_MS);
    expect(await create(FIRST_ID)).to.include({ id: first.id, state: AlertState.EXPIRED });
    expect(await problemsOf(create(OTHER_ID))).to.deep.equal(["alert.expire_time FIELD_INVALID"]);
    expect(server.query("SELECT id FROM alerts")).to.deep.equal([{ id: first.id }]);
  });
});
