import type { SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { nameOf } from "../actions/status-view.ts";
import { ok, warn, type Finding } from "./finding.ts";

const NAME = "version";
const SERVER_MEND = "upgrade the server first, then the rest: docs/deployment.md";

/** Whether this `bell`, the server and the fetchers are of one version. Others may be older than the server; newer they should not be. */
export function judgeVersions(own: string, { serverVersion, fetchers }: SystemStatus): Finding[] {
  const told = fetchers.flatMap(({ certificate, report }) =>
    report === undefined ? [] : [{ who: `fetcher ${nameOf(certificate?.uri)}`, version: report.version }],
  );
  const others = [{ who: "this bell", version: own }, ...told].filter(({ version }) => version !== serverVersion);
  if (others.length === 0) return [ok(NAME, `${own}, as the server's`)];
  return others.map(({ who, version }) => {
    const isNewer = isNewerVersion(version, serverVersion);
    const message = `${who} is of version ${version}, the server of ${serverVersion}`;
    return warn(NAME, message, isNewer ? SERVER_MEND : `get the server's version for ${who}: docs/deployment.md`);
  });
}

/** Whether a version such as 0.10.0 comes after another. */
function isNewerVersion(one: string, other: string): boolean {
  return one.localeCompare(other, "en", { numeric: true }) > 0;
}
