// The promise: docs/mail.md works. Its commands are typed at real processes, and the mail that `bell` shows is the mail that went.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import type { Environment } from "../runtime/config/read-settings.ts";
import { World } from "./support/world.ts";

const EMAIL = "you@example.com";
/** What `./bell` is told in the blocks of commands, in their order, without remarks. */
const COMMANDS = [...readFileSync(join(PROJECT_ROOT, "docs/mail.md"), "utf8").matchAll(/^\.\/bell ([^#\n]+)/gm)].map(
  ([, words = ""]) => words.trim(),
);
/** How an account is proved anew: with a code that only the mail holds. */
const BY_CODE = /^(register|verify) /;

describe("docs/mail.md", () => {
  let world: World;
  let settings: Environment;
  before(async () => {
    world = await World.open();
    await world.start("mailbox");
    await world.start("server");
    await world.start("notifier");
    await world.signUp(EMAIL);
    settings = { BELL_SMTP: world.known.get("mailbox")?.["smtp"] };
  });
  after(() => world.close());

  it("names the commands about mail", () => {
    for (const command of ["mail check", "notifications test", "mail settings", "mail quiet-hours 22:00-07:00"])
      expect(COMMANDS).to.include(command);
  });

  for (const command of COMMANDS.filter((one) => !BY_CODE.test(one)))
    it(`has a command that works: ${command}`, async () => {
      await world.does(command.split(" "), { settings });
    });

  it("is told the truth by the test: the mail is there, and what bell shows of it is what came, byte for byte", async () => {
    const output = await world.does(["notifications", "test", "--json"], { settings });
    const { id, state, attempts } = JSON.parse(output) as { id: string; state: string; attempts: { reply: string }[] };
    expect(state).to.equal("SENT");
    expect(attempts.at(-1)?.reply).to.match(/^250 /);
    const mail = await world.inbox.waitFor("the test", ({ text }) => text.includes(id));
    expect(await world.does(["notifications", "get", id, "--eml"], { settings })).to.equal(mail.raw.toString());
    expect(await world.does(["notifications", "get", id], { settings })).to.include("handed to your mail server");
  });
});
