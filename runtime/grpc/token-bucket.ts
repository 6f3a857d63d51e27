/** So many at once, and so many each second after that. */
export class TokenBucket {
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(most: number, perSecond: number, nowMs: number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
    this.#atMs = nowMs;
  }

  /** Takes one, or so many; 0 if they were there, else after how many milliseconds they will be. */
  take(nowMs: number, count = 1): number {
    this.#fill(nowMs);
    if (this.#left < count) return Math.ceil(((count - this.#left) * 1_000) / this.#perSecond);
    this.#left -= count;
    return 0;
  }

  /** Whether nothing is missing, so that nobody would notice if it were forgotten. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#left >= this.#most;
  }

  #fill(nowMs: number): void {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) * this.#perSecond) / 1_000);
    this.#atMs = nowMs;
  }
}
