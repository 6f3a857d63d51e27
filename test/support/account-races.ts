// The same wish a hundred times at once: a registration, a mailed code, another password, a setup code, a deletion. Each has one effect.
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { AT_ONCE, atOnce, type Ends } from "./at-once.ts";
import type { TestServer } from "./test-server.ts";

const PASSWORD = "four unrelated words";
const NEXT = "five unrelated words";

/** One person, from the registration to the deletion. `round` makes the address. */
export class AccountRace {
  readonly #server: TestServer;
  readonly #email: string;
  readonly #onViolation: (text: string) => void;

  constructor(server: TestServer, round: number, onViolation: (text: string) => void) {
    this.#server = server;
    this.#email = `racer-${round}@example.com`;
    this.#onViolation = (text) => onViolation(`round ${round}: ${text}`);
  }

  async run(): Promise<void> {
    await this.#register();
    await this.#verify();
    await this.#reset();
    const { session } = await this.#server.ask(users.logIn, { email: this.#email, password: NEXT });
    const token = session?.accessToken ?? "";
    await this.#claim(token);
    await this.#delete(token);
  }

  async #register(): Promise<void> {
    const wish = { email: this.#email, password: PASSWORD, timeZone: "" };
    const ends = await atOnce((as) => this.#server.ask(users.registerUser, wish, as));
    this.#expectOnly(ends, "RATE_LIMITED"); // hashes are made a few at a time
    this.#expect("mails after 100 registrations", this.#mails("VERIFICATION"), (count) => count >= 1 && count <= 3);
  }

  async #verify(): Promise<void> {
    const code = this.#server.mailedCode(this.#email);
    const ends = await atOnce((as) => this.#server.ask(users.verifyUser, { code }, as));
    this.#expectOnly(ends, "CODE_WRONG");
    this.#expect("verifications", ends["OK"] ?? 0, (count) => count === 1);
    this.#expect("users", this.#count("users WHERE email = ?"), (count) => count === 1);
    const sessions = this.#count("sessions JOIN users ON users.id = user_id WHERE email = ? AND end_time IS NULL");
    this.#expect("sessions", sessions, (count) => count === 1);
  }

  async #reset(): Promise<void> {
    const asked = await atOnce((as) => this.#server.ask(users.requestPasswordReset, { email: this.#email }, as));
    this.#expect("wishes that were answered", asked["OK"] ?? 0, (count) => count === AT_ONCE);
    this.#expect("mails after 100 wishes", this.#mails("PASSWORD_RESET"), (count) => count === 3);
    const code = this.#server.mailedCode(this.#email);
    const ends = await atOnce((as) => this.#server.ask(users.resetPassword, { code, newPassword: NEXT }, as));
    this.#expectOnly(ends, "CODE_WRONG", "RATE_LIMITED");
    this.#expect("passwords that were replaced", ends["OK"] ?? 0, (count) => count === 1);
    this.#expect("mails that say so", this.#mails("PASSWORD_CHANGED"), (count) => count === 1);
  }

  async #claim(token: string): Promise<void> {
    const { code } = await this.#server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    const ends = await atOnce((as) => this.#server.ask(users.claimOperator, { code }, { ...as, token }));
    this.#expectOnly(ends, "CODE_WRONG");
    this.#expect("operators by one code", ends["OK"] ?? 0, (count) => count === 1);
    const other = await this.#server.signUp();
    const next = await this.#server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    await this.#server.ask(users.claimOperator, next, { token: other.token }); // the last operator could not go
  }

  async #delete(token: string): Promise<void> {
    const ends = await atOnce((as) => this.#server.ask(users.deleteCurrentUser, { password: NEXT }, { ...as, token }));
    this.#expectOnly(ends, "PASSWORD_WRONG", "SESSION_ENDED", "NOT_LOGGED_IN", "RATE_LIMITED");
    this.#expect("deletions", ends["OK"] ?? 0, (count) => count === 1);
    this.#expect("users that are left", this.#count("users WHERE email = ?"), (count) => count === 0);
    this.#expect("mails that say so", this.#mails("DELETED"), (count) => count === 1);
  }

  #mails(kind: string): number {
    return this.#count(`notifications WHERE to_address = ? AND account_mail = '${kind}'`);
  }

  #count(from: string): number {
    const [row] = this.#server.query(`SELECT count(*) AS count FROM ${from}`, this.#email) as { count: number }[];
    return row?.count ?? -1;
  }

  #expect(what: string, count: number, isRight: (count: number) => boolean): void {
    if (!isRight(count)) this.#onViolation(`${count} ${what}`);
  }

  /** OK apart, the calls may end in these ways and no other. */
  #expectOnly(ends: Ends, ...reasons: readonly string[]): void {
    const others = Object.keys(ends).filter((end) => end !== "OK" && !reasons.includes(end));
    if (others.length > 0) this.#onViolation(`calls ended with ${others.join(", ")}`);
  }
}
