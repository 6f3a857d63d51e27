import type { ServiceDefinition } from "@grpc/grpc-js";
import type { Role } from "../../domain/role.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { accessRule } from "../../server/grpc/access.ts";
import { storedOfUsers } from "./stored-rows.ts";
import { authorizationOf, TOKEN_ATTACKS, type TokenAttack } from "./token-attacks.ts";
import { TokenWorld, type Tried } from "./token-world.ts";

const SERVICES: readonly ServiceDefinition[] = [
  AccessTokenServiceService,
  AdminServiceService,
  AlertServiceService,
  NotificationServiceService,
  SessionServiceService,
  UserServiceService,
];
const ROLES: readonly Role[] = ["cli", "gateway", "operator"];

interface Play {
  /** At most so many calls; null: all. */
  readonly most: number | null;
  /** Told of each violation, in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** Every attack at every method that needs a user, with the certificate of every role that may call it; how many calls that were. */
export async function playTokenAttacks({ most, onViolation }: Play): Promise<number> {
  const world = await TokenWorld.open();
  try {
    const before = JSON.stringify(storedOfUsers(world.server.databaseFile));
    let calls = 0;
    for (const { attack, path, role } of allCalls()) {
      if (calls === most) break;
      calls += 1;
      const came = outcomeOf(await world.try(await authorizationOf(attack, world), path, role));
      const wanted = `UNAUTHENTICATED ${attack.reason ?? "NOT_LOGGED_IN"}`;
      if (came !== wanted) onViolation(`${attack.name} at ${path} as ${role}: ${came} instead of ${wanted}`);
    }
    if (JSON.stringify(storedOfUsers(world.server.databaseFile)) !== before) onViolation("something was stored");
    if (world.server.log.some((line) => line.includes("defect"))) onViolation("the server found a defect in itself");
    const after = await world.try(`Bearer ${world.ann.token}`);
    if (after.kind !== "in") onViolation(`a good token was ${outcomeOf(after)} afterwards`);
    return calls;
  } finally {
    await world.close();
  }
}

function* allCalls(): Generator<{ attack: TokenAttack; path: string; role: Role }> {
  const methods = SERVICES.flatMap((service) => Object.values(service)).map(({ path }) => path);
  for (const path of methods) {
    const rule = accessRule(path);
    if (rule === undefined || rule.user === "nobody") continue;
    for (const role of ROLES.filter((one) => rule.roles.includes(one))) {
      for (const attack of TOKEN_ATTACKS) yield { attack, path, role };
    }
  }
}

function outcomeOf(tried: Tried): string {
  return tried.kind === "refused" ? `${tried.error.code} ${tried.error.reason}` : tried.kind;
}
