import type { DeliveryOutcome, NotificationState } from "../../domain/notification.ts";
import { AppError } from "../../domain/error.ts";
import * as messages from "../gen/tickerbell/v1/notification.ts";
import { OutcomeKind, type Outcome } from "../gen/tickerbell/v1/notification_service.ts";

const LONGEST_REPLY = 500;

/** The wire's number of a state. */
export function stateToProto(state: NotificationState): messages.NotificationState {
  return messages.NotificationState[state];
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
