// The promise: whoever watches sees every price and every trigger as it comes, also after the server was away.
import { expect } from "chai";
import { join } from "node:path";
import type { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { World } from "./support/world.ts";

describe("bell watch", () => {
  let world: World;
  let server: BellProcess;
  before(async () => {
    world = await World.open();
    await world.start("mailbox");
    await world.start("simulator");
    server = await world.start("server");
    await world.start("notifier");
    await world.start("fetcher");
    await world.signUp("ann@example.com");
  });
  after(() => world.close());

  const setPrice = (price: number) => world.does(["simulator", "set", "AAPL", String(price)]);

  it("shows prices and triggers as they come, and goes on after the server was killed", async () => {
    await setPrice(190);
    await eventually("a price", async () => / 1(90|89)\.\d\d /.test(await world.does(["quotes", "list"])));
    await world.does(["alerts", "create", "AAPL", "above", "200"]);
    const watch = world.launch(["watch", "aapl"]);
    await watch.line(/^PRICE {2}\S+Z {2}AAPL +(189|190|191)\.\d\d USD .*SIMULATED/);
    await setPrice(205);
    await watch.line(/^FIRED {2}\S+T\d\d:\d\d:\d\dZ {2}AAPL +20\d\.\d\d USD {2}AAPL at or above 200\.00 USD, once$/);
    await server.kill();
    await watch.line(/^AWAY/);
    server = await world.start("server");
    const from = watch.lines.length;
    await watch.line(/the server is there again/);
    await setPrice(180);
    await watch.line(/AAPL +(179|180|181)\.\d\d USD/, from);
    process.kill(watch.pid, "SIGINT");
    expect(await watch.ended).to.deep.equal({ code: 130, signal: null });
    expect(watch.lines.filter((line) => line.startsWith("FIRED"))).to.have.length(1);
  });

  it("writes an object a line for programs, with what fires between the prices", async () => {
    await setPrice(190);
    await eventually("a price", async () => / 1(90|89)\.\d\d /.test(await world.does(["quotes", "list"])));
    await world.does(["alerts", "create", "AAPL", "above", "210"]);
    const watch = world.launch(["watch", "AAPL", "--json"]);
    await watch.line(/^\{"quote":\{"symbol":"AAPL"/);
    await setPrice(211);
    const fired = JSON.parse(await watch.line(/^\{"trigger":/)) as object;
    expect(fired).to.have.nested.property("trigger.level", 210);
    expect(watch.lines.every((line) => "symbol" in (Object.values(JSON.parse(line) as object)[0] as object))).to.equal(
      true,
    );
    process.kill(watch.pid, "SIGINT");
    await watch.ended;
  });

  it("shows prices to whoever is not logged in, and says how to log in", async () => {
    const environment = { ...world.environment, BELL_SESSION_FILE: join(world.folder, "nobody.json") };
    const watch = world.launch(["watch"], environment);
    await watch.line(/SIMULATED/);
    await watch.line(/\.\/bell login EMAIL/);
    process.kill(watch.pid, "SIGINT");
    await watch.ended;
  });

  it("says at once that nothing brings a symbol, shows how things stand, and ends when its time is over", async () => {
    const watch = world.launch(["watch", "AAPX", "--for", "2s"]);
    await watch.line(/^WAITING {2}for AAPX: no fetcher asks for it \(.\/bell symbols add AAPX\); near it: AAPL$/);
    expect(await watch.ended).to.deep.equal({ code: 0, signal: null });
    expect(await world.does(["watch", "--once", "AAPL"])).to.match(/AAPL\* +\d+\.\d\d +USD[^]*SIMULATED/);
  });

  it("fails at once where no server is", async () => {
    const { code, complaints } = await world.type(["watch"], { settings: { BELL_SERVER: "127.0.0.1:1" } });
    expect(code).to.equal(69);
    expect(complaints).to.include("./bell up");
  });
});
