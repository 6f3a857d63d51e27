import { expect } from "chai";
import type { ListFailedMailsResponse } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { FailedMail } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { World } from "../testing/world.ts";

const DEAD = FailedMail.fromPartial({
  notificationId: "5b1e8c70-1111-4222-8333-444455556666",
  userId: "9d2f1a33-0000-4000-8000-000000000002",
  maskedAddress: "b…@example.com",
  state: NotificationState.DEAD,
  detail: "the mail server refuses the address",
  reply: "550 5.1.1 \u001b[31mno such user",
  endTime: new Date("2026-11-22T14:30:00Z"),
});
const STRANGERS = {
  ...DEAD,
  notificationId: "77770000-1111-4222-8333-444455556666",
  userId: "",
  state: NotificationState.EXPIRED,
  reply: "",
};

describe("bell users failed-mails", () => {
  let world: World;
  let answer: ListFailedMailsResponse;
  beforeEach(async () => {
    answer = { mails: [DEAD, STRANGERS], nextPageToken: "" };
    world = await World.open({ ListFailedMails: () => answer });
    world.clock = new FakeClock(Date.parse("2026-11-22T15:00:00Z"));
    world.logIn();
  });
  afterEach(() => world.close());

  it("tells whose, where to, how it ended and why, and what may be done", async () => {
    const { output, errors } = await world.bell("users", "failed-mails");
    expect(output).to.match(
      /^5b1e8c70 +14:30 UTC +9d2f1a33 +b…@example\.com +DEAD +the mail server refuses the address +550 5\.1\.1 \\u001b\[31mno such user$/m,
    );
    expect(output).to.match(/^77770000 +14:30 UTC +- +b…@example\.com +EXPIRED .* -$/m);
    for (const words of ["./bell mail check", "./bell users list --address-refused", "Only the user can"])
      expect(errors).to.include(words);
  });

  it("lists those that ended in one way, and says that there are none or more", async () => {
    answer = { mails: [], nextPageToken: "" };
    const none = await world.bell("users", "failed-mails", "--state", "dead");
    expect([none.output, none.errors]).to.deep.equal(["No mail has ended as DEAD.\n", ""]);
    expect(world.server.requests("ListFailedMails")[0]).to.include({ state: NotificationState.DEAD, pageSize: 50 });
    expect((await world.bell("users", "failed-mails")).output).to.equal("No mail has failed.\n");
    answer = { mails: [DEAD], nextPageToken: "more" };
    expect((await world.bell("users", "failed-mails")).errors).to.include("./bell users failed-mails --all");
  });

  it("gives programs every field", async () => {
    const { output, errors } = await world.bell("users", "failed-mails", "--json");
    const { mails } = JSON.parse(output) as { mails: readonly object[] };
    expect(mails[0]).to.include({ state: "DEAD", userId: DEAD.userId, reply: DEAD.reply });
    expect(errors).to.equal("");
  });

  it("knows no other state", async () => {
    const { exitCode, errors } = await world.bell("users", "failed-mails", "--state", "sent");
    expect(exitCode).to.equal(2);
    expect(errors).to.include('"sent" is not one of dead, unknown, expired');
    expect(world.server.seen).to.deep.equal([]);
  });
});
