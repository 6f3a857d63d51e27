/** Which database, and whose. */
export interface DatabasePlace {
  readonly file: string;
  /** The folder of its numbered migrations. */
  readonly migrations: string;
  /** The process that it belongs to, for messages. */
  readonly owner: "server" | "fetcher";
}
