import { runRevocationTrial } from "../support/revocation-trial.ts";
import { runRotationTrial } from "../support/rotation-trial.ts";
import type { LongTrial } from "./trial.ts";

const ROTATIONS = 100;
const REVOCATIONS = 30;

/** New certificates and new authorities under load. A trial is a renewal of everybody's certificate; not one call may fail. */
export const certsRotation: LongTrial = {
  name: "certs.rotation",
  run: async ({ trials, onViolation }) => {
    const rotations = trials ?? ROTATIONS;
    return { trials: rotations, seed: null, figures: await runRotationTrial({ rotations, onViolation }) };
  },
};

/** A trial is a certificate that is revoked: its calls are refused within 10 s, its stream has ended within a minute. */
export const certsRevocation: LongTrial = {
  name: "certs.revocation",
  run: async ({ trials, onViolation }) => {
    const revocations = trials ?? REVOCATIONS;
    return { trials: revocations, seed: null, figures: await runRevocationTrial({ revocations, onViolation }) };
  },
};
