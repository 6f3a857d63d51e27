// What every implementation of the port in store.ts must do; each has a test file that hands itself in.
import { acceptedPricesConformance } from "./conformance/accepted-prices.conformance.ts";
import { alertOptionsConformance } from "./conformance/alert-options.conformance.ts";
import { alertsConformance } from "./conformance/alerts.conformance.ts";
import { boundedCommitsConformance } from "./conformance/bounded-commits.conformance.ts";
import { candlesConformance } from "./conformance/candles.conformance.ts";
import { cooldownsConformance } from "./conformance/cooldowns.conformance.ts";
import { countingMailConformance } from "./conformance/counting-mail.conformance.ts";
import { doubtedPricesConformance } from "./conformance/doubted-prices.conformance.ts";
import { deliveriesConformance } from "./conformance/deliveries.conformance.ts";
import { endedHoldsConformance } from "./conformance/ended-holds.conformance.ts";
import { explainedDoubtsConformance } from "./conformance/explained-doubts.conformance.ts";
import { explanationsConformance } from "./conformance/explanations.conformance.ts";
import { heardSessionsConformance } from "./conformance/heard-sessions.conformance.ts";
import { historiesConformance } from "./conformance/histories.conformance.ts";
import { holdNoticesConformance } from "./conformance/hold-notices.conformance.ts";
import { importsConformance } from "./conformance/imports.conformance.ts";
import { judgingSessionsConformance } from "./conformance/judging-sessions.conformance.ts";
import { leasesConformance } from "./conformance/leases.conformance.ts";
import { listingAlertsConformance } from "./conformance/listing-alerts.conformance.ts";
import { noticesConformance } from "./conformance/notices.conformance.ts";
import { openJudgingsConformance } from "./conformance/open-judgings.conformance.ts";
import { previewsConformance } from "./conformance/previews.conformance.ts";
import { quotesConformance } from "./conformance/quotes.conformance.ts";
import { readingNotificationsConformance } from "./conformance/reading-notifications.conformance.ts";
import { requestIdsConformance } from "./conformance/request-ids.conformance.ts";
import { sessionsConformance } from "./conformance/sessions.conformance.ts";
import { severalSymbolsConformance } from "./conformance/several-symbols.conformance.ts";
import { strikesConformance } from "./conformance/strikes.conformance.ts";
import { triggersConformance } from "./conformance/triggers.conformance.ts";
import { usersConformance } from "./conformance/users.conformance.ts";
import type { OpenStore } from "./testing/store-world.ts";

/** The whole suite, as one describe() of that name. */
export function storeConformance(name: string, openStore: OpenStore): void {
  describe(name, () => {
    quotesConformance(openStore);
    heardSessionsConformance(openStore);
    triggersConformance(openStore);
    noticesConformance(openStore);
    openJudgingsConformance(openStore);
    judgingSessionsConformance(openStore);
    boundedCommitsConformance(openStore);
    doubtedPricesConformance(openStore);
    endedHoldsConformance(openStore);
    acceptedPricesConformance(openStore);
    holdNoticesConformance(openStore);
    candlesConformance(openStore);
    importsConformance(openStore);
    alertsConformance(openStore);
    alertOptionsConformance(openStore);
    severalSymbolsConformance(openStore);
    requestIdsConformance(openStore);
    listingAlertsConformance(openStore);
    deliveriesConformance(openStore);
    leasesConformance(openStore);
    readingNotificationsConformance(openStore);
    countingMailConformance(openStore);
    cooldownsConformance(openStore);
    strikesConformance(openStore);
    usersConformance(openStore);
    sessionsConformance(openStore);
    historiesConformance(openStore);
    previewsConformance(openStore);
    explanationsConformance(openStore);
    explainedDoubtsConformance(openStore);
  });
}
