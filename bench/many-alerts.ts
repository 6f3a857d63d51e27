import type Database from "better-sqlite3";
import { judgeAlert } from "../domain/judging/judge.ts";
import { asOf, type Quote } from "../domain/quote.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { insertUsers, openBenchStore, plainAlert } from "./filled-store.ts";

/** Levels stand within so much of the price. */
const REACH = 0.2;
const OWNER = "user-1";
/** Far from any number of alerts' divisors: alerts of neighbouring levels are not made one after the other. */
const STRIDE = 7_919;

/**
 * Fills a database with the first quotes of its symbols and so many armed alerts on them, half above and half below each price, which
 * itself lies between two cents; levels uniform in cents within 20 % of it. One alert of each kind is made and armed as every alert
 * is; the others are its copies at other levels, for arming a million one by one would take longer than everything that is
 * measured. `ownerOf` names the user of each, counted from 0; alerts go to symbols and sides in turn.
 */
export async function fillAlerts(
  file: string,
  first: readonly Quote[],
  count: number,
  ownerOf: (at: number) => string = () => OWNER,
): Promise<void> {
  insertUsers(file, [...new Set([OWNER, ...Array.from({ length: count }, (_, at) => ownerOf(at))])]);
  const templates = await armTemplates(file, first);
  const database = openStoreDatabase(file);
  try {
    const { db } = database;
    db.transaction(() => copyTemplates(db, templates, { count, ownerOf }))();
    db.prepare("DELETE FROM alerts WHERE id LIKE 'template-%'").run();
  } finally {
    database.close();
  }
}

/** The level that stands n-th from the price on its upper side, counted from 0, of so many on that side. */
export function levelAbove(price: number, nth: number, perSide: number): number {
  return levelAt({ price, isAbove: true }, nth, perSide);
}

interface Side {
  readonly price: number;
  readonly isAbove: boolean;
}

interface Template extends Side {
  readonly id: string;
}

async function armTemplates(file: string, first: readonly Quote[]): Promise<Template[]> {
  const store = openBenchStore(file);
  await store.quotes.recordQuotes([first], judgeAlert);
  const templates: Template[] = [];
  for (const quote of first) {
    const { symbol, close: price } = quote;
    for (const isAbove of [true, false]) {
      const id = `template-${symbol}-${isAbove ? "above" : "below"}`;
      const level = Math.round(price * (isAbove ? 1 + REACH : 1 - REACH) * 100) / 100;
      const condition = { kind: isAbove ? "above" : "below", level, forMs: 0 } as const;
      // As of the quote itself: on one that has grown old it would not be armed.
      await store.alerts.insertAlert(plainAlert({ id, userId: OWNER, symbol, condition }), asOf(quote), null);
      templates.push({ id, price, isAbove });
    }
  }
  await store.close();
  return templates;
}

function copyTemplates(
  db: Database.Database,
  templates: readonly Template[],
  { count, ownerOf }: { readonly count: number; readonly ownerOf: (at: number) => string },
): void {
  const copy = new TemplateCopy(db);
  const perSide = Math.ceil(count / templates.length);
  for (let at = 0; at < count; at++) {
    const template = templates[at % templates.length];
    if (template === undefined) return;
    const nth = (Math.floor(at / templates.length) * STRIDE) % perSide;
    copy.to({ template: template.id, id: `alert-${at}`, owner: ownerOf(at), level: levelAt(template, nth, perSide) });
  }
}

function levelAt({ price, isAbove }: Side, nth: number, perSide: number): number {
  const cents = 1 + Math.floor((nth * Math.floor(price * REACH * 100)) / perSide);
  return (isAbove ? Math.floor(price * 100) + cents : Math.ceil(price * 100) - cents) / 100;
}

/** What a copy is to be. */
interface Wanted {
  readonly template: string;
  readonly id: string;
  readonly owner: string;
  readonly level: number;
}

/** Copies an armed alert with its one wake, at a price, to another level. */
class TemplateCopy {
  readonly #alert: Database.Statement;
  readonly #change: Database.Statement;
  readonly #wake: Database.Statement;

  constructor(db: Database.Database) {
    const columns = (db.pragma("table_info(alerts)") as { name: string }[]).map(({ name }) => name);
    const own: Partial<Record<string, string>> = { row: "NULL", id: "@id", user_id: "@owner", level: "@level" };
    const values = columns.map((name) => own[name] ?? name);
    this.#alert = db.prepare(`INSERT INTO alerts SELECT ${values.join(", ")} FROM alerts WHERE id = @template`);
    const of = "WHERE alert = (SELECT row FROM alerts WHERE id = @template)";
    this.#change = db.prepare(
      `INSERT INTO alert_changes SELECT @row, version, seq, state, reason, time, after FROM alert_changes ${of}`,
    );
    this.#wake = db.prepare(
      `INSERT INTO watch_levels SELECT symbol, session, side, @level, @row FROM watch_levels ${of} AND level > 0`,
    );
  }

  to({ template, id, owner, level }: Wanted): void {
    const { lastInsertRowid: row } = this.#alert.run({ template, id, owner, level });
    this.#change.run({ template, row });
    if (this.#wake.run({ template, row, level }).changes !== 1)
      throw new Error(`${template} does not wait for a price`);
  }
}
