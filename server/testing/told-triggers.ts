import type { MailContent, MailedTrigger } from "../mail-content.ts";

/** The triggers that a mail tells of, of all its symbols. */
export function toldTriggers(content: MailContent): readonly MailedTrigger[] {
  return content.kind === "triggers" ? content.parts.flatMap(({ triggers }) => triggers) : [];
}
