/** While other symbols' quotes come, a commit that goes on with open judgings spends this part of its budget on them. */
const PART_BESIDE_OTHERS = 2 / 3;
/**
 * After so many alerts the write-ahead log is moved into the database: each that fires writes some ten pages, and SQLite moves a
 * thousand by itself, which holds everything up for three times as long as such a commit does.
 */
const ALERTS_PER_MOVE = 60;

/**
 * Whose turn it is while judgings are open: theirs, that of other symbols' quotes, or the write-ahead log's. A commit that brings other
 * symbols' quotes leaves open judgings alone when the last one went on with them; so whoever waits for the disk waits for one of the three and
 * his own small commit, and open judgings get at least every second one.
 */
export class JudgingTurns {
  /** Whether the last commit was not theirs. */
  #wasFree = false;
  /** Whether it judged alerts of open judgings, some that it opened among them. */
  #judgedOpen = false;
  /** Whether other symbols' quotes came in the last commit, and in that or the one before. */
  #othersCame = false;
  #othersAreAround = false;
  #unmovedAlerts = 0;

  /** How many alerts of open judgings the next commit may judge, which has room for so many in all. */
  share(budget: number, othersCome: boolean): number {
    this.#wasFree = othersCome && this.#judgedOpen && !this.#wasFree;
    if (this.#wasFree) return 0;
    return othersCome || this.#othersCame ? Math.ceil(budget * PART_BESIDE_OTHERS) : budget;
  }

  /** A commit judged so many alerts of open judgings. */
  note(alertCount: number, othersCame: boolean): void {
    this.#othersAreAround = othersCame || this.#othersCame;
    this.#othersCame = othersCame;
    this.#judgedOpen = alertCount > 0;
    this.#unmovedAlerts += alertCount;
  }

  /** Whether the log is to be moved before the next commit; then it counts as moved. Others do not wait for it and open judgings in a row. */
  takeMove(): boolean {
    if (this.#unmovedAlerts < ALERTS_PER_MOVE || (this.#judgedOpen && this.#othersAreAround)) return false;
    this.#unmovedAlerts = 0;
    return true;
  }
}
