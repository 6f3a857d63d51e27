/** A page of rows; `next` continues it, null on the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: number | null;
}
