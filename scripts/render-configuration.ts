// Makes docs/configuration.md from the table of settings, so that the two cannot disagree.
import { relative } from "node:path";
import { PROJECT_ROOT } from "../runtime/config/setting-types.ts";
import { settings, type Setting } from "../runtime/config/settings.ts";

const READERS = ["server", "fetcher", "notifier", "simulator", "mailbox", "cli"] as const;

const HEAD = `# Configuration

Every process reads its settings from environment variables, and nothing else. A variable that begins with \`BELL_\` and is not in
this list is refused, for it is most likely a typing mistake; so is a value that cannot be read, and all mistakes are told at once
(exit code 78). Secrets come by file: name the file, never the secret. Paths may be relative to the folder that the command is
typed in. Nothing needs to be set to try Tickerbell. Node's own NODE_TLS_REJECT_UNAUTHORIZED=0 is refused as well: with it, anybody
could play the price source or the mail server.

This page is made from \`runtime/config/settings.ts\` by \`make docs\`.
`;

/** The whole page. */
export function renderConfiguration(): string {
  return [HEAD, ...READERS.map(renderReader)].join("\n");
}

function renderReader(reader: (typeof READERS)[number]): string {
  const rows = Object.entries(settings as Record<string, Setting<unknown>>)
    .filter(([, setting]) => setting.readers.includes(reader))
    .map(([name, { fallback, doc }]) => `| \`${name}\` | ${renderFallback(fallback)} | ${doc} |`);
  const title = reader === "cli" ? "The other commands of `bell`" : `\`bell ${reader}\``;
  return `## ${title}\n\n| variable | when unset | meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function renderFallback(fallback: string | null): string {
  if (fallback === null) return "–";
  const text = fallback.startsWith(PROJECT_ROOT) ? relative(PROJECT_ROOT, fallback) : fallback;
  return `\`${text}\``;
}
