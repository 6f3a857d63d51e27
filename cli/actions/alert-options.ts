/** What `alerts create` and `alerts update` take; the choices are checked by the command line. */
export interface AlertOptions {
  readonly repeat?: "once" | "every";
  readonly alreadyTrue?: "wait" | "fire" | "reject";
  readonly band?: string;
  readonly rearmFor?: string;
  readonly maxFires?: string;
  readonly confirm?: string;
  readonly session?: "regular" | "extended" | "any";
  readonly expires?: string;
  readonly urgent?: boolean;
  readonly remindEvery?: string;
  readonly tellBack?: boolean;
  readonly note?: string;
  /** Each that was given. */
  readonly tag?: readonly string[];
}

export interface AlertUpdateOptions extends AlertOptions {
  readonly etag?: string;
  /** False: every tag is to go. */
  readonly tags?: boolean;
}

export interface AlertPauseOptions {
  readonly until?: string;
}

export interface AlertListOptions {
  readonly symbol?: string;
  readonly state?: string;
  readonly repeat?: "once" | "every";
  readonly tag?: string;
  readonly all?: boolean;
}

export interface AlertBacktestOptions extends AlertOptions {
  readonly since?: string;
  readonly until?: string;
}

export interface AlertExplainOptions {
  readonly at?: string;
  readonly limit?: string;
}
