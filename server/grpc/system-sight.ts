// What the server sees of the system, for telling operators: fetchers as they tell of themselves, prices, mail, certificates, disk.
import type { PriceSight, SourceSight, SystemSight } from "../../domain/system-trouble.ts";
import { asOf } from "../../domain/quote.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { SourceState, type FetcherReport } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { MailServerState } from "../mail-server-state.ts";
import type { FetcherConnection, StatusConnections } from "../status-connections.ts";
import type { Store } from "../store.ts";
import type { ServerFacts } from "./status-service.ts";

/** So many fetchers and notifiers are looked at. */
const MAX_CONNECTIONS = 100;
const DAILY_QUOTA = "daily_quota";

export interface SystemSightDeps {
  readonly facts: ServerFacts;
  readonly store: Pick<Store, "health" | "quotes">;
  readonly connections: StatusConnections<FetcherReport>;
  readonly mailServer: MailServerState;
}

/** The system as it stands now. */
export async function systemSight({
  facts,
  store,
  connections,
  mailServer,
}: SystemSightDeps): Promise<Omit<SystemSight, "now" | "clockDriftMs">> {
  const fetchers = connections.fetchers(MAX_CONNECTIONS);
  const notifiers = connections.notifiers(MAX_CONNECTIONS);
  const clients = [...fetchers, ...notifiers].map(({ connection }) => connection);
  const [{ freeBytes }, prices] = await Promise.all([store.health(), pricesOf(store, fetchers)]);
  return {
    startTimeMs: facts.startTimeMs,
    sources: fetchers.map(sourceOf),
    prices,
    mailTrouble: mailServer.trouble,
    certificates: [facts.certificate, ...clients].map(({ uri, expireTimeMs }) => ({ name: nameOf(uri), expireTimeMs })),
    freeBytes,
  };
}

function sourceOf({ connection, report }: FetcherConnection<FetcherReport>): SourceSight {
  const isSilent = report?.sourceState === SourceState.SILENT;
  return {
    name: nameOf(connection.uri),
    source: report?.source ?? "the source",
    silentSinceMs: isSilent ? (report.sourceStateTime?.getTime() ?? null) : null,
    detail: isSilent ? report.sourceDetail : "",
    isQuotaSpent: isSilent && report.refusalClass === DAILY_QUOTA,
  };
}

/** The newest price of each symbol that is asked for, with the longest cadence that a fetcher plans for it. */
async function pricesOf(
  { quotes }: Pick<Store, "quotes">,
  fetchers: readonly FetcherConnection<FetcherReport>[],
): Promise<PriceSight[]> {
  const cadences = new Map<string, number>();
  for (const { report } of fetchers) {
    for (const { symbol, cadence } of report?.plans ?? []) {
      cadences.set(symbol, Math.max(cadences.get(symbol) ?? 0, cadence === undefined ? 0 : durationFromProto(cadence)));
    }
  }
  const newest = await quotes.listQuotes();
  return newest.flatMap(({ quote }) => {
    const cadenceMs = cadences.get(quote.symbol);
    return cadenceMs === undefined ? [] : [{ ...quote, asOfMs: asOf(quote), cadenceMs }];
  });
}

/** `fetcher main`, of `spiffe://tickerbell/fetcher/main`. */
function nameOf(uri: string): string {
  return uri.split("/").slice(-2).join(" ");
}
