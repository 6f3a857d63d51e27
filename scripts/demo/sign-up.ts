import type { DemoWorld } from "./demo-world.ts";
import type { MailboxPage } from "./mailbox-page.ts";

/** The person of the demo. */
const EMAIL = "you@example.com";
const PASSWORD = "a bell that rings once";
/** As the mail shows it. */
const CODE = /\.\/bell verify ([0-9A-Z-]+)/;

/** Registers, takes the code out of the mailbox and brings it back: `bell` is logged in then. How many mails that took. */
export async function signUp(world: DemoWorld, mailbox: MailboxPage): Promise<number> {
  world.print(`$ ./bell register ${EMAIL}`);
  await world.bell(["register", EMAIL], PASSWORD);
  const mail = await mailbox.waitForMail(1);
  const code = CODE.exec(mail.text)?.[1];
  if (code === undefined) throw new Error(`the mail "${mail.subject}" shows no code`);
  world.print(`$ ./bell verify ${code}`);
  await world.bell(["verify", code]);
  return 1;
}
