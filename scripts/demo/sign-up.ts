import type { DemoWorld } from "./demo-world.ts";
import type { MailboxPage } from "./mailbox-page.ts";

const PASSWORD = "a bell that rings once";
/** As the mail shows it. */
const CODE = /\.\/bell verify ([0-9A-Z-]+)/;

/** The n-th person of the demo, from 0. */
export function personOf(place: number): string {
  return place === 0 ? "you@example.com" : `friend${place}@example.com`;
}

/** Registers, takes the code out of the mailbox and brings it back: `bell` is logged in as this person then. One mail comes of it. */
export async function signUp(world: DemoWorld, mailbox: MailboxPage, email = personOf(0)): Promise<void> {
  const earlier = await mailbox.count();
  world.print(`$ ./bell register ${email}`);
  await world.bell(["register", email], PASSWORD);
  const mail = await mailbox.waitForMail(earlier + 1);
  const code = CODE.exec(mail.text)?.[1];
  if (code === undefined) throw new Error(`the mail "${mail.subject}" shows no code`);
  world.print(`$ ./bell verify ${code}`);
  await world.bell(["verify", code]);
}
