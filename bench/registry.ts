import { UsageError } from "../cli/usage-error.ts";
import type { Bench } from "./bench.ts";
import { ingestAlerts } from "./ingest-alerts.ts";
import { ingestBatches } from "./ingest-batch.ts";
import { judgeFire10000 } from "./judge-fire-10000.ts";
import { judgeTableScans } from "./judge-table-scan.ts";
import { judgeTouched } from "./judge-touched.ts";
import { judgeUntouched } from "./judge-untouched.ts";
import { latenciesPriceToSmtp } from "./latency-price-to-smtp.ts";
import { mailHeap } from "./mail-heap.ts";
import { mailRate } from "./mail-rate.ts";
import { million } from "./million.ts";
import { preview30d } from "./preview-30d.ts";
import { priceRatio } from "./price-ratio.ts";
import { retentionSlice } from "./retention-slice.ts";
import { spoolBatch1000 } from "./spool-batch-1000.ts";
import { startHelp } from "./start-help.ts";

/** Every measurement, in the order of docs/benchmarks.md. */
export const BENCHES: readonly Bench[] = [
  ...ingestBatches,
  ingestAlerts,
  judgeFire10000,
  ...judgeTableScans,
  judgeTouched,
  judgeUntouched,
  ...latenciesPriceToSmtp,
  mailHeap,
  mailRate,
  million,
  preview30d,
  priceRatio,
  retentionSlice,
  spoolBatch1000,
  startHelp,
];

/** The one of that name, else those with a name that begins so; all of them for null. Throws UsageError when there are none. */
export function selectBenches(only: string | null): readonly Bench[] {
  if (only === null) return BENCHES;
  const named = BENCHES.filter(({ names }) => names.includes(only));
  if (named.length > 0) return named;
  const chosen = BENCHES.filter(({ names }) => names.some((name) => name.startsWith(only)));
  if (chosen.length > 0) return chosen;
  const names = BENCHES.flatMap((bench) => bench.names).join(", ");
  throw new UsageError(`there is no benchmark named "${only}"`, `one of ${names}`);
}
