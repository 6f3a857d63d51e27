import type { Command } from "commander";
import type { ReleaseOptions } from "../actions/held-symbol.ts";
import type { AddOptions, RemoveOptions } from "../actions/symbol.ts";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runAsOperator, runCall } from "./run-call.ts";

const load = () => import("../actions/symbol.ts");
const loadHeld = () => import("../actions/held-symbol.ts");

/** `bell symbols …` */
export function addSymbolCommands(program: Command, context: Context): void {
  const symbols = program.command("symbols").description("which symbols are watched, and which are on HOLD");
  addList(symbols, context);
  addChanges(symbols, context);
  addHolds(symbols, context);
  addExamples(symbols, "./bell symbols list", "./bell symbols search apple", "./bell symbols held");
}

function addList(symbols: Command, context: Context): void {
  const list = symbols
    .command("list")
    .description("the symbols that are watched: the server's list, which fetchers follow")
    .action((_options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).listSymbols(call)),
    );
  addExamples(list, "./bell symbols list", "./bell symbols list --json");
  const search = symbols
    .command("search")
    .description("look a symbol up at the source, by symbol or name; it takes one of the key's requests")
    .argument("<text...>", "such as apple, or BRK.B")
    .action((words: string[], _options: unknown, command: Command) =>
      runCall(context, command, async (call) => (await load()).searchSymbols(call, words)),
    );
  addExamples(search, "./bell symbols search apple", "./bell symbols search BRK.B --json");
}

function addChanges(symbols: Command, context: Context): void {
  const add = symbols
    .command("add")
    .description(
      "watch more symbols, all or none; the source is asked whether it knows them, which takes one of the key's requests each",
    )
    .argument("<symbol...>", "such as NFLX or BRK.B")
    .option("--unchecked", "do not ask the source")
    .action((names: string[], options: AddOptions, command: Command) =>
      runAsOperator(context, command, async (call) => (await load()).addSymbols(call, names, options)),
    );
  addExamples(add, "./bell symbols add NFLX BRK.B", "./bell symbols add NFLX --unchecked");
  const remove = symbols
    .command("remove")
    .description("watch symbols no more, all or none; their prices and alerts stay")
    .argument("<symbol...>", "such as NFLX")
    .option("--force", "also symbols with alerts, which then get no prices")
    .action((names: string[], options: RemoveOptions, command: Command) =>
      runAsOperator(context, command, async (call) => (await load()).removeSymbols(call, names, options)),
    );
  addExamples(remove, "./bell symbols remove NFLX", "./bell symbols remove NFLX --force");
}

function addHolds(symbols: Command, context: Context): void {
  const held = symbols
    .command("held")
    .description("the symbols on HOLD, whose price looks like a split: the old price, and the new one")
    .action((_options: unknown, command: Command) =>
      runAsOperator(context, command, async (call) => (await loadHeld()).listHeldSymbols(call)),
    );
  addExamples(held, "./bell symbols held", "./bell symbols held --json");
  const release = symbols
    .command("release")
    .description("end the HOLD of a symbol: judging begins anew from the new price, or goes on from the old one")
    .argument("<symbol>", "such as AAPL")
    .option("--accept", "the new price is right: nothing fires for the change, alerts are armed anew on it")
    .option("--reject", "the new price is wrong; the next one like it puts the symbol on HOLD again")
    .option("--price <price>", "the new price that you saw: refused if the newest is not within 20 % of it")
    .action((symbol: string, options: ReleaseOptions, command: Command) =>
      runAsOperator(context, command, async (call) => (await loadHeld()).releaseSymbol(call, symbol, options)),
    );
  addExamples(release, "./bell symbols release AAPL --accept --price 200", "./bell symbols release AAPL --reject");
}
