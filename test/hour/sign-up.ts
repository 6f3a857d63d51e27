import type { AmbiguityPolicy } from "../../domain/notification.ts";
import { DAY_MS, HOUR_MS, type TimeMs } from "../../domain/time.ts";
import type { Store } from "../../server/store.ts";

/**
 * Makes a user whose address is proved; the id. The account mail goes past the mail server: it names no symbol. Nothing else may wait to be
 * sent.
 */
export async function signUp(
  { users, notifications }: Pick<Store, "users" | "notifications">,
  email: string,
  { now, policy }: { readonly now: TimeMs; readonly policy: AmbiguityPolicy },
): Promise<string> {
  const codeHash = `hash of ${email}`;
  const expireTimeMs = now + DAY_MS;
  const account = { email, passwordHash: "hash", code: "CODE", codeHash, timeZone: "UTC", expireTimeMs };
  await users.insertRegistration(account);
  const mail = await notifications.beginDelivery(policy);
  if (mail === null) throw new Error("a registration is mailed at once");
  const taken = { kind: "taken", reply: "250" } as const;
  await notifications.endDelivery(mail.notificationId, mail.token, taken, policy);
  const user = await users.verifyUser(codeHash, {
    id: `session of ${email}`,
    refreshHash: `refresh of ${email}`,
    refreshExpireTimeMs: now + HOUR_MS,
    lifeEndTimeMs: now + HOUR_MS,
    seen: { address: "192.0.2.1", client: "bell/1" },
  });
  if (user === null) throw new Error("the user could not be made");
  return user.id;
}
