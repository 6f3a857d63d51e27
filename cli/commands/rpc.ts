import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addExamples } from "./help.ts";
import { runPlainCall } from "./run-call.ts";

/** `bell call` */
export function addRpcCommand(program: Command, context: Context): void {
  const call = program
    .command("call")
    .description("call any method of the server by its name; without a name: list them")
    .argument("[method]", "SERVICE/METHOD, such as AlertService/ListAlerts")
    .argument("[request]", "the request as JSON, @FILE, or - for the input; {} when left out")
    .action((method: string | undefined, request: string | undefined, _options: unknown, command: Command) =>
      runPlainCall(context, command, async (opened) => {
        const { callMethod, listMethods } = await import("../actions/rpc.ts");
        await (method === undefined ? listMethods(opened) : callMethod(opened, method, request ?? "{}"));
      }),
    );
  addExamples(
    call,
    "./bell call",
    `./bell call QuoteService/GetQuote '{"symbol": "AAPL"}'`,
    `./bell call AlertService/CreateAlert '{"text": "AAPL above 200"}'`,
  );
}
