import { expect } from "chai";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import { Redraw } from "./redraw.ts";

describe("Redraw", () => {
  let terminal: MemoryTerminal;
  let redraw: Redraw;
  beforeEach(() => {
    terminal = new MemoryTerminal();
    terminal.columns = 80;
    redraw = new Redraw(terminal);
  });
  /** What was written since the last look, with escapes that can be read. */
  const written = (): string => {
    const text = terminal.output.replaceAll("\u001b[", "^").replaceAll("\r", "<").replaceAll("\n", "|");
    terminal.output = "";
    return text;
  };

  it("draws over what it drew, line by line, and clears nothing before", () => {
    redraw.draw(["one", "two"]);
    expect(written()).to.equal("^?25lone^K|two^K|^J");
    redraw.draw(["three"]);
    expect(written()).to.equal("<^2Athree^K|^J");
    redraw.draw(["four"]);
    expect(written()).to.equal("<^1Afour^K|^J");
  });

  it("writes nothing when nothing has changed", () => {
    redraw.draw(["one"]);
    written();
    redraw.draw(["one"]);
    expect(written()).to.equal("");
  });

  it("begins anew on a screen of another width", () => {
    redraw.draw(["one"]);
    written();
    terminal.columns = 60;
    redraw.draw(["one"]);
    expect(written()).to.equal("^H^2Jone^K|^J");
  });

  it("leaves a clean line and the cursor, and nothing where it never drew", () => {
    redraw.end();
    expect(written()).to.equal("");
    redraw.draw(["one"]);
    written();
    redraw.end();
    expect(written()).to.equal("<^J^?25h");
  });
});
