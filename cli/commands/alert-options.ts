import { Option, type Command } from "commander";

/** The options of an alert, wherever one is written. */
export function addAlertOptions(command: Command): void {
  command
    .addOption(
      new Option(
        "--repeat <repeat>",
        "fire once (so, unless you say otherwise), or every time after the price has moved back",
      ).choices(["once", "every"]),
    )
    .addOption(
      new Option(
        "--already-true <choice>",
        "if it holds already: wait until it has been false (so, unless you say otherwise), fire at once, or refuse",
      ).choices(["wait", "fire", "reject"]),
    )
    .option(
      "--band <percent>",
      "how far the price must move back before it arms again, 0 to 50 (0.5 unless you say otherwise)",
    )
    .option(
      "--rearm-for <duration>",
      "for how long it must have moved back before it arms again, such as 10m; none: at once",
    )
    .option("--max-fires <number>", "with --repeat every: fire so often at most, 1 to 10000; none: no limit")
    .option("--confirm <number>", "it must hold at so many prices in a row, 1 to 10; not with crosses")
    .addOption(
      new Option(
        "--session <session>",
        "the prices it hears: of regular hours (unless you say otherwise), of those before and after as well, or all",
      ).choices(["regular", "extended", "any"]),
    )
    .option("--expires <time>", "its end: 30d from now, a day (2026-12-31, to its end in UTC) or a time; never")
    .addOption(new Option("--tag <tag>", "a word to find it by; may be given again, 10 at most").argParser(gather))
    .option(
      "--note <text>",
      "your own words, shown in the mail; {symbol} {price} {level} {condition} {time} are filled in",
    );
}

function gather(tag: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), tag];
}
