import type { DeliveryOutcome, NotificationState } from "../../domain/notification.ts";
import { AppError } from "../../domain/error.ts";
import type { OperatorNotice } from "../../domain/operator-notice.ts";
import * as messages from "../gen/tickerbell/v1/notification.ts";
import { OutcomeKind, type Outcome } from "../gen/tickerbell/v1/notification_service.ts";

const LONGEST_REPLY = 500;

/** The wire's number of a state. */
export function stateToProto(state: NotificationState): messages.NotificationState {
  return messages.NotificationState[state];
}

/** The wire's word for what holds a notification back, or made a mail wait; null is nothing. */
export function holdReasonToProto(reason: keyof typeof messages.HoldReason | null): messages.HoldReason {
  return messages.HoldReason[reason ?? "UNSPECIFIED"];
}

/** A notice for operators, for the wire. */
export function operatorNoticeToProto({ id, kind, timeMs, detail }: OperatorNotice): messages.OperatorNotice {
  return { id, kind: messages.OperatorNoticeKind[kind], time: new Date(timeMs), detail };
}

/** An outcome from the wire. Throws INVALID_ARGUMENT for one that is none. */
export function outcomeFromProto({ kind, reply: words }: Outcome): DeliveryOutcome {
  const reply = words.slice(0, LONGEST_REPLY);
  switch (kind) {
    case OutcomeKind.TAKEN:
      return { kind: "taken", reply };
    case OutcomeKind.NOT_TAKEN:
      return { kind: "notTaken", reply };
    case OutcomeKind.UNSURE:
      return { kind: "unsure", reply };
    case OutcomeKind.ADDRESS_REFUSED:
      return { kind: "refused", reply, addressFault: true };
    case OutcomeKind.CONTENT_REFUSED:
      return { kind: "refused", reply, addressFault: false };
    case OutcomeKind.SERVER_TROUBLE:
      return { kind: "serverTrouble", reply };
    default:
      throw AppError.invalidField("outcome.kind", "FIELD_INVALID", "must say how the attempt ended");
  }
}
