// One refresh token, brought a hundred times at once: by a client whose answers get lost, and by a thief and the owner together. Never may two
// tokens be left that go on.
import { SECOND_MS } from "../../domain/time.ts";
import type { Role } from "../../domain/role.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { AT_ONCE } from "./at-once.ts";
import { startTestServer, type SignedUp, type TestServer } from "./test-server.ts";

/** A connection each. */
const ROLES: readonly Role[] = ["cli", "gateway", "operator"];
/** A used token counts as lost for so long. */
const LOST_ANSWER_MS = 10 * SECOND_MS;

interface Play {
  readonly rounds: number;
  /** Told of each violation, in a sentence. */
  readonly onViolation: (text: string) => void;
}

/** Plays so many rounds on a server of its own: lost answers and thefts in turn. */
export async function playRefreshStorm({ rounds, onViolation }: Play): Promise<void> {
  const storm = await RefreshStorm.open();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const violation = round % 2 === 1 ? await storm.loseAnswers() : await storm.steal();
      if (violation !== null) onViolation(`round ${round}: ${violation}`);
    }
  } finally {
    await storm.close();
  }
}

class RefreshStorm {
  readonly #clock: FakeClock;
  readonly #server: TestServer;
  readonly #user: SignedUp;

  private constructor(server: TestServer, clock: FakeClock, user: SignedUp) {
    this.#server = server;
    this.#clock = clock;
    this.#user = user;
  }

  static async open(): Promise<RefreshStorm> {
    const clock = new FakeClock(Date.now());
    const server = await startTestServer({ clock });
    return new RefreshStorm(server, clock, await server.signUp());
  }

  /** Everybody brings the same token: all get the same successor, and it goes on. What is wrong, or null. */
  async loseAnswers(): Promise<string | null> {
    const token = await this.#logIn();
    const successors = new Set(await this.#bringAll(Array<string>(AT_ONCE).fill(token)));
    const [successor] = successors;
    if (successors.size !== 1 || successor === undefined || successor === null) return `${successors.size} successors`;
    const next = await this.#bring(successor);
    return next === null ? "the successor does not go on" : null;
  }

  /** The owner brings the new token, and a thief the old one, too late for a lost answer: nothing goes on. What is wrong, or null. */
  async steal(): Promise<string | null> {
    const old = await this.#logIn();
    const current = await this.#bring(old);
    if (current === null) return "a new token does not go on";
    this.#clock.advance(LOST_ANSWER_MS);
    const tokens = Array.from({ length: AT_ONCE }, (_none, at) => (at % 2 === 0 ? old : current));
    const given = (await this.#bringAll(tokens)).filter((token) => token !== null);
    const alive = await this.#bringAll([...new Set([old, current, ...given])]);
    const count = alive.filter((token) => token !== null).length;
    return count === 0 ? null : `${count} tokens go on after a theft`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #logIn(): Promise<string> {
    this.#clock.advance(2 * SECOND_MS); // calls are limited by the second
    const { email, password } = this.#user;
    const { session } = await this.#server.ask(UserServiceService.logIn, { email, password });
    return session?.refreshToken ?? "";
  }

  #bringAll(tokens: readonly string[]): Promise<(string | null)[]> {
    return Promise.all(tokens.map((token, at) => this.#bring(token, ROLES[at % ROLES.length])));
  }

  /** The successor of a token; null when it counts for nothing. */
  async #bring(refreshToken: string, role: Role = "cli"): Promise<string | null> {
    const answer = this.#server.ask(UserServiceService.refreshSession, { refreshToken }, { role });
    return answer.then(
      ({ session }) => session?.refreshToken ?? null,
      (error: unknown) => {
        if ((error as { reason?: string }).reason === "SESSION_ENDED") return null;
        throw error;
      },
    );
  }
}
