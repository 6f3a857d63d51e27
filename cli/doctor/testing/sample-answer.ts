// For tests: what a server answers where all is well, and with changes.
import { DAY_MS, HOUR_MS } from "../../../domain/time.ts";
import { SourceState } from "../../../proto/gen/tickerbell/v1/quote_service.ts";
import { StoreState, SystemStatus } from "../../../proto/gen/tickerbell/v1/status_service.ts";
import { TrackedSymbol } from "../../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { ServerAnswer } from "../ask-server.ts";

export const NOW = Date.parse("2026-11-22T14:30:00Z");
type StatusChanges = Parameters<typeof SystemStatus.fromPartial>[0];

/** A certificate that a process shows, with so much of its life left. */
export function shown(role: string, leftMs = 80 * DAY_MS) {
  return { uri: `spiffe://tickerbell/${role}/local`, expireTime: new Date(NOW + leftMs) };
}

/** A fetcher whose report has these changes. */
export function fetcher(changes: object = {}) {
  const report = {
    version: "1.2.3",
    source: "alpha-vantage",
    symbols: ["AAPL", "IBM"],
    sourceState: SourceState.ANSWERING,
    sourceStateTime: new Date(NOW - HOUR_MS),
    ...changes,
  };
  return { certificate: shown("fetcher"), address: "127.0.0.1", report };
}

/** A status where all is well, but for these changes. */
export function sampleStatus(changes: StatusChanges = {}): SystemStatus {
  return SystemStatus.fromPartial({
    serverTime: new Date(NOW),
    serverStartTime: new Date(NOW - HOUR_MS),
    serverVersion: "1.2.3",
    serverCertificate: shown("server"),
    store: { state: StoreState.READY, sizeBytes: 2_000_000, logBytes: 1_000, freeBytes: 80_000_000_000 },
    mail: { isTaking: true, lastSentTime: new Date(NOW - HOUR_MS) },
    fetchers: [fetcher()],
    notifiers: [{ certificate: shown("notifier"), address: "127.0.0.1" }],
    ...changes,
  });
}

/** The answer with that status, and a list of which `lonely` are fetched by nobody. */
export function sampleAnswer(changes: StatusChanges = {}, lonely: readonly string[] = []): ServerAnswer {
  const symbols = ["AAPL", "IBM"].map((symbol) => TrackedSymbol.fromPartial({ symbol, isFetched: true }));
  const others = lonely.map((symbol) => TrackedSymbol.fromPartial({ symbol, isFetched: false }));
  return {
    kind: "answered",
    server: "localhost:50051",
    status: sampleStatus(changes),
    symbols: [...symbols, ...others],
    sentMs: NOW,
    tookMs: 4,
  };
}
