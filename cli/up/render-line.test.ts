import { expect } from "chai";
import { LineRenderer } from "./render-line.ts";

describe("LineRenderer", () => {
  const renderer = new LineRenderer("server", 0, false);
  const line = (fields: object): string =>
    JSON.stringify({ level: 30, time: "2026-11-22T14:30:07.123Z", process: "server", ...fields });

  it("makes time, level, words and fields of a log line", () => {
    expect(renderer.render(line({ address: "127.0.0.1:50051", detail: "not now", msg: "ready" }))).to.equal(
      'server    14:30:07 info  ready address=127.0.0.1:50051 detail="not now"',
    );
  });

  it("leaves any other line as it is, but for what would drive the terminal", () => {
    expect(renderer.render("bell: \u001b[2Jno")).to.equal("server    bell: \\u001b[2Jno");
    expect(renderer.render('{"a": 1}')).to.equal('server    {"a": 1}');
    expect(renderer.render("{broken")).to.equal("server    {broken");
  });

  it("shows an error by its message and keeps escapes out of fields", () => {
    expect(
      renderer.render(line({ level: 50, err: { message: "gone", stack: "…" }, x: "\u001b[1m", msg: "a" })),
    ).to.equal('server    14:30:07 error a err="gone" x=\\u001b[1m');
  });

  it("paints names and levels where colours are welcome", () => {
    expect(new LineRenderer("server", 0, true).render(line({ level: 40, msg: "a" }))).to.include("\u001b[33mwarn");
  });
});
