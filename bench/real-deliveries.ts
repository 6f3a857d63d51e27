import {
  NotificationServiceClient,
  OutcomeKind,
  type Delivery,
} from "../proto/gen/tickerbell/v1/notification_service.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { channelOptions } from "../runtime/grpc/channel-options.ts";
import { channelCredentials } from "../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../runtime/tls/credential-files.ts";
import { credentialPaths } from "../runtime/tls/credential-paths.ts";
import { TestNotifier } from "../server/testing/test-notifier.ts";

/** So many deliveries as a server hands them out, which is told that they were taken. */
export async function takeDeliveries(server: string, certsFolder: string, count: number): Promise<Delivery[]> {
  const paths = credentialPaths(certsFolder, "notifier");
  const files = loadCredentialFiles(paths, { expectedRole: "notifier", now: systemClock.now() });
  const client = new NotificationServiceClient(server, channelCredentials(files), channelOptions);
  const notifier = new TestNotifier(client);
  try {
    const deliveries: Delivery[] = [];
    while (deliveries.length < count) {
      const delivery = await notifier.ready().delivery();
      await notifier.report(delivery, OutcomeKind.TAKEN);
      deliveries.push(delivery);
    }
    notifier.close();
    await notifier.ended;
    return deliveries;
  } finally {
    client.close();
  }
}
