import type { LiveCredentials } from "../../runtime/tls/live-credentials.ts";
import { livingCertificate } from "../../runtime/tls/peer-fault.ts";
import type { Review } from "./open-calls.ts";

/** An open stream ends with its certificate: when that is revoked, or comes to its end. */
export function certificateReview(certificates: Pick<LiveCredentials, "faultOf">): Review {
  return ({ certificate }) => (certificate === undefined ? null : certificates.faultOf(livingCertificate(certificate)));
}
