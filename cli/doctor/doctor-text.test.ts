import { expect } from "chai";
import { doctorText } from "./doctor-text.ts";
import { fail, ok, warn } from "./finding.ts";

describe("doctorText()", () => {
  const all = [ok("node", "Node 24"), warn("log-in", "none", "./bell login"), fail("server", "gone", "./bell up")];

  it("has a line for each check, the mend under what is not well, and a sentence at the end", () => {
    expect(doctorText(all, null)).to.equal(
      [
        "ok    node    Node 24",
        "warn  log-in  none",
        "              mend: ./bell login",
        "FAIL  server  gone",
        "              mend: ./bell up",
        "",
        "1 of 3 checks failed: mend the first of them, then look again, for others may come of it.",
      ].join("\n"),
    );
  });

  it("says that all works, whether or not something should be looked at", () => {
    expect(doctorText(all.slice(0, 1), null)).to.match(/\n\nAll is well: 1 check\.$/);
    expect(doctorText(all.slice(0, 2), null)).to.match(/\n\nEverything works; 1 of 2 checks should be looked at\.$/);
  });

  it("keeps to the width of the screen, and to what a stranger's server wrote as text", () => {
    const message = `${"long words ".repeat(20)}\u001b[31m`;
    const text = doctorText([fail("certificate operator", message, message)], 80);
    for (const line of text.split("\n")) expect(line.length).to.be.at.most(80);
    expect(text).to.include("\\u001b[31m").and.not.include("\u001b");
  });
});
