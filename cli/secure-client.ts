import { Client } from "@grpc/grpc-js";
import packageFile from "../package.json" with { type: "json" };
import type { Clock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { createLog } from "../runtime/log/log.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { diagnoseTlsFailure } from "../runtime/tls/diagnose.ts";
import { LiveCredentials } from "../runtime/tls/live-credentials.ts";
import type { OpenedClient } from "./client.ts";
import type { CliConfig } from "./config.ts";

/** A command keeps no log; what is wrong with its files when it starts, it says. */
const log = createLog("bell", "silent");

/** Opens a channel over mutual TLS; throws AppError TLS_SETUP that names every fault in the caller's own files. */
export function openSecureClient({ server, role, credentials }: CliConfig, clock: Clock): OpenedClient {
  const certificates = LiveCredentials.open(credentials, role, { clock, log });
  certificates.watch(); // a watch may go on for longer than a certificate lives
  return {
    client: new WatchingClient(server, certificates),
    explain: (failure) => {
      const expectation = { expectedRole: role, now: clock.now() };
      return diagnoseTlsFailure({ target: server, ...credentials, ...expectation }, failure);
    },
  };
}

/** What a user reads of this client in the list of sessions. */
const named = { "grpc.primary_user_agent": `bell/${packageFile.version}` };

/** A client that looks at its files for as long as it is open. */
class WatchingClient extends Client {
  readonly #certificates: LiveCredentials;

  constructor(server: string, certificates: LiveCredentials) {
    super(server, channelCredentials(certificates), { ...channelOptions, ...named });
    this.#certificates = certificates;
  }

  override close(): void {
    this.#certificates.close();
    super.close();
  }
}
