// The promise: one command says whether everything works, and if not, what to do about it.
import { expect } from "chai";
import type { BellProcess } from "./support/bell-process.ts";
import { eventually } from "./support/eventually.ts";
import { World, type BellResult } from "./support/world.ts";

describe("bell status", () => {
  let world: World;
  let server: BellProcess;
  let fetcher: BellProcess;
  before(async () => {
    world = await World.open();
    await world.start("mailbox");
    await world.start("simulator");
    server = await world.start("server");
    await world.start("notifier");
    fetcher = await world.start("fetcher");
  });
  after(() => world.close());

  /** The status, as soon as it is so. */
  const statusWhen = (isSo: (result: BellResult) => boolean, ...words: string[]) => {
    let last: BellResult | undefined;
    return eventually(
      () => `the status; it is ${last?.output ?? "not there"}`,
      async () => {
        last = await world.type(["status", ...words]);
        return isSo(last) ? last : undefined;
      },
    );
  };

  it("says that all is well while all is, on one screen", async () => {
    const { output } = await statusWhen(({ code, output }) => code === 0 && /last price \d+s ago/.test(output));
    expect(output).to.match(/^all well\n/);
    expect(output.split("\n").length).to.be.below(24);
    for (const part of ["server", "fetcher", "source", "spool", "notifier", "queue", "store", "mail", "certificates"]) {
      expect(output).to.match(new RegExp(`^${part} `, "m"));
    }
    expect(output)
      .to.match(/^store +ready, /m)
      .and.match(/^source +simulator has answered for /m);
  });

  it("says the same to programs", async () => {
    const { output } = await statusWhen(({ code }) => code === 0, "--json");
    const told = JSON.parse(output) as { well: boolean; problems: unknown[]; status: Record<string, never> };
    expect([told.well, told.problems]).to.deep.equal([true, []]);
    expect(told.status).to.have.nested.property("store.state", "READY");
    expect(told.status).to.have.nested.property("fetchers[0].report.sourceState", "ANSWERING");
  });

  it("misses a fetcher that has ended, and says how to start one", async () => {
    await fetcher.stop();
    const { output } = await statusWhen(({ code }) => code === 1);
    expect(output).to.match(/^! no fetcher is connected( yet)?: .*\n {2}mend: /);
    expect(output).to.match(/^fetcher +none is connected( yet)?$/m);
  });

  it("tells of what is here when no server answers", async () => {
    await server.stop();
    const { code, output, complaints } = await world.type(["status"]);
    expect(code).to.equal(69);
    expect(output).to.match(/^! .*listens at .*\n {2}mend: .*\.\/bell up/);
    expect(output)
      .to.match(/^server +nothing listens$/m)
      .and.match(/^spool +\d+ quotes? waits?.* in .*spool\.db$/m)
      .and.match(/^certificates +ca \d+ d, cli \d+ d/m);
    expect(complaints).to.equal("");
    const json = JSON.parse((await world.type(["status", "--json"])).output) as object;
    expect(json).to.include({ well: false, portAnswers: false, status: null });
  });
});
