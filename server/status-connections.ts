import type { TimeMs } from "../domain/time.ts";

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

/** The fetchers and notifiers whose streams are open now. What a fetcher reports is kept as it is handed in: bounded before. */
export class StatusConnections<Report> {
  readonly #fetchers = new Set<FetcherConnection<Report>>();
  readonly #notifiers = new Set<NotifierConnection>();

  addFetcher(connection: Connection): FetcherConnection<Report> {
    const fetcher = new FetcherConnection<Report>(connection, (gone) => this.#fetchers.delete(gone));
    this.#fetchers.add(fetcher);
    return fetcher;
  }

  /** What is returned is called when the notifier leaves. */
  addNotifier(notifier: NotifierConnection): () => void {
    this.#notifiers.add(notifier);
    return () => void this.#notifiers.delete(notifier);
  }

  /** The first `limit` that came and are still there. */
  fetchers(limit: number): FetcherConnection<Report>[] {
    return [...this.#fetchers].slice(0, limit);
  }

  /** The first `limit` that came and are still there. */
  notifiers(limit: number): NotifierConnection[] {
    return [...this.#notifiers].slice(0, limit);
  }
}
