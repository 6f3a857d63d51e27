import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { StrictQuestion } from "./strict-reader.ts";

/** An answer to begin from, and the question that it answers. */
export interface Base {
  readonly name: string;
  readonly body: string;
  readonly question: StrictQuestion;
}

/** So few rows that a change meets what matters, and that minutes may lie five apart. */
const ROWS = 12;

/** Every recorded answer and refusal, as it is and cut short; those that would be refused whole also as answers to what is asked. */
export function basesIn(folder: string): Base[] {
  return filesIn(join(folder, "alphavantage")).flatMap(({ name, body }) => {
    const question = questionOf(name);
    const short = shortened(body);
    const asMinutes = short.replaceAll(/\b(5|15|60)min\b/g, "1min");
    const asEntitled = body.replace(/"message": "[^"]*"/, '"message": "success"');
    const bodies = [...new Set([body, short, asMinutes, asEntitled])].filter((one) => one.length < 30_000);
    return bodies.map((one) => ({ name, body: one, question }));
  });
}

function filesIn(folder: string): { name: string; body: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("http_headers"))
    .map(({ name, parentPath }) => {
      const bytes = readFileSync(join(parentPath, name));
      return { name, body: (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8") };
    });
}

function questionOf(name: string): StrictQuestion {
  const [, symbol = "IBM"] = /_([A-Z]{2,5})_/.exec(name) ?? [];
  if (/^daily_/.test(name)) return { kind: "daily", symbol };
  if (/^global_quote_|empty_global/.test(name)) return { kind: "global-quote", symbol };
  if (/bulk/.test(name)) return { kind: "bulk-quotes", symbol: "AAPL" };
  return { kind: "intraday", symbol };
}

/** The first rows of a series; anything else as it is. */
function shortened(body: string): string {
  if (!body.startsWith("{"))
    return (
      body
        .split("\n")
        .slice(0, ROWS + 1)
        .join("\n") + (body.split("\n").length > ROWS + 1 ? "\n" : "")
    );
  const value = JSON.parse(body) as Record<string, unknown>;
  const cut = Object.entries(value).map(([name, inner]) => [
    name,
    name.startsWith("Time Series") ? firstOf(inner) : inner,
  ]);
  return JSON.stringify(Object.fromEntries(cut), null, 4);
}

function firstOf(rows: unknown): unknown {
  return Object.fromEntries(Object.entries(rows as object).slice(0, ROWS));
}
