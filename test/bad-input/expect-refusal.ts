import { expect } from "chai";
import type { AppError } from "../../domain/error.ts";
import type { BadCase } from "./bad-case.ts";

/** What no message may hold: where our code lies, what our database is asked, how an error came about. */
const INTERNALS = /SQLITE_|\bSELECT\b|\bINSERT\b|node:internal|node_modules|\.ts:\d|^\s+at /m;
/** `alert.condition.above.level`, `symbols[3]`. */
const FIELD_PATH = /^[a-z][a-z0-9_]*(\[\d+\])?(\.[a-z][a-z0-9_]*(\[\d+\])?)*$/;

/** Holds a refusal against what the case expects, and against what goes for all of them. */
export function expectRefusal(
  error: AppError,
  { code, reason, fields, says = [], hides = [] }: BadCase<unknown>,
): void {
  const told = `${error.message}\n${error.hint}`;
  expect([error.code, error.reason], told).to.deep.equal([code, reason]);
  if (fields !== undefined) expect(error.fields.map(({ field }) => field)).to.have.members(fields);
  for (const words of says) expect(told).to.include(words);
  for (const words of hides) expect(told).not.to.include(words);
  expectWellFormed(error);
}

/** What goes for every refusal, whatever was wrong. */
export function expectWellFormed(error: AppError): void {
  expect(error.message).not.to.equal("");
  expect(`${error.message}\n${error.hint}`).not.to.match(INTERNALS);
  for (const { field, message } of error.fields) {
    expect(field).to.match(FIELD_PATH);
    expect(message).not.to.equal("");
  }
  const paths = error.fields.map(({ field, reason, message }) => `${field} ${reason} ${message}`);
  expect(new Set(paths).size, "the same is told twice").to.equal(paths.length);
}
