import { SECOND_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** A fetcher whose stream the server ended comes again at once, and is told of meanwhile: it tries at least twice a second. */
export const REFUSED_KEPT_MS = 5 * SECOND_MS;
/** So many of them are kept, the newest. */
const REFUSED_MAX = 100;

/** Who is connected, by its certificate, from where and since when. */
export interface Connection {
  /** `spiffe://tickerbell/fetcher/main` */
  readonly uri: string;
  /** When its certificate ends. */
  readonly expireTimeMs: TimeMs;
  readonly address: string;
  readonly connectTimeMs: TimeMs;
}

/** A connected fetcher, and what it tells of itself. */
export class FetcherConnection<Report> {
  readonly connection: Connection;
  readonly #leave: (gone: FetcherConnection<Report>) => void;
  #isRefused = false;
  #report: Report | null = null;
  #lastAckTimeMs: TimeMs | null = null;

  constructor(connection: Connection, leave: (gone: FetcherConnection<Report>) => void) {
    this.connection = connection;
    this.#leave = leave;
  }

  /** What it told last; null from an older fetcher. */
  get report(): Report | null {
    return this.#report;
  }

  /** When a batch of it was last acknowledged; null if none was. */
  get lastAckTimeMs(): TimeMs | null {
    return this.#lastAckTimeMs;
  }

  tell(report: Report): void {
    this.#report = report;
  }

  markAcknowledged(timeMs: TimeMs): void {
    this.#lastAckTimeMs = timeMs;
  }

  /** Whether the server ended it, and the fetcher did not. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  markRefused(): void {
    this.#isRefused = true;
  }

  leave(): void {
    this.#leave(this);
  }
}

/** A connected notifier, and how busy it is. */
export interface NotifierConnection {
  readonly connection: Connection;
  /** Asked when somebody wants to know. */
  readonly load: () => { readonly freePlaces: number; readonly deliveries: number };
}

/**
 * The fetchers and notifiers whose streams are open now, and the fetchers whose streams the server has just ended. What a fetcher
 * reports is kept as it is handed in: bounded before.
 */
export class StatusConnections<Report> {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #fetchers = new Set<FetcherConnection<Report>>();
  /** By certificate, with the moment they left; the oldest first. */
  readonly #refused = new Map<string, { readonly fetcher: FetcherConnection<Report>; readonly leftAt: number }>();
  readonly #notifiers = new Set<NotifierConnection>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  addFetcher(connection: Connection): FetcherConnection<Report> {
    const fetcher = new FetcherConnection<Report>(connection, (gone) => this.#takeOut(gone));
    this.#fetchers.add(fetcher);
    return fetcher;
  }

  /** What is returned is called when the notifier leaves. */
  addNotifier(notifier: NotifierConnection): () => void {
    this.#notifiers.add(notifier);
    return () => void this.#notifiers.delete(notifier);
  }

  /** The first `limit` that came and are still there, or were refused a moment ago. */
  fetchers(limit: number): FetcherConnection<Report>[] {
    const present = new Set([...this.#fetchers].map(({ connection }) => connection.uri));
    const since = this.#clock.monotonic() - REFUSED_KEPT_MS;
    const refused = [...this.#refused.values()].filter(
      ({ fetcher, leftAt }) => leftAt > since && !present.has(fetcher.connection.uri),
    );
    return [...this.#fetchers, ...refused.map(({ fetcher }) => fetcher)].slice(0, limit);
  }

  /** The first `limit` that came and are still there. */
  notifiers(limit: number): NotifierConnection[] {
    return [...this.#notifiers].slice(0, limit);
  }

  #takeOut(gone: FetcherConnection<Report>): void {
    if (!this.#fetchers.delete(gone)) return;
    const { uri } = gone.connection;
    this.#refused.delete(uri);
    if (!gone.isRefused) return;
    this.#refused.set(uri, { fetcher: gone, leftAt: this.#clock.monotonic() });
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= REFUSED_MAX) break;
      this.#refused.delete(oldest);
    }
  }
}
