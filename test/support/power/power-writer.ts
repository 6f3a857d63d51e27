// A process of its own, whose system calls are traced: lives the story on a real store and says what is promised, after it is.
// node power-writer.ts FILE BATCHES [careless]: with the last word its commits do not wait for the disk.
import Database from "better-sqlite3";
import { writeSync } from "node:fs";
import { judgeAlert } from "../../../domain/judging/judge.ts";
import { HOUR_MS } from "../../../domain/time.ts";
import { FakeClock } from "../../../runtime/clock/fake-clock.ts";
import { createLog } from "../../../runtime/log/log.ts";
import { openSqliteStore, openStoreDatabase } from "../../../server/sqlite/sqlite-store.ts";
import { above, EXAMPLE_START_MS, exampleAlert } from "../../examples.ts";
import { STORY_LEVEL, STORY_SYMBOLS, storyBatch } from "./power-story.ts";

const [file = "", batches = "0", careless] = process.argv.slice(2);
const clock = new FakeClock(EXAMPLE_START_MS);
let ids = 0;
/** Some mails go on their way between the batches, so that both kinds of transaction meet the end. */
const BATCHES_PER_MAIL = 3;

if (careless === "careless") makeCareless();
if (batches === "0") fill();
else await liveStory(Number(batches));

function open() {
  const ways = { newId: () => `id-${process.pid}-${++ids}`, random: () => 0.5, bootId: "boot" } as const;
  return openSqliteStore({ file, policy: "resend", clock, ...ways, log: createLog("server", "silent") });
}

/** The world before the story: a user with an alert on each symbol. */
function fill(): void {
  const database = openStoreDatabase(file);
  const insert =
    "INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES ('user-1', @mail, @mail, '', 0)";
  database.db.prepare(insert).run({ mail: "user-1@example.com" });
  database.close();
}

async function liveStory(count: number): Promise<void> {
  const store = open();
  for (const [at, symbol] of STORY_SYMBOLS.entries()) {
    const alert = exampleAlert(above(STORY_LEVEL), { id: `alert-${at}`, symbol, repeat: "every" });
    await store.alerts.insertAlert(alert, EXAMPLE_START_MS, null);
  }
  for (let at = 0; at < count; at++) {
    await store.quotes.recordQuotes([storyBatch(at)], judgeAlert);
    say(`batch ${at}`);
    if (at % BATCHES_PER_MAIL !== 0) continue;
    clock.advance(HOUR_MS + 60_000); // the cooldown of whatever was sent before is over
    const delivery = await store.notifications.beginDelivery("resend");
    if (delivery === null) continue;
    const outcome = { kind: "taken", reply: "250 ok" } as const;
    await store.notifications.endDelivery(delivery.notificationId, delivery.token, outcome, "resend");
    say(`sent ${delivery.notificationId}`);
  }
  process.exit(0); // without closing: nothing is tidied up
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** The control: what better-sqlite3 does in WAL mode unless it is told. The store's own check of it is told a lie. */
function makeCareless(): void {
  const pragma = Reflect.get(Database.prototype, "pragma") as (this: Database.Database, ...words: unknown[]) => unknown;
  Database.prototype.pragma = function (this: Database.Database, source: string, options?: Database.PragmaOptions) {
    if (source === "synchronous = FULL") return pragma.call(this, "synchronous = NORMAL", options);
    const answer = pragma.call(this, source, options);
    return source === "synchronous" ? 2 : answer;
  };
}
