import type Database from "better-sqlite3";
import { judgeAlert } from "../domain/judging/judge.ts";
import type { Quote } from "../domain/quote.ts";
import { systemClock } from "../runtime/clock/clock.ts";
import { openStoreDatabase } from "../server/sqlite/sqlite-store.ts";
import { insertUsers, openBenchStore, plainAlert } from "./filled-store.ts";

/** Levels stand at every cent within so much of the price. */
const REACH = 0.2;
const OWNER = "user-1";

/**
 * Fills a database with the first quotes of its symbols and so many armed alerts on them, levels uniform in cents within 20 % of
 * each price, which itself lies between two cents. One alert of each kind is made and armed as every alert is; the others are
 * its copies at other levels, for arming a million one by one would take longer than everything that is measured.
 */
export async function fillAlerts(file: string, first: readonly Quote[], count: number): Promise<void> {
  insertUsers(file, [OWNER]);
  const templates = await armTemplates(file, first);
  const database = openStoreDatabase(file);
  try {
    const { db } = database;
    db.transaction(() => copyTemplates(db, templates, count))();
    db.prepare("DELETE FROM alerts WHERE id LIKE 'template-%'").run();
  } finally {
    database.close();
  }
}

interface Template {
  readonly id: string;
  readonly price: number;
  readonly isAbove: boolean;
}

async function armTemplates(file: string, first: readonly Quote[]): Promise<Template[]> {
  const store = openBenchStore(file);
  await store.quotes.recordQuotes([first], judgeAlert);
  const templates: Template[] = [];
  for (const { symbol, close } of first) {
    for (const isAbove of [true, false]) {
      const id = `template-${symbol}-${isAbove ? "above" : "below"}`;
      const level = Math.round(close * (isAbove ? 1 + REACH : 1 - REACH) * 100) / 100;
      const condition = { kind: isAbove ? "above" : "below", level, forMs: 0 } as const;
      await store.alerts.insertAlert(plainAlert({ id, userId: OWNER, symbol, condition }), systemClock.now(), null);
      templates.push({ id, price: close, isAbove });
    }
  }
  await store.close();
  return templates;
}

function copyTemplates(db: Database.Database, templates: readonly Template[], count: number): void {
  const copy = new TemplateCopy(db);
  for (let at = 0; at < count; at++) {
    const template = templates[at % templates.length];
    if (template === undefined) return;
    const { id, price, isAbove } = template;
    const cents = Math.ceil(price * REACH * 100);
    const step = 1 + (Math.floor(at / templates.length) % cents);
    const cent = isAbove ? Math.floor(price * 100) + step : Math.ceil(price * 100) - step;
    copy.at(id, `alert-${at}`, cent / 100);
  }
}

/** Copies an armed alert with its one wake to another level. */
class TemplateCopy {
  readonly #alert: Database.Statement;
  readonly #change: Database.Statement;
  readonly #wake: Database.Statement;

  constructor(db: Database.Database) {
    const columns = (db.pragma("table_info(alerts)") as { name: string }[]).map(({ name }) => name);
    const values = columns.map((name) => ({ row: "NULL", id: "@id", level: "@level" })[name] ?? name);
    this.#alert = db.prepare(`INSERT INTO alerts SELECT ${values.join(", ")} FROM alerts WHERE id = @template`);
    const of = "WHERE alert = (SELECT row FROM alerts WHERE id = @template)";
    this.#change = db.prepare(
      `INSERT INTO alert_changes SELECT @row, version, seq, state, reason, time, after FROM alert_changes ${of}`,
    );
    this.#wake = db.prepare(
      `INSERT INTO watch_levels SELECT symbol, session, side, @level, @row FROM watch_levels ${of}`,
    );
  }

  at(template: string, id: string, level: number): void {
    const { lastInsertRowid: row } = this.#alert.run({ template, id, level });
    this.#change.run({ template, row });
    if (this.#wake.run({ template, row, level }).changes !== 1) throw new Error(`${template} has not one wake`);
  }
}
