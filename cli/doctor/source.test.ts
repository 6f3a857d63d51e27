import { expect } from "chai";
import { SourceState } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Finding } from "./finding.ts";
import { judgeNotifiers } from "./notifiers.ts";
import { judgeSources } from "./source.ts";
import { fetcher, NOW, sampleAnswer, sampleStatus } from "./testing/sample-answer.ts";

const bad = (findings: readonly Finding[]) => findings.filter(({ state }) => state !== "ok");
const budget = (used: number) => ({ used, limit: 25, freeTime: new Date(NOW + 3_600_000) });

describe("judgeSources()", () => {
  it("finds nothing where prices come", () => {
    const findings = judgeSources(sampleAnswer());
    expect(bad(findings)).to.deep.equal([]);
    expect(findings[0]?.message).to.equal("alpha-vantage has answered for 1h, 2 symbols");
    expect(findings[1]).to.include({ name: "symbols", message: "all 2 on the list are fetched" });
  });

  it("misses a fetcher, and not yet when the server has just started", () => {
    expect(judgeSources(sampleAnswer({ fetchers: [] }))[0]).to.include({ name: "fetcher", state: "fail" });
    const young = sampleAnswer({ fetchers: [], serverStartTime: new Date(NOW - 3_000) });
    expect(judgeSources(young)[0]).to.include({ state: "warn", hint: "look again in a few seconds" });
  });

  it("tells of a source that is silent, with the source's words and what mends it", () => {
    const silent = { sourceState: SourceState.SILENT, sourceDetail: "the key is wrong", refusalClass: "bad_key" };
    const [finding] = bad(judgeSources(sampleAnswer({ fetchers: [fetcher(silent)] })));
    expect(finding).to.include({ name: "fetcher local", state: "fail" });
    expect(finding?.message).to.include("no price for 1h: the key is wrong");
    expect(finding?.hint).to.include("BELL_ALPHA_VANTAGE_API_KEY_FILE");
  });

  it("tells how many requests are left, and warns when none is", () => {
    const [some] = judgeSources(sampleAnswer({ fetchers: [fetcher({ budget: budget(20) })] }));
    expect(some?.message).to.include("5 of 25 requests left");
    const [none] = bad(judgeSources(sampleAnswer({ fetchers: [fetcher({ budget: budget(25) })] })));
    expect(none).to.include({ state: "warn" });
    expect(none?.message).to.include("all 25 requests").and.include("2026-11-22 15:30:00 UTC");
  });

  it("names the symbols that nobody fetches, the first of them, unless it is too early to tell", () => {
    const lonely = ["GLD", "QQQ", "SPY", "TSLA", "V", "XOM"];
    const [finding] = bad(judgeSources(sampleAnswer({}, lonely)));
    expect(finding).to.include({ name: "symbols", state: "warn" });
    expect(finding?.message).to.equal("no fetcher asks for GLD, QQQ, SPY, TSLA, V and 1 more, on the list");
    expect(finding?.hint).to.include("BELL_SYMBOLS").and.include("./bell symbols remove GLD");
    const young = sampleAnswer({ serverStartTime: new Date(NOW - 3_000) }, lonely);
    expect(bad(judgeSources(young))).to.deep.equal([]);
    expect(bad(judgeSources(sampleAnswer({ fetchers: [{ ...fetcher(), report: undefined }] }, lonely)))).to.deep.equal(
      [],
    );
  });
});

describe("judgeNotifiers()", () => {
  it("says who is connected", () => {
    expect(judgeNotifiers(sampleStatus())).to.include({ state: "ok", message: "1 notifier: local at 127.0.0.1" });
  });

  it("misses one, and names the command that starts it", () => {
    const finding = judgeNotifiers(sampleStatus({ notifiers: [] }));
    expect(finding).to.include({ name: "notifier", state: "fail", message: "none is connected: no mail goes out" });
    expect(finding.hint).to.include("./bell notifier");
  });
});
