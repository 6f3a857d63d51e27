import { Client } from "@grpc/grpc-js";
import type { TimeMs } from "../domain/time.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { diagnoseTlsFailure } from "../runtime/tls/diagnose.ts";
import type { OpenedClient } from "./client.ts";
import type { CliConfig } from "./config.ts";

/** Opens a channel over mutual TLS; throws AppError TLS_SETUP that names every fault in the caller's own files. */
export function openSecureClient({ server, role, credentials }: CliConfig, now: TimeMs): OpenedClient {
  const expectation = { expectedRole: role, now };
  const files = loadCredentialFiles(credentials, expectation);
  return {
    client: new Client(server, channelCredentials(files), channelOptions),
    explain: (failure) => diagnoseTlsFailure({ target: server, ...credentials, ...expectation }, failure),
  };
}
