import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { World } from "../testing/world.ts";

const BOB = {
  id: "9d2f1a33-0000-4000-8000-000000000002",
  email: "Bob@example.com",
  createTime: new Date("2026-11-22T14:00:00Z"),
  isOperator: false,
  suspendTime: new Date("2026-11-22T15:00:00Z"),
  alertLimit: 1_000,
  alertCount: 7,
  sessionCount: 0,
  isAddressRefused: true,
};
const ANN = { id: "u1", email: "ann@example.com", createTime: BOB.createTime, timeZone: "UTC", alertLimit: 1_000 };
const ONE_PAGE = { users: [BOB], nextPageToken: "" };

describe("bell users, operators, audit", () => {
  let world: World;
  afterEach(() => world.close());

  it("lists accounts with what they have and how they stand", async () => {
    world = await World.open({ ListUsers: () => ({ users: [BOB], nextPageToken: "more" }) });
    world.logIn();
    const { output, errors } = await world.bell("users", "list", "--find", "example");
    expect(output).to.match(/^9d2f1a33 +Bob@example\.com .* 7 +1,000 +0 +- +suspended, refuses mail$/m);
    expect(errors).to.include("./bell users list --all");
    expect(world.server.requests("ListUsers")).to.deep.equal([
      { emailPart: "example", pageSize: 50, pageToken: "", isAddressRefused: false },
    ]);
  });

  it("says that nobody is there, or nobody like that", async () => {
    world = await World.open({ ListUsers: () => ({ users: [], nextPageToken: "" }) });
    world.logIn();
    expect((await world.bell("users", "list")).output).to.equal("Nobody has an account yet.\n");
    expect((await world.bell("users", "list", "--find", "bob")).output).to.equal('No address holds "bob".\n');
  });

  it("lists only those whose address refuses mail, and says what mends that", async () => {
    let users = [BOB];
    world = await World.open({ ListUsers: () => ({ users, nextPageToken: "" }) });
    world.logIn();
    const { output, errors } = await world.bell("users", "list", "--address-refused");
    expect(output).to.include("suspended, refuses mail");
    expect(errors).to.include("./bell register").and.include("./bell verify");
    expect(world.server.requests("ListUsers")[0]).to.include({ isAddressRefused: true });
    users = [];
    expect((await world.bell("users", "list", "--address-refused")).output).to.equal("No address refuses mail.\n");
  });

  for (const who of ["bob@EXAMPLE.com", BOB.id, "9d2f"]) {
    it(`suspends who is named as ${who}`, async () => {
      world = await World.open({ ListUsers: () => ONE_PAGE, SuspendUser: () => BOB });
      world.logIn();
      const { output } = await world.bell("users", "suspend", who, "--note", "asked for it");
      expect(output).to.include("Bob@example.com is suspended");
      expect(world.server.requests("SuspendUser")).to.deep.equal([{ id: BOB.id, note: "asked for it" }]);
    });
  }

  it("does nothing to nobody, nor to whose address holds that of another", async () => {
    world = await World.open({ ListUsers: () => ONE_PAGE, SuspendUser: () => BOB });
    world.logIn();
    expect((await world.bell("users", "suspend", "ob@example.com")).exitCode).to.equal(3);
    expect(world.server.requests("SuspendUser")).to.deep.equal([]);
  });

  it("sets a number of alerts, or the usual one, and nothing else", async () => {
    world = await World.open({ SetAlertLimit: () => BOB });
    world.logIn();
    for (const [typed, alertLimit] of [
      ["5000", 5_000],
      ["0", 0],
      ["usual", -1],
    ] as const) {
      expect((await world.bell("users", "limit", BOB.id, typed)).exitCode).to.equal(0);
      expect(world.server.requests("SetAlertLimit").at(-1)).to.deep.equal({ id: BOB.id, alertLimit });
    }
    for (const typed of ["-1", "many", "1e3"]) {
      expect((await world.bell("users", "limit", BOB.id, "--", typed)).exitCode).to.equal(2);
    }
  });

  it("resumes, resets a password, makes an operator and takes that back", async () => {
    world = await World.open({ ResumeUser: () => BOB, ForcePasswordReset: () => BOB, SetOperator: () => BOB });
    world.logIn();
    await world.bell("users", "resume", BOB.id);
    await world.bell("users", "reset-password", BOB.id);
    await world.bell("operators", "add", BOB.id);
    await world.bell("operators", "remove", BOB.id);
    expect(world.server.requests("ResumeUser")).to.deep.equal([{ id: BOB.id }]);
    expect(world.server.requests("ForcePasswordReset")).to.deep.equal([{ id: BOB.id }]);
    expect(world.server.requests("SetOperator")).to.deep.equal([
      { id: BOB.id, isOperator: true },
      { id: BOB.id, isOperator: false },
    ]);
  });

  it("shows a setup code alone on its line, with the operator's certificate and without a log-in", async () => {
    world = await World.open({ CreateSetupCode: () => ({ code: "ABCD", expireTime: BOB.createTime }) });
    const roles: string[] = [];
    const { openClient } = world;
    world.openClient = (config, clock) => {
      roles.push(config.role);
      return openClient(config, clock);
    };
    const { output, errors } = await world.bell("operators", "code");
    expect([output, roles]).to.deep.equal(["ABCD\n", ["operator"]]);
    expect(errors).to.include("./bell operators claim CODE");
  });

  it("claims with the user's own log-in", async () => {
    world = await World.open({ ClaimOperator: () => ({ ...ANN, isOperator: true }) });
    world.logIn();
    expect((await world.bell("operators", "claim", "ABCD")).output).to.equal("ann@example.com is an operator.\n");
  });

  it("tells who is no operator, with exit code 4", async () => {
    world = await World.open({
      ListUsers: () => {
        throw new AppError("PERMISSION_DENIED", "OPERATOR_REQUIRED", "this call needs an operator");
      },
    });
    world.logIn();
    expect((await world.bell("users", "list")).exitCode).to.equal(4);
  });

  it("shows the audit, repetitions counted, and asks for what is wanted of it", async () => {
    const entry = {
      number: 7,
      time: BOB.createTime,
      action: "log_in_failed",
      peer: "spiffe://tickerbell/cli/main",
      actorId: "",
      actorEmail: "",
      object: "",
      address: "192.0.2.7",
      detail: "UserService/LogIn LOGIN_FAILED b…@example.com",
      count: 19,
    };
    world = await World.open({ ListAuditEntries: () => ({ entries: [entry], nextPageToken: "" }) });
    world.logIn();
    const { output } = await world.bell("audit", "--user", BOB.id, "--action", "log_in_failed", "--last", "7d");
    expect(output).to.match(/log_in_failed .*cli\/main .*192\.0\.2\.7 .*\(19 times\)$/m);
    const [request] = world.server.requests("ListAuditEntries");
    expect(request).to.deep.include({ userId: BOB.id, action: "log_in_failed", last: { seconds: 604_800, nanos: 0 } });
  });
});
