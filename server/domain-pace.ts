import { SLOW_DELIVERY_MS } from "../domain/notifying/delivery-limits.ts";

/** A domain that nobody knows yet begins with a quarter of the places, at least with so many. */
const LEAST_ALLOWANCE = 2;
/** Of more domains than this, those that have nothing under way are forgotten. */
const MOST_DOMAINS = 10_000;

/** Which recipients' domains may have another mail now; asked while one is chosen. */
export interface DomainGate {
  isOpen(domain: string): boolean;
  /** A mail to the domain goes. */
  enter(domain: string): void;
}

/** For whoever asks without a notifier. */
export const OPEN_GATE: DomainGate = { isOpen: () => true, enter: () => undefined };

/** The domain of an address, as the gate knows it. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** A mail under way. */
export interface Flight {
  readonly domain: string;
  /** On the monotonic clock. */
  readonly beganMs: number;
}

/** What is known of a domain. `prompt`: how many outcomes came promptly since the last that was slow. */
interface Domain {
  readonly flights: Set<Flight>;
  prompt: number;
  isSlow: boolean;
}

type Standing = "prompt" | "unknown" | "slow";

/**
 * Keeps one slow domain from taking every place of a notifier. A domain is slow while a mail to it has been under way for long, and
 * until the next outcome that comes promptly. Slow domains together begin mails only up to half of the places, each at least one; slow
 * and unknown ones up to three quarters, so that a place stays for those that are known to be prompt. What is not slow begins with a
 * small allowance that grows with each prompt outcome, up to all places. Of one notifier, for its mail server is its own.
 */
export class DomainPace {
  readonly #domains = new Map<string, Domain>();
  /** Those with mails under way. */
  readonly #busy = new Set<Domain>();
  #free = 0;

  /** The notifier has another free place. */
  offer(): void {
    this.#free += 1;
  }

  /** Whether a free place may have a mail to the domain. */
  mayBegin(name: string, nowMs: number): boolean {
    const domain = this.#domains.get(name);
    const standing = standingOf(domain, nowMs);
    const underWay = domain?.flights.size ?? 0;
    const counts = this.#count(nowMs);
    const places = this.#free + counts.prompt + counts.unknown + counts.slow;
    if (standing !== "slow" && underWay >= allowanceOf(domain, places)) return false;
    if (standing === "prompt") return true;
    const slowShare = Math.max(1, Math.floor(places / 2));
    if (standing === "slow" && underWay > 0) return counts.slow < slowShare;
    return counts.slow + counts.unknown < Math.max(slowShare + 1, Math.floor((places * 3) / 4));
  }

  /** A free place has a mail to the domain from now on. */
  begin(name: string, nowMs: number): Flight {
    if (this.#domains.size >= MOST_DOMAINS && !this.#domains.has(name)) this.#forgetIdle();
    const domain = this.#domains.get(name) ?? { flights: new Set(), prompt: 0, isSlow: false };
    const flight: Flight = { domain: name, beganMs: nowMs };
    this.#domains.set(name, domain);
    this.#busy.add(domain);
    domain.flights.add(flight);
    this.#free -= 1;
    return flight;
  }

  /** The outcome is known. Where it says nothing of the domain, as when the mail server serves nobody, nothing is learned. */
  end(flight: Flight, nowMs: number, isOfDomain: boolean): void {
    const domain = this.#land(flight);
    if (domain === undefined || !isOfDomain) return;
    domain.isSlow = isLong(flight, nowMs);
    domain.prompt = domain.isSlow ? 0 : domain.prompt + 1;
  }

  /** The place did not have the mail after all, and is free. */
  undo(flight: Flight): void {
    if (this.#land(flight) !== undefined) this.#free += 1;
  }

  #land(flight: Flight): Domain | undefined {
    const domain = this.#domains.get(flight.domain);
    if (domain?.flights.delete(flight) !== true) return undefined;
    if (domain.flights.size === 0) this.#busy.delete(domain);
    return domain;
  }

  /** Mails under way, by how their domains stand. */
  #count(nowMs: number): Record<Standing, number> {
    const counts = { prompt: 0, unknown: 0, slow: 0 };
    for (const domain of this.#busy) counts[standingOf(domain, nowMs)] += domain.flights.size;
    return counts;
  }

  #forgetIdle(): void {
    for (const [name, { flights }] of this.#domains) if (flights.size === 0) this.#domains.delete(name);
  }
}

function standingOf(domain: Domain | undefined, nowMs: number): Standing {
  if (domain === undefined) return "unknown";
  const [oldest] = domain.flights;
  if (domain.isSlow || (oldest !== undefined && isLong(oldest, nowMs))) return "slow";
  return domain.prompt > 0 ? "prompt" : "unknown";
}

function allowanceOf(domain: Domain | undefined, places: number): number {
  return Math.max(LEAST_ALLOWANCE, Math.floor(places / 4)) + (domain?.prompt ?? 0);
}

function isLong({ beganMs }: Flight, nowMs: number): boolean {
  return nowMs - beganMs > SLOW_DELIVERY_MS;
}
