// The promise: a second one of what there can only be one says so, and harms nothing.
import { expect } from "chai";
import { createServer } from "node:net";
import { freePorts } from "./support/free-ports.ts";
import { World } from "./support/world.ts";

describe("a second server on one data folder", () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.start("server");
  });
  after(() => world.close());

  it("says that another has the database, and how to have two", async () => {
    const { code, complaints } = await world.bell(["server"], { settings: { BELL_LISTEN: "127.0.0.1:0" } });
    expect(complaints).to.include("another server has the database").and.include(world.dataFolder);
    expect(complaints).to.include("BELL_DATA_DIR");
    expect(code).to.equal(6);
  });

  it("leaves the first one as it was", async () => {
    expect(await world.does(["quotes", "list"])).to.be.a("string");
  });

  it("starts when the first one was killed", async () => {
    const settings = { BELL_DATA_DIR: `${world.dataFolder}-2` };
    const first = world.launch(["server"], { ...world.environment, ...settings, BELL_LISTEN: "127.0.0.1:0" });
    await first.ready();
    await first.kill();
    const second = world.launch(["server"], { ...world.environment, ...settings, BELL_LISTEN: "127.0.0.1:0" });
    expect(await second.ready()).to.have.property("grpc");
  });
});

describe("bell up beside another", () => {
  let world: World;
  let ports: Record<
    "BELL_LISTEN" | "BELL_SIMULATOR_LISTEN" | "BELL_MAILBOX_SMTP_LISTEN" | "BELL_MAILBOX_PAGE_LISTEN",
    string
  >;
  before(async () => {
    const [one, two, three, four] = (await freePorts(4)).map((port) => `127.0.0.1:${port}`) as [
      string,
      string,
      string,
      string,
    ];
    ports = {
      BELL_LISTEN: one,
      BELL_SIMULATOR_LISTEN: two,
      BELL_MAILBOX_SMTP_LISTEN: three,
      BELL_MAILBOX_PAGE_LISTEN: four,
    };
    world = await World.open(ports);
  });
  after(() => world.close());

  it("says which port is taken, and ends what it had started", async () => {
    const first = world.launch(["up"]);
    await first.line(/^Tickerbell is up/);
    const { code, output, complaints } = await world.bell(["up"]);
    const said = output + complaints;
    expect(said)
      .to.include(portOf(ports.BELL_MAILBOX_SMTP_LISTEN))
      .and.match(/taken|in use/);
    expect(complaints).to.include("could not start");
    expect(code).to.be.oneOf([6, 78]);
    expect(await first.stop()).to.deep.equal({ code: 0, signal: null });
  });

  it("says so for the server's port too, and how to choose another", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(portOf(ports.BELL_LISTEN)), "127.0.0.1", resolve));
    try {
      const { code, output } = await world.bell(["up"]);
      expect(output).to.include(`cannot listen on ${ports.BELL_LISTEN}: another process has the port`);
      expect(output).to.include("BELL_LISTEN=host:port").and.include("BELL_SERVER");
      expect(code).to.equal(78);
    } finally {
      other.close();
    }
  });
});

const portOf = (address: string): string => address.split(":")[1] ?? "";
