// However few alerts a commit judges, wherever the server ends and however quotes are grouped into batches: the same comes of it.
import { expect } from "chai";
import type { Quote } from "../../domain/quote.ts";
import { pick, randomAlert, randomFrom, randomQuotes, type Random } from "../../test/random-history.ts";
import { StoreWorld, type OpenStore } from "../testing/store-world.ts";

const HISTORIES = 12;
const SYMBOLS = ["AAPL", "MSFT"];
const ALERTS = 8;

export function boundedCommitsConformance(openStore: OpenStore): void {
  describe("any history, judged in commits of any size", () => {
    it(`comes to the same as in one go (${HISTORIES} histories)`, async () => {
      let openings = 0;
      for (let seed = 1; seed <= HISTORIES; seed += 1) {
        const inOneGo = await play(openStore, seed, null);
        const inParts = await play(openStore, seed, 1 + (seed % 3));
        expect(inParts.outcome, `seed ${seed}`).to.deep.equal(inOneGo.outcome);
        expect(inOneGo.openings).to.equal(0);
        openings += inParts.openings;
      }
      expect(openings).to.be.greaterThan(HISTORIES);
    });
  });
}

/** What came of the history of a seed, by symbol, and how many judgings were opened on the way. */
async function play(openStore: OpenStore, seed: number, alertsPerCommit: number | null) {
  const world = new StoreWorld(openStore);
  world.alertsPerCommit = alertsPerCommit;
  await world.open();
  try {
    const user = await world.user();
    const ids = await armRandomly(world, randomFrom(seed), user);
    const history = randomFrom(1_000 + seed);
    const batching = randomFrom(alertsPerCommit ?? 0);
    let openings = 0;
    for (let group = 0; group < 4; group += 1) {
      const quotes = SYMBOLS.flatMap((symbol) => groupOf(history, group).map((quote) => ({ ...quote, symbol })));
      openings += await bring(world, spread(batching, quotes), alertsPerCommit === null ? null : batching);
    }
    return { outcome: await outcomeOf(world, user, ids), openings };
  } finally {
    await world.close();
  }
}

async function armRandomly(world: StoreWorld, random: Random, user: string): Promise<string[]> {
  const ids = SYMBOLS.flatMap((symbol) => Array.from({ length: ALERTS }, (_none, at) => `${symbol} ${at}`));
  for (const id of ids) {
    const symbol = id.split(" ")[0] ?? "";
    const alert = randomAlert(random, id);
    await world.arm(user, alert.condition, { ...alert, userId: user, symbol, symbols: [symbol] });
  }
  return ids;
}

/** Each group is an hour later than the one before. */
function groupOf(random: Random, group: number): Quote[] {
  const laterMs = group * 3_600_000;
  return randomQuotes(random, 6).map((quote) => {
    return { ...quote, quoteTimeMs: quote.quoteTimeMs + laterMs, fetchTimeMs: quote.fetchTimeMs + laterMs };
  });
}

/** The same quotes in three batches, any of them in any. */
function spread(random: Random, quotes: readonly Quote[]): Quote[][] {
  const batches: Quote[][] = [[], [], []];
  for (const quote of quotes) pick(random, batches).push(quote);
  return batches;
}

/** Brings the batches until all is judged; with `kills` the server ends now and then in between. How many judgings were opened. */
async function bring(world: StoreWorld, batches: Quote[][], kills: Random | null): Promise<number> {
  let openings = 0;
  for (let waiting = batches, isOver = false; !isOver;) {
    const result = await world.commit(...waiting);
    openings += result.batches.reduce((sum, { opened }) => sum + opened.length, 0);
    waiting = result.batches.map(({ deferred }) => [...deferred]);
    isOver = result.open.length === 0 && waiting.every(({ length }) => length === 0);
    if (kills?.(12) === 0) await world.restart();
  }
  return openings;
}

/** Each alert's state, and each symbol's triggers in their order; other symbols' may come between. */
async function outcomeOf(world: StoreWorld, user: string, ids: readonly string[]) {
  const states = await Promise.all(ids.map((id) => world.state(user, id)));
  const fired = (await world.notifications(user)).flatMap(({ triggers, symbol }) =>
    triggers.map(({ kind, alertId, price, fireTimeMs }) => [symbol, kind, alertId, price, fireTimeMs].join(" ")),
  );
  const bySymbol = SYMBOLS.map((symbol) => fired.filter((line) => line.startsWith(symbol)));
  const newest = (await world.store.quotes.listQuotes()).map(({ quote }) => quote);
  return { states, bySymbol, newest };
}
