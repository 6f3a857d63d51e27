import { renderCount } from "../render/count.ts";
import { wrapText } from "../render/wrapped-fields.ts";
import type { Finding, FindingState } from "./finding.ts";

const WORDS: Readonly<Record<FindingState, string>> = { ok: "ok", warn: "warn", fail: "FAIL" };
const GAP = 2;
const STATE_WIDTH = 4;
/** What is found keeps so much room, however narrow the screen. */
const NARROWEST = 20;

/** The screen: a line for each check, under what is not well its mend, and a sentence; `width` null: nothing is wrapped. */
export function doctorText(findings: readonly Finding[], width: number | null): string {
  const nameWidth = Math.max(...findings.map(({ name }) => name.length));
  const indent = STATE_WIDTH + GAP + nameWidth + GAP;
  const room = width === null ? null : Math.max(width - indent, NARROWEST);
  const lines = findings.flatMap(({ state, name, message, hint }) => {
    const head = `${WORDS[state].padEnd(STATE_WIDTH + GAP)}${name.padEnd(nameWidth + GAP)}`;
    const told = [...wrapText(message, room), ...(hint === "" ? [] : wrapText(`mend: ${hint}`, room))];
    return told.map((line, at) => `${at === 0 ? head : " ".repeat(indent)}${line}`.trimEnd());
  });
  return `${lines.join("\n")}\n\n${wrapText(verdict(findings), width).join("\n")}`;
}

function verdict(findings: readonly Finding[]): string {
  const failed = findings.filter(({ state }) => state === "fail").length;
  const warned = findings.filter(({ state }) => state === "warn").length;
  const all = renderCount(findings.length, "check");
  if (failed === 0 && warned === 0) return `All is well: ${all}.`;
  if (failed === 0) return `Everything works; ${warned} of ${all} should be looked at.`;
  return `${failed} of ${all} failed: mend the first of them, then look again, for others may come of it.`;
}
