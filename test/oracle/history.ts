// A random history for the oracle and the engine: what the owner of a few alerts does, what prices come in which commits, and when the
// server is started anew. It is planned whole before anybody plays it.
import type { Alert } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import type { Quote } from "../../domain/quote.ts";
import { pick, randomAlert, randomFrom, tellingOf, type Random } from "../random-history.ts";
import { momentOf } from "./heard.ts";
import { quotesOf } from "./history-quotes.ts";
import type { Mood, Profile } from "./profile.ts";
import { newYork } from "./trading-days.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export type Step =
  | { readonly kind: "commit"; readonly quotes: readonly Quote[] }
  /** The owner does something to the alert in that place, in event time. What does not fit where it stands is left undone. */
  | { readonly kind: "arm" | "edit"; readonly at: number; readonly alert: Alert; readonly nowMs: number }
  | { readonly kind: "change"; readonly at: number; readonly changes: Partial<Unarming> }
  | { readonly kind: "pause"; readonly at: number; readonly untilMs: number | null }
  /** The server ends and starts again; or is killed, after the commit. */
  | { readonly kind: "restart" | "kill" }
  /** An operator's word on a symbol that is on HOLD. */
  | { readonly kind: "accept"; readonly nowMs: number }
  | { readonly kind: "reject" };

/** What an owner can change without arming the alert anew. */
export type Unarming = Pick<Alert, "expireTimeMs" | "remindEveryMs" | "tellsWhenBack">;

export interface History {
  readonly seed: number;
  readonly alerts: readonly Alert[];
  readonly steps: readonly Step[];
}

/** What a history is about, beside prices that go up and down. */
const MOODS = [
  ...["plain", "plain", "storm", "storm", "wild", "wild"],
  ...["word", "word", "word", "restless", "restless", "worlds"],
] as readonly Mood[];

const ALERTS = 5;

/** Mornings, ends of days, half days, the nights between, Fridays before the clocks are set, and some ordinary hour. */
const STARTS = [
  newYork("2026-01-05", "09:30"),
  newYork("2026-01-05", "12:00"),
  newYork("2026-01-06", "09:27"),
  newYork("2026-01-06", "15:56"),
  newYork("2026-01-07", "03:57"),
  newYork("2026-01-07", "19:56"),
  newYork("2026-01-16", "15:57"), // before a long weekend
  newYork("2025-11-26", "15:57"), // before Thanksgiving, and a half day
  newYork("2025-11-28", "12:56"),
  newYork("2025-11-28", "16:57"),
  newYork("2025-12-24", "12:57"),
  newYork("2026-03-06", "15:57"), // summer time begins on the Sunday
  newYork("2026-03-06", "19:57"),
  newYork("2025-10-31", "15:57"), // and ends
  newYork("2026-10-30", "19:57"),
];
/** The history of a seed; about whatever the seed says, unless told. */
export function historyOf(seed: number, about?: Mood): History {
  const random = randomFrom(seed);
  const startMs = pick(random, STARTS);
  const profile = profileOf(random, about ?? pick(random, MOODS));
  const alerts = Array.from({ length: ALERTS }, (_, at) => alertOf(random, `alert-${at}`, startMs, profile));
  const quotes = quotesOf(random, profile, startMs);
  return { seed, alerts, steps: stepsOf(random, { alerts, quotes, startMs, profile }) };
}

/** Some wait for so long that whatever happens finds them waiting. */
function forLonger(random: Random, condition: Condition): Condition {
  return condition.kind === "crosses" || random(2) === 0 ? condition : { ...condition, forMs: 5 * MINUTE };
}

function profileOf(random: Random, mood: Mood): Profile {
  const isStorm = mood === "storm";
  const periodMs = isStorm || random(3) === 0 ? 0 : pick(random, [MINUTE, MINUTE, 5 * MINUTE]);
  const stepMs = periodMs === 0 ? pick(random, isStorm ? [SECOND] : [SECOND, 30 * SECOND, MINUTE]) : periodMs;
  const others = [
    { source: "other", periodMs: MINUTE },
    { source: "feed", periodMs: 0 },
  ];
  const other = mood === "worlds" ? { source: "simulator", periodMs } : random(6) === 0 ? pick(random, others) : null;
  const source = mood === "worlds" ? "feed" : pick(random, ["feed", "feed", "feed", "simulator"]);
  return {
    mood,
    periodMs,
    stepMs,
    count: isStorm ? 50 : 8 + random(24),
    source,
    other,
  };
}

function alertOf(random: Random, id: string, startMs: number, { mood }: Profile): Alert {
  const drawn = mood === "word" ? outsideRather(random, id) : randomAlert(random, id);
  const alert: Alert = {
    ...drawn,
    condition: mood === "wild" || mood === "word" ? forLonger(random, drawn.condition) : drawn.condition,
    alreadyTrue: pick(random, ["wait", "wait", "fire", "fire", "reject"]),
    expireTimeMs: random(6) === 0 ? startMs + pick(random, [2, 5, 10, 15]) * MINUTE : null,
    maxFires: drawn.repeat === "once" ? 0 : drawn.maxFires,
  };
  return mood === "storm" ? ringing(random, alert) : alert;
}

