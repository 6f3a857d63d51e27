/** What the local simulator calls itself in its `Server` header, so that its prices are never taken for real ones. */
const SIMULATOR_SERVER = "tickerbell-simulator";

/** Whether the local simulator answered, by the answer's `Server` header. */
export function isSimulator(server: string): boolean {
  return server === SIMULATOR_SERVER;
}
