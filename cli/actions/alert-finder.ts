import { AlertServiceService as alertService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Call } from "../call.ts";
import { IdFinder } from "./find-id.ts";

/** As much as the server gives at once. */
const PAGE_SIZE = 1_000;

/** Finds one of the person's alerts by its id or the beginning of it. */
export function alertFinder({ api }: Call): IdFinder {
  return new IdFinder("ALERT_NOT_FOUND", "./bell alerts list", async (pageToken) => {
    const page = await api.unary(alertService.listAlerts, { filter: "", pageSize: PAGE_SIZE, pageToken });
    return { items: page.alerts, nextPageToken: page.nextPageToken };
  });
}
