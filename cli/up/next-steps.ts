import { reachableAddress, simulatorAddress, type KnownAddresses } from "./plan.ts";

/** Where `bell` looks when nothing is set; other places must be named in the second terminal too. */
export interface UsualPlaces {
  /** host:port that calls go to. */
  readonly server: string;
  /** host:port of `bell simulator set`. */
  readonly simulator: string;
}

/** What to type once everything runs. The first line is the one that tells that it does. */
export function nextSteps(known: KnownAddresses, usual: UsualPlaces): string {
  const simulator = simulatorAddress(known);
  const page = known.get("mailbox")?.["page"];
  const mailbox = page === undefined ? undefined : `http://${page.replace(/^http:\/\//, "").replace(/\/$/, "")}`;
  return [
    `Tickerbell is up. Prices are ${simulator === undefined ? "real" : "SIMULATED"}; mail goes to ${mailbox === undefined ? "your mail server" : `the mailbox at ${mailbox}`}.`,
    "",
    "Type next, in a second terminal:",
    ...exportsNeeded(known, usual),
    "  ./bell register you@example.com",
    `  ./bell verify CODE                      # the code is in the mail${mailbox === undefined ? "" : `: ${mailbox}`}`,
    "  ./bell alerts create AAPL above 200",
    ...(simulator === undefined
      ? []
      : ["  ./bell simulator set AAPL 201           # moves the simulated price: the mail comes"]),
    "",
    "Ctrl-C ends everything.",
  ].join("\n");
}

function exportsNeeded(known: KnownAddresses, usual: UsualPlaces): string[] {
  const grpc = known.get("server")?.["grpc"];
  const server = grpc === undefined ? usual.server : reachableAddress(grpc);
  const simulator = simulatorAddress(known) ?? usual.simulator;
  return [
    ...(isSame(server, usual.server) ? [] : [`  export BELL_SERVER=${server}`]),
    ...(isSame(simulator, usual.simulator) ? [] : [`  export BELL_SIMULATOR_LISTEN=${simulator}`]),
  ];
}

function isSame(a: string, b: string): boolean {
  const plain = (address: string): string => address.replace(/^localhost:/, "127.0.0.1:");
  return plain(a) === plain(b);
}
