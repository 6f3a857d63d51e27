import { STRIKES_TO_SUSPEND } from "../../domain/notifying/address-strikes.ts";

/**
 * Nothing is mailed to an address that was refused so often, nor to a user whom an operator has suspended; their notifications wait, visibly,
 * until they are too late. A condition on `notifications`.
 */
export const ADDRESS_COUNTS = `NOT EXISTS (
  SELECT 1 FROM users WHERE users.id = user_id AND (strikes >= ${STRIKES_TO_SUSPEND} OR suspend_time IS NOT NULL))`;
