/** What `alerts create` and `alerts update` take; the choices are checked by the command line. */
export interface AlertOptions {
  readonly repeat?: "once" | "every";
  readonly alreadyTrue?: "wait" | "fire" | "reject";
  readonly band?: string;
  readonly note?: string;
}

export interface AlertUpdateOptions extends AlertOptions {
  readonly etag?: string;
}

export interface AlertListOptions {
  readonly symbol?: string;
  readonly state?: string;
  readonly repeat?: "once" | "every";
  readonly all?: boolean;
}
