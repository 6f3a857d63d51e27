import { expect } from "chai";
import { QuoteFates } from "./quote-fates.ts";
import { makeBar, makeBars } from "./testing/make-quote.ts";
import { SpoolFolder } from "./testing/spool-folder.ts";

const NEVER = new AbortController().signal;

describe("QuoteFates", () => {
  let folder: SpoolFolder;
  beforeEach(() => (folder = new SpoolFolder()));
  afterEach(() => folder.remove());

  async function open(count = 3) {
    const { spool, clock } = folder.open();
    const fates = new QuoteFates(spool);
    const quotes = makeBars("AAPL", count);
    fates.follow(quotes);
    await spool.put(quotes, NEVER);
    return { fates, spool, quotes, clock };
  }

  it("says stored only of what was acknowledged", async () => {
    const { fates, quotes } = await open();
    expect(fates.of(quotes)).to.deep.equal({ stored: 0, waiting: 3, putOff: 0, refused: [] });
    const batch = fates.takeBatch();
    expect(fates.of(quotes).waiting).to.equal(3);
    expect(fates.acknowledge(batch?.sequence ?? 0, [])).to.equal(true);
    expect(fates.of(quotes)).to.deep.equal({ stored: 3, waiting: 0, putOff: 0, refused: [] });
    expect([fates.size, fates.isSettled()]).to.deep.equal([0, true]);
  });

  it("keeps what the server refused for good, and what it put off, apart", async () => {
    const { fates, quotes } = await open();
    const refused = { index: 1, reason: "QUOTE_INVALID", message: "no" } as const;
    const behind = { index: 2, reason: "CLOCK_BEHIND", message: "later" } as const;
    fates.acknowledge(fates.takeBatch()?.sequence ?? 0, [refused, behind]);
    expect(fates.of(quotes)).to.deep.equal({ stored: 1, waiting: 0, putOff: 1, refused: [refused] });
  });

  it("waits again for what a broken stream took back", async () => {
    const { fates, quotes } = await open();
    const { sequence = 0 } = fates.takeBatch() ?? {};
    fates.takeBack();
    expect(fates.acknowledge(sequence, [])).to.equal(false);
    expect(fates.of(quotes).waiting).to.equal(3);
    fates.acknowledge(fates.takeBatch()?.sequence ?? 0, []);
    expect(fates.of(quotes).stored).to.equal(3);
  });

  it("counts only the version that it follows", async () => {
    const { spool } = folder.open();
    const fates = new QuoteFates(spool);
    const [older, newer] = [
      makeBar("AAPL", 0),
      makeBar("AAPL", 0, { fetchTimeMs: makeBar("AAPL", 0).fetchTimeMs + 1 }),
    ];
    await spool.put([older], NEVER);
    fates.follow([newer]);
    fates.acknowledge(fates.takeBatch()?.sequence ?? 0, []);
    expect([fates.of([newer]).waiting, fates.of([older]).waiting]).to.deep.equal([1, 1]);
  });
});