/** Of all kinds it is armed on an operator's word least often, for it holds at every price that is far off. */
function outsideRather(random: Random, id: string): Alert {
  const drawn = [1, 2, 3].map(() => randomAlert(random, id));
  return drawn.find(({ condition }) => condition.kind === "outside") ?? drawn[0]!;
}

/** One that rings in a storm, nearly as often as the price swings. */
function ringing(random: Random, alert: Alert): Alert {
  const often = { ...alert, repeat: "every", maxFires: pick(random, [0, 0, 0, 15]), rearmForMs: 0 } as const;
  if (random(3) === 0) return { ...often, expireTimeMs: null };
  const { condition } = alert;
  const atOnce = condition.kind === "crosses" ? condition : { ...condition, forMs: 0 };
  return { ...often, condition: atOnce, confirm: 1, session: "any", expireTimeMs: null };
}

interface Parts {
  readonly alerts: readonly Alert[];
  readonly quotes: readonly Quote[];
  readonly startMs: number;
  readonly profile: Profile;
}

function stepsOf(random: Random, { alerts, quotes, startMs, profile }: Parts): Step[] {
  const steps: Step[] = [];
  const waiting = [...alerts.entries()];
  let nowMs = startMs;
  let done = 0;
  const left = quotes.map((quote) => quote);
  while (left.length > 0) {
    while (waiting.length > 0 && random(done === 0 ? 2 : 3) === 0) {
      const [at, alert] = waiting.shift()!;
      steps.push({ kind: "arm", at, alert, nowMs });
    }
    const commit = left.splice(
      0,
      pick(random, profile.mood === "wild" || profile.mood === "word" ? [1] : [1, 1, 1, 2, 3, 6]),
    );
    done += commit.length;
    // What came before comes again, or only now.
    if (random(6) === 0) commit.push(pick(random, quotes.slice(0, done)));
    if (random(8) === 0) commit.push({ ...pick(random, commit) });
    steps.push({ kind: "commit", quotes: shuffled(random, commit) });
    nowMs = Math.max(nowMs, ...commit.map(momentOf)) + pick(random, [0, 0, 0, SECOND]);
    const times = profile.mood === "restless" ? 3 : 1;
    for (let time = 0; time < times; time += 1) steps.push(...between(random, { alerts, nowMs, profile }));
  }
  return steps;
}

/** What happens between two commits. */
function between(random: Random, now: Now): Step[] {
  const { nowMs, profile } = now;
  const steps: Step[] = [];
  if (random(12) === 0) steps.push({ kind: pick(random, ["restart", "kill"]) });
  if (profile.mood === "wild" && random(3) !== 0) {
    steps.push(random(6) === 0 ? { kind: "reject" } : { kind: "accept", nowMs });
  }
  if (profile.mood === "word") steps.push({ kind: "accept", nowMs });
  return random(QUIET[profile.mood]) === 0 ? [...steps, actOf(random, now)] : steps;
}

/** An owner does something once in so many commits. */
const QUIET: Readonly<Record<Mood, number>> = { plain: 4, storm: 3, wild: 4, word: 8, restless: 1, worlds: 2 };

/** Five kinds of acts, and whatever is beyond them is a pause. */
const ACTS: Readonly<Record<Mood, number>> = { plain: 6, storm: 40, wild: 6, word: 6, restless: 12, worlds: 12 };

interface Now extends Pick<Parts, "alerts" | "profile"> {
  readonly nowMs: number;
}

function actOf(random: Random, now: Now): Step {
  const { alerts, nowMs, profile } = now;
  const at = random(alerts.length);
  const alert = alerts[at]!;
  const act = random(ACTS[profile.mood]);
  if (act >= 5) return { kind: "pause", at, untilMs: pauseEnd(random, now) };
  if (act === 1) {
    const expireTimeMs = random(4) === 0 ? null : nowMs + random(6) * MINUTE;
    return { kind: "change", at, changes: { expireTimeMs } };
  }
  if (act === 3) return { kind: "change", at, changes: tellingOf(random, alert.condition) };
  if (act === 2) return { kind: "edit", at, alert: alertOf(random, alert.id, nowMs, profile), nowMs };
  return { kind: "arm", at, alert, nowMs };
}

/** In a storm mostly at once, before the price goes on swinging. */
function pauseEnd(random: Random, { nowMs, profile }: Now): number | null {
  if (profile.mood === "storm" && random(8) > 0) return nowMs;
  return random(6) === 0 ? null : nowMs + random(4) * 30 * SECOND;
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random(left.length), 1)[0]!);
}
