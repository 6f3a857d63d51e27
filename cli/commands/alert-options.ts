import { Option, type Command } from "commander";

export const ID_HELP = "the alert's id, or at least 4 characters of its beginning (./bell alerts list shows it)";

/** The options of an alert, wherever one is written. */
export function addAlertOptions(command: Command): void {
  command
    .addOption(
      new Option(
        "--repeat <repeat>",
        "once: it fires one time and is done (default); every: it fires again whenever the price has moved back in between",
      ).choices(["once", "every"]),
    )
    .addOption(
      new Option(
        "--already-true <choice>",
        "if the condition holds already: wait until it has been false (default), fire at the next price, or reject it: no alert is made",
      ).choices(["wait", "fire", "reject"]),
    )
    .option(
      "--band <percent>",
      "how far the price must move back before it can fire again, in percent of the level, 0 to 50 (default 0.5)",
    )
    .option(
      "--rearm-for <duration>",
      "with --repeat every or --tell-back: how long it must stay back before it counts as back, such as 10m; none (default)",
    )
    .option(
      "--max-fires <number>",
      "with --repeat every: how often it fires at most, 1 to 10000; none (default): no limit",
    )
    .option(
      "--confirm <number>",
      "how many prices in a row must meet it before it fires, 1 to 10 (default 1); not with crosses",
    )
    .addOption(
      new Option(
        "--session <session>",
        "which prices it listens to: those of the exchange's regular hours (default), extended: before and after them as well, or any",
      ).choices(["regular", "extended", "any"]),
    )
    .option(
      "--expires <time>",
      "when it ends: 30d (from now), 2026-12-31 (to the end of that day in UTC) or 2026-12-31T15:00:00Z; never (default)",
    )
    .option("--urgent", "its mails come in quiet hours, while mail is snoozed, and before a digest")
    .option("--no-urgent", "they wait like all others (default)")
    .option(
      "--remind-every <duration>",
      "after a fire: tell me again each time so much market time has gone by, while it still holds, 1h to 30d, at most 100 times; off (default); not with crosses",
    )
    .option("--tell-back", "after a fire: tell me once when the price is back")
    .option("--no-tell-back", "do not tell me (default)")
    .addOption(
      new Option("--tag <tag>", "a word to find it by, of a-z 0-9 - _; may be given up to 10 times").argParser(gather),
    )
    .option(
      "--note <text>",
      "your own words, shown in the mail; {symbol} {price} {level} {condition} {time} are filled in",
    );
}

function gather(tag: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), tag];
}
