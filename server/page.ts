/** A page of rows; `next` continues it, null on the last. */
export interface Page<Row, Place = number> {
  readonly rows: readonly Row[];
  readonly next: Place | null;
}
