/** Why a price was not judged, or is again; such words stand beside those of judging where an alert is explained. */
export type DoubtReason =
  /** One odd price was put aside. */
  | "PRICE_QUARANTINED"
  /** It put the symbol on HOLD. */
  | "PRICE_HELD"
  /** An operator took the price on HOLD for right. */
  | "HOLD_ACCEPTED"
  /** An operator took it for wrong. */
  | "HOLD_REJECTED";

/** Why a state is what it is after judging or after an act on the alert; the same word is the log field and the metric label. */
export type JudgeReason =
  /** The walk met the level. */
  | "FIRED"
  /** It fired for the 15th time within three minutes, and was stopped. */
  | "FIRED_TOO_OFTEN"
  /** Armed though already true, and still true at the next judged quote. */
  | "FIRED_ALREADY_TRUE"
  /** The close moved back by the band. */
  | "REARMED"
  /** The first judged quote became the baseline. */
  | "BASELINE_TAKEN"
  /** It did, and the condition was already true there. */
  | "BASELINE_ALREADY_TRUE"
  /** True at the last judged quote and no longer at this one: an ordinary armed alert from here; or, after a fire, no reminder comes any more. */
  | "NO_LONGER_TRUE"
  /** It holds at the close, and must go on holding for a while, or at more closes. */
  | "PENDING_BEGUN"
  /** It still holds, not yet for long enough, or at enough closes. */
  | "STILL_PENDING"
  /** The close is back by the band, not yet for long enough. */
  | "NOT_BACK_FOR_LONG"
  /** It fired, still holds, and its owner was told so again. */
  | "REMINDED"
  /** It had fired for good, the close is back by the band, and its owner was told so. */
  | "TOLD_BACK"
  /** Its time is over. */
  | "EXPIRED"
  /** Armed, and the walk did not meet the level. */
  | "NOT_MET"
  /** Fired or already true before, and the close has not moved back by the band. */
  | "WITHIN_BAND"
  /** Triggered, paused or otherwise not watching. */
  | "NOT_WATCHING"
  /** Armed on the last judged quote of the series. */
  | "ARMED"
  /** Armed without a baseline: there is no judged quote yet, or only a stale one. */
  | "ARMED_AWAITING_BASELINE"
  /** Already true when armed; waits until the close has moved back by the band. */
  | "ARMED_ALREADY_TRUE"
  /** Already true when armed; fires at the next judged quote if it still is. */
  | "ARMED_TO_FIRE_IF_TRUE"
  /** The user paused it. */
  | "PAUSED"
  /** The user deleted it. */
  | "DELETED"
  /** Judging it threw; it is set aside so that the others go on. */
  | "JUDGING_FAILED";
