/** The certificates that a person may show. */
export const CALLER_ROLES = ["cli", "operator"] as const;
export type CallerRole = (typeof CALLER_ROLES)[number];
