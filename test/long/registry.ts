import { UsageError } from "../../cli/usage-error.ts";
import { accessCells } from "./access-cells.ts";
import { accessPairs } from "./access-pairs.ts";
import { accessRaces } from "./access-races.ts";
import { accessTiming } from "./access-timing.ts";
import { accountsRaces } from "./accounts-races.ts";
import { accountsTiming } from "./accounts-timing.ts";
import { backupLoad } from "./backup-load.ts";
import { budgetFreeWeek } from "./budget-free-week.ts";
import { budgetPaidDay } from "./budget-paid-day.ts";
import { certsRevocation, certsRotation } from "./certs.ts";
import { deliveryExploration } from "./delivery-exploration.ts";
import { floodSieges } from "./flood-sieges.ts";
import { floods } from "./floods.ts";
import { fairMails } from "./fair-mails.ts";
import { fuzzOfRecordings } from "./fuzz-recordings.ts";
import { holes } from "./holes.ts";
import { hourClockSteps, hourSimulatedWeeks } from "./hour.ts";
import { indexSoundness } from "./index-soundness.ts";
import { inputsGenerated } from "./inputs-generated.ts";
import { inputsNamed } from "./inputs-named.ts";
import { killTrials } from "./kill-trials.ts";
import { mailInjection } from "./mail-injection.ts";
import { oracleHistories } from "./oracle-histories.ts";
import { powerStates } from "./power-states.ts";
import { recordedExtremes } from "./recorded-extremes.ts";
import { replaySame } from "./replay-same.ts";
import { serverAway } from "./server-away.ts";
import { sessionsStorm } from "./sessions-storm.ts";
import { sigterm } from "./sigterm.ts";
import { smtpMatrix } from "./smtp-matrix.ts";
import { sourceBinance } from "./source-binance.ts";
import { sourceAlphaVantage } from "./source-alpha-vantage.ts";
import { spoolSixHours } from "./spool-six-hours.ts";
import { storeFlips } from "./store-flips.ts";
import { storeHistories } from "./store-histories.ts";
import { tokensAttacks } from "./tokens-attacks.ts";
import type { LongTrial } from "./trial.ts";

/** Every set of trials, in the order in which they run. */
export const LONG_TRIALS: readonly LongTrial[] = [
  indexSoundness,
  oracleHistories,
  recordedExtremes,
  deliveryExploration,
  storeHistories,
  smtpMatrix,
  hourSimulatedWeeks,
  hourClockSteps,
  replaySame,
  inputsNamed,
  inputsGenerated,
  mailInjection,
  accessCells,
  accessPairs,
  tokensAttacks,
  sessionsStorm,
  fuzzOfRecordings,
  powerStates,
  floods,
  ...floodSieges,
  backupLoad,
  storeFlips,
  budgetFreeWeek,
  budgetPaidDay,
  sourceAlphaVantage,
  spoolSixHours,
  sourceBinance,
  holes,
  certsRotation,
  certsRevocation,
  ...killTrials,
  ...fairMails,
  serverAway,
  sigterm,
  accountsRaces,
  accountsTiming,
  accessRaces,
  accessTiming,
];

/** Those whose name begins so; all of them for null. Throws UsageError when there are none. */
export function selectTrials(only: string | null): readonly LongTrial[] {
  if (only === null) return LONG_TRIALS;
  const chosen = LONG_TRIALS.filter(({ name }) => name.startsWith(only));
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `there are no trials named "${only}"`,
    `one of ${LONG_TRIALS.map(({ name }) => name).join(", ")}`,
  );
}
