import { maskEmail } from "../../domain/audit.ts";
import { AppError } from "../../domain/error.ts";
import type { Peer } from "../../domain/role.ts";
import { identityUri } from "../../runtime/tls/identity.ts";
import type { Audit, Refusal } from "../audit.ts";
import type { UserRecord } from "../user-record.ts";
import { auditedCall, type Said } from "./audited-calls.ts";

/** Who called what, as far as the access check has found out. */
export interface AuditedCaller {
  readonly path: string;
  /** Null: the certificate names no role. */
  readonly peer: Peer | null;
  readonly user: { readonly record: UserRecord } | null;
  readonly address: string;
}

/** Writes one call to the audit, if calls of its kind are written (audited-calls.ts). */
export class CallAudit {
  readonly #audit: Audit;
  readonly #caller: AuditedCaller;

  constructor(audit: Audit, caller: AuditedCaller) {
    this.#audit = audit;
    this.#caller = caller;
  }

  /** What the call asked for is done, or begun: it is written before anybody hears of it. */
  async done(request: unknown, response: unknown): Promise<void> {
    const call = auditedCall(this.#caller.path);
    if (call === undefined || call.action === null) return;
    await this.#audit.note({ ...this.#who(call.say(request, response)), action: call.action });
  }

  /** The handler refused the call. */
  refused(request: unknown, error: unknown): void {
    const call = auditedCall(this.#caller.path);
    if (call?.refused === null || call?.refused === undefined || !(error instanceof AppError)) return;
    const { detail = "" } = call.say(request, undefined);
    this.#refuse(call.refused, [error.reason, detail].filter((word) => word !== "").join(" "));
  }

  /** The access check let the call not even come to its handler. */
  denied(error: unknown): void {
    if (error instanceof AppError && DENIALS.includes(error.code)) this.#refuse("call_denied", error.reason);
  }

  #refuse(action: Refusal["action"], why: string): void {
    this.#audit.refuse({ ...this.#who({ detail: `${shortName(this.#caller.path)} ${why}` }), action });
  }

  #who({ object = "", detail = "", actor }: Said): Omit<Refusal, "action"> {
    const { peer, user, address } = this.#caller;
    const record = actor ?? user?.record;
    return {
      peer: peer === null ? "" : identityUri(peer),
      actorId: record?.id ?? "",
      actorEmail: record === undefined ? "" : maskEmail(record.email),
      object,
      address,
      detail,
    };
  }
}

const DENIALS: readonly AppError["code"][] = ["UNAUTHENTICATED", "PERMISSION_DENIED"];

/** `UserService/LogIn` of a full path, which a stranger may have made up. */
function shortName(path: string): string {
  const name = path.replace(/^\/(?:\w+\.)*/, "");
  return /^[\w/]{1,80}$/.test(name) ? name : "unknown method";
}
