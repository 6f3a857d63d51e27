import { reachableAddress, simulatorAddress, type KnownAddresses } from "./plan.ts";

/** Files and folders by the settings that name them. */
type Paths = Readonly<Record<string, string>>;

/** What the first terminal says of places, and where `bell` looks in a second one, in which nothing is set. */
export interface Terminals {
  readonly first: {
    /** host:port, if it is named: the server's certificate may bear that name alone. */
    readonly server: string | undefined;
    readonly paths: Paths;
    /** What an alert may be about. */
    readonly example: string;
    /** The address of what stands in for the source on this machine, if one is named. */
    readonly standIn: string | undefined;
    /** What becomes of mail, as a clause; undefined when a mailbox on this machine takes it, or nobody can tell. */
    readonly mail: string | undefined;
  };
  readonly second: {
    /** host:port that calls go to. */
    readonly server: string;
    /** host:port of `bell simulator set`. */
    readonly simulator: string;
    readonly paths: Paths;
  };
}

/** What to type once everything runs. The first line is the one that tells that it does. */
export function nextSteps(known: KnownAddresses, terminals: Terminals): string {
  const simulator = simulatorAddress(known);
  const page = known.get("mailbox")?.["page"];
  const mailbox = page === undefined ? undefined : `http://${page.replace(/^http:\/\//, "").replace(/\/$/, "")}`;
  const mail = mailbox === undefined ? terminals.first.mail : `mail goes to the mailbox at ${mailbox}`;
  return [
    `Tickerbell is up. Prices ${pricesText(simulator, terminals.first.standIn)}; ${mail ?? "whether mail goes out says ./bell doctor --mail"}.`,
    "",
    "Type next, in a second terminal:",
    ...exportsNeeded(known, terminals),
    "  ./bell register you@example.com",
    `  ./bell verify CODE                      # the code is in the mail${mailbox === undefined ? "" : `: ${mailbox}`}`,
    `  ./bell alerts create ${terminals.first.example}`,
    ...(simulator === undefined
      ? []
      : ["  ./bell simulator set AAPL 201           # moves the simulated price: the mail comes"]),
    "",
    "Ctrl-C ends everything.",
  ].join("\n");
}

function pricesText(simulator: string | undefined, standIn: string | undefined): string {
  if (simulator !== undefined) return "are SIMULATED";
  return standIn === undefined ? "are real" : `are what ${standIn} tells, on this machine`;
}

function exportsNeeded(known: KnownAddresses, { first, second }: Terminals): string[] {
  const grpc = known.get("server")?.["grpc"];
  const server = first.server ?? (grpc === undefined ? second.server : reachableAddress(grpc));
  const simulator = simulatorAddress(known) ?? second.simulator;
  const paths = Object.entries(first.paths).filter(([name, path]) => path !== second.paths[name]);
  return [
    ...(isSame(server, second.server) ? [] : [`  export BELL_SERVER=${server}`]),
    ...(isSame(simulator, second.simulator) ? [] : [`  export BELL_SIMULATOR_LISTEN=${simulator}`]),
    ...paths.map(([name, path]) => `  export ${name}=${shellWord(path)}`),
  ];
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function isSame(a: string, b: string): boolean {
  const plain = (address: string): string => address.replace(/^localhost:/, "127.0.0.1:");
  return plain(a) === plain(b);
}
