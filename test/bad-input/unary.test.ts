// A bad request to the user's API: its code, its reason and every bad field; nothing of it is stored.
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { expectRefusal } from "./expect-refusal.ts";
import { storedOfUsers } from "./stored-rows.ts";
import { CONDITION_CASES } from "./unary-condition.cases.ts";
import { CREATE_CASES } from "./unary-create.cases.ts";
import { MAIL_CASES } from "./unary-mail.cases.ts";
import { OPTION_CASES } from "./unary-option.cases.ts";
import { PEOPLE_CASES } from "./unary-people.cases.ts";
import { READING_CASES } from "./unary-reading.cases.ts";
import { SYMBOL_CASES } from "./unary-symbol.cases.ts";
import { UPDATE_CASES } from "./unary-update.cases.ts";
import { USER_CASES } from "./unary-user.cases.ts";
import { UnaryWorld } from "./unary-world.ts";

describe("a server that is sent a bad request", () => {
  let world: UnaryWorld;
  let rows: Record<string, string[]>;
  before(async () => {
    world = await UnaryWorld.open();
    rows = storedOfUsers(world.server.databaseFile);
  });
  after(() => world.close());

  for (const one of [
    ...CREATE_CASES,
    ...CONDITION_CASES,
    ...OPTION_CASES,
    ...UPDATE_CASES,
    ...READING_CASES,
    ...SYMBOL_CASES,
    ...USER_CASES,
    ...PEOPLE_CASES,
    ...MAIL_CASES,
  ]) {
    it(`refuses ${one.name}`, async () => expectRefusal(await refusalOf(one.given(world)), one));
  }

  it("has stored nothing of all that, found no defect in itself, and serves on", async () => {
    expect(storedOfUsers(world.server.databaseFile)).to.deep.equal(rows);
    expect(world.server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
    expect(await world.ask(AlertServiceService.getAlert, { id: world.alert.id })).to.deep.equal(world.alert);
  });

  it("says of another user's alert exactly what it says of one that never was", async () => {
    const [foreign, unknown] = [world.bobsAlert.id, randomUUID()];
    const told = async (id: string) => {
      const { code, reason, message, hint } = await refusalOf(world.ask(AlertServiceService.getAlert, { id }));
      return { code, reason, message: message.replace(id, "ID"), hint };
    };
    expect(await told(foreign)).to.deep.equal(await told(unknown));
  });

  it("makes one alert of 100 equal requests at the same time, and refuses the id for another request", async () => {
    const requestId = randomUUID();
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 210", requestId });
    const made = await Promise.all(
      Array.from({ length: 100 }, (_none, index) => {
        const role = index % 2 === 0 ? "cli" : "operator"; // a connection each: one may not have so many calls
        return world.ask(AlertServiceService.createAlert, request, { role, token: world.ann.token });
      }),
    );
    expect(new Set(made.map(({ id }) => id)).size).to.equal(1);
    const { code, reason, fields } = await refusalOf(world.create({ text: "AAPL above 211", requestId }));
    expect([code, reason, fields[0]?.field]).to.deep.equal(["INVALID_ARGUMENT", "REQUEST_ID_REUSED", "request_id"]);
  });

  it("takes what only looks bad: lower case, markup, formulas and formats in a note, half a page, a page too large", async () => {
    const notes = ["<script>alert(1)</script>", "{{7*7}}", "%s%n", "=1+1", "'; --", "\u{1f514}".repeat(200)];
    for (const note of notes)
      expect((await world.create({ text: "aapl above 200", alert: { note } })).note).to.equal(note);
    const page = await world.ask(AlertServiceService.listAlerts, {
      filter: "",
      pageSize: 1_000_000_000,
      pageToken: "",
    });
    expect(page.nextPageToken).to.equal("");
  });
});
