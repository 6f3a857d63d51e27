// The port to what old prices, alerts and log-ins leave behind. Each verb is one short transaction; implementation: server/sqlite/retention-store.ts.

/** For how long prices are kept, in milliseconds of event time; null: for ever. Bars of more than an hour always are. */
export interface KeepTimes {
  /** Ticks, bars of less than a minute, and every replaced version of any bar. */
  readonly ticksMs: number | null;
  /** Bars of a minute to an hour, and the minutes that ticks were summed up to. */
  readonly minutesMs: number | null;
}

/** What one slice did. */
export interface Slice {
  /** How many rows it removed, or looked at. */
  readonly rows: number;
  /** Whether there is more to be done: the next slice goes on. */
  readonly hasMore: boolean;
}

export interface RetentionStore {
  /** The symbols that prices are stored of. */
  listSymbols(): Promise<readonly string[]>;
  /**
   * One slice of a few milliseconds: removes some of the symbol's prices that are older than so long before its newest accepted one, when
   * they are summed up to minutes, or to days; and HOLDs and gaps that ended as long ago. Judging lacks none of it: from the last judged
   * price of a series on everything stays, and so do imported prices.
   */
  removeExpired(symbol: string, keep: KeepTimes): Promise<Slice>;
  /**
   * One slice of the same length: goes through some deleted alerts, and removes those that were deleted `keepMs` before the newest judged price
   * or earlier, with their changes. One that has told its owner anything keeps its row for the list of what was told.
   */
  removeDeletedAlerts(keepMs: number): Promise<Slice>;
  /**
   * One slice of the same length: goes through some sessions, and removes those that ended, or were not refreshed in time, `keepMs` ago or
   * earlier, with the refresh tokens they used up.
   */
  removeEndedSessions(keepMs: number): Promise<Slice>;
  /**
   * One slice of the same length: removes what was told to operators and ended `keepMs` ago or earlier, and the attempts of notifications that
   * went into another one as long ago.
   */
  removeOldMailRecords(keepMs: number): Promise<Slice>;
}
