import type { TimeMs } from "../../domain/time.ts";
import type { CertificateStatus, SystemStatus } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { nameOf, roleOf } from "../actions/status-view.ts";
import type { ServerAnswer, ServerLook } from "./ask-server.ts";
import { judgeEnd } from "./certificate-end.ts";
import { fail, ok, type Finding } from "./finding.ts";
import type { TcpLook } from "./look-at-tcp.ts";

const NAME = "server";
const ADDRESS_MEND = "is BELL_SERVER right? docs/configuration.md";

/** Whether the server answers, and if not, why. */
export function judgeServer(look: ServerLook): Finding {
  switch (look.kind) {
    case "answered":
      return ok(NAME, `${look.server} answers in ${Math.round(look.tookMs)} ms`);
    case "failed":
      return fail(NAME, look.failure.message, look.failure.hint === "" ? ADDRESS_MEND : look.failure.hint);
    case "unasked":
      return judgeTcp(look.server, look.tcp);
    case "late":
      return fail(NAME, `${look.server} takes too long to answer`, "its log may say what holds it up; start it again");
    case "unknown":
      return fail(NAME, "it cannot be asked: BELL_SERVER cannot be read", "mend BELL_SERVER");
  }
}

/** Seen without certificates. */
function judgeTcp(server: string, tcp: TcpLook): Finding {
  switch (tcp) {
    case "connected":
      return fail(NAME, `${server} is there, but cannot be asked without sound certificates`, "mend them first");
    case "refused":
      return fail(NAME, `nobody listens at ${server}`, "mend the certificates, then start the server: ./bell up");
    case "unknown":
      return fail(NAME, `the host name of ${server} is unknown`, ADDRESS_MEND);
    case "silent":
      return fail(NAME, `${server} does not answer`, ADDRESS_MEND);
  }
}

/** The certificates that processes show at this moment; the files may be newer. Only those that somebody should look at. */
export function judgeShownCertificates({ status }: ServerAnswer, now: TimeMs): Finding[] {
  return shownIn(status).flatMap(({ uri, expireTime }) => {
    if (expireTime === undefined) return [];
    const what = `the certificate that ${roleOf(uri)} ${nameOf(uri)} shows`;
    const mend = `make certs where it runs; the ${roleOf(uri)} takes new files by itself and shows them within an hour`;
    const finding = judgeEnd(`${roleOf(uri)} shows`, what, expireTime.getTime(), now, mend);
    return finding.state === "ok" ? [] : [finding];
  });
}

/** The list that the server holds against whoever comes. Only when somebody should look at it. */
export function judgeRevocations({ status: { revocations } }: ServerAnswer): Finding[] {
  if (revocations === undefined || revocations.detail === "") return [];
  const message = `the server's list ${revocations.detail}; the last good list stays in force until it starts anew`;
  return [fail("revoked.txt", message, "each line of it is SERIAL DATE REASON: docs/deployment.md")];
}

function shownIn({ serverCertificate, fetchers, notifiers }: SystemStatus): CertificateStatus[] {
  const clients = [...fetchers, ...notifiers].map(({ certificate }) => certificate);
  return [serverCertificate, ...clients].filter((one) => one !== undefined);
}
