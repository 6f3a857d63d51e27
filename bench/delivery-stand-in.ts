import { FakeDeliveryServer } from "../notifier/testing/fake-delivery-server.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { serverCredentials } from "../runtime/tls/server-credentials.ts";

/** A stand-in for the server that hands out what lies ready, over mutual TLS as always. */
export function startDeliveryStandIn(certsFolder: string): Promise<FakeDeliveryServer> {
  const paths = credentialPaths(certsFolder, "server");
  const files = loadCredentialFiles(paths, { expectedRole: "server", now: systemClock.now() });
  return new FakeDeliveryServer().start(0, serverCredentials(files));
}
