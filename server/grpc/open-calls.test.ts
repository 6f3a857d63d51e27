import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import type { Caller } from "./caller.ts";
import { OpenCalls, type OpenCall } from "./open-calls.ts";

const ENDED = new AppError("UNAUTHENTICATED", "SESSION_ENDED", "over");

/** A call that tells with what it was ended. */
class FakeCall {
  readonly isStream: boolean;
  readonly ended: Promise<AppError>;
  endedWith: AppError | null = null;
  readonly #end: (reason: AppError) => void;

  constructor(isStream = true) {
    this.isStream = isStream;
    const { promise, resolve } = Promise.withResolvers<AppError>();
    this.ended = promise;
    this.#end = resolve;
  }

  finish(reason: AppError): void {
    this.endedWith = reason;
    this.#end(reason);
  }

  getAuthContext() {
    return {};
  }
}

describe("OpenCalls", () => {
  let clock: FakeClock;
  let calls: OpenCalls;
  let over: Set<Caller>;
  let reviewed: OpenCall[];
  let lines: string[];
  beforeEach(() => {
    clock = new FakeClock(EXAMPLE_START_MS);
    over = new Set();
    reviewed = [];
    lines = [];
    const review = (open: OpenCall) => {
      reviewed.push(open);
      return over.has(open.caller) ? ENDED : null;
    };
    calls = new OpenCalls([review], clock, createLog("test", "debug", { write: (line: string) => lines.push(line) }));
    calls.start();
  });
  afterEach(() => calls.close());

  const caller = () => ({ peer: { role: "cli", name: "ann" }, user: null }) as unknown as Caller;
  const open = (call: FakeCall): { who: Caller; leave: () => void } => {
    const who = caller();
    return { who, leave: calls.enter(call, who) };
  };
  /** Until what was set off has been done: nothing of it waits for anything outside. */
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  it("ends a stream within 15 seconds when a review refuses it, and no other", async () => {
    const [ann, bob] = [new FakeCall(), new FakeCall()];
    over.add(open(ann).who);
    open(bob);
    clock.advance(15 * SECOND_MS - 1);
    await turns();
    expect([ann.endedWith, bob.endedWith]).to.deep.equal([null, null]);
    clock.advance(1);
    expect(await ann.ended).to.equal(ENDED);
    expect(bob.endedWith).to.equal(null);
  });

  it("goes on doing so", async () => {
    const ann = new FakeCall();
    const { who } = open(ann);
    clock.advance(15 * SECOND_MS);
    await turns();
    over.add(who);
    clock.advance(SECOND_MS);
    await turns();
    clock.advance(15 * SECOND_MS);
    expect(await ann.ended).to.equal(ENDED);
  });

  it("ends it at once when somebody says that something has ended", async () => {
    const ann = new FakeCall();
    over.add(open(ann).who);
    calls.reviewSoon();
    expect(await ann.ended).to.equal(ENDED);
  });

  it("reviews once a second, however often it is told", async () => {
    const first = new FakeCall();
    over.add(open(first).who);
    calls.reviewSoon();
    await first.ended;
    const second = new FakeCall();
    over.add(open(second).who);
    for (let at = 0; at < 100; at += 1) calls.reviewSoon();
    await turns();
    expect(second.endedWith).to.equal(null);
    clock.advance(SECOND_MS);
    expect(await second.ended).to.equal(ENDED);
  });

  it("knows streams alone, and those no more that have left", async () => {
    const [unary, gone] = [new FakeCall(false), new FakeCall()];
    open(unary);
    open(gone).leave();
    const last = new FakeCall();
    over.add(open(last).who);
    calls.reviewSoon();
    await last.ended;
    expect(reviewed).to.have.length(1);
  });

  it("ends nothing when a review fails, and says so", async () => {
    const ann = new FakeCall();
    const broken = new OpenCalls(
      [() => Promise.reject(new Error("disk"))],
      clock,
      createLog("test", "debug", { write: (line: string) => lines.push(line) }),
    );
    broken.start();
    broken.enter(ann, caller());
    broken.reviewSoon();
    await turns();
    await broken.close();
    expect(ann.endedWith).to.equal(null);
    expect(lines.join()).to.include("could not be reviewed");
  });
});
