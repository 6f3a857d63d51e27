import { expect } from "chai";
import { StoreState } from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { DatabaseLook } from "../../server/main.ts";
import { judgeDatabase, judgeDataFolder, judgeStore } from "./database.ts";
import type { Finding } from "./finding.ts";
import type { DataFolderLook } from "./look-at-data-folder.ts";
import { sampleStatus } from "./testing/sample-answer.ts";

const UID = 1000;
const FILE = "/data/tickerbell.db";
type Row<Changes> = readonly [title: string, changes: Changes, state: string, message: string, hint: string];

function expectFinding(finding: Finding | undefined, state: string, message: string, hint: string): void {
  expect(finding?.state).to.equal(state);
  expect(finding?.message).to.include(message);
  expect(finding?.hint).to.include(hint);
}

describe("judgeStore()", () => {
  const well = { state: StoreState.READY, detail: "", sizeBytes: 2e6, logBytes: 1e3, freeBytes: 8e10 };
  const cases: readonly Row<object>[] = [
    ["one that is ready", {}, "ok", "ready, 2.0 MB and 1.0 kB log, 80.0 GB free", ""],
    ["one that is damaged", { state: StoreState.DAMAGED, detail: "bad page" }, "fail", "damaged: bad page", "restore"],
    [
      "one that takes no writes",
      { state: StoreState.READ_ONLY, detail: "full" },
      "fail",
      "no writes: full",
      "free some",
    ],
    ["a disk that is nearly full", { freeBytes: 499e6 }, "warn", "nearly full: 499 MB left", "free some space"],
    ["a disk that is full", { freeBytes: 0 }, "fail", "full: 0 B left", "free some space"],
    ["a disk of which nothing is known", { freeBytes: 0, isFreeUnknown: true }, "ok", "free space not known", ""],
    ["a log that has grown long", { logBytes: 3e8 }, "warn", "300 MB log", "whatever reads it"],
  ];
  for (const [title, changes, state, message, hint] of cases) {
    it(`says of ${title}: ${state}`, () => {
      const { store } = sampleStatus({ store: { ...well, ...changes } });
      expectFinding(judgeStore(store)[0], state, message, hint);
    });
  }
});

describe("judgeDatabase()", () => {
  const facts = { isDatabase: true, schema: 9, wholeBytes: 8_192 };
  const well: DatabaseLook = {
    bytes: 8_192,
    logBytes: null,
    mode: 0o600,
    uid: UID,
    facts,
    trouble: null,
    knownSchema: 9,
  };
  const cases: readonly Row<Partial<DatabaseLook>>[] = [
    ["a sound one", {}, "ok", "8.2 kB and 0 B log", ""],
    ["one that is not there yet", { bytes: null, facts: null }, "ok", "none yet", ""],
    [
      "one that is gone beside its log",
      { bytes: null, facts: null, logBytes: 4_096 },
      "fail",
      "only its log",
      "restore",
    ],
    ["an empty file beside a log", { bytes: 0, facts: null, logBytes: 4_096 }, "fail", "only its log", "restore"],
    ["a film", { facts: { ...facts, isDatabase: false } }, "fail", "is no database", "restore"],
    ["a stranger's", { facts: { ...facts, schema: 0 } }, "fail", "no database of Tickerbell's", "BELL_DATA_DIR"],
    [
      "a newer version's",
      { facts: { ...facts, schema: 10 } },
      "fail",
      "schema 10; this version of Tickerbell knows 9",
      "newer version",
    ],
    ["an older version's", { facts: { ...facts, schema: 3 } }, "ok", FILE, ""],
    ["one that is cut off", { bytes: 4_096 }, "fail", "cut off: 4096 of 8192 bytes", "restore"],
    ["one whose rest may be in its log", { bytes: 4_096, logBytes: 9_000 }, "ok", "9.0 kB log", ""],
    ["one of unknown length", { facts: { ...facts, wholeBytes: null } }, "ok", FILE, ""],
    ["one that others may read", { mode: 0o644 }, "warn", "open to other users (mode 0644)", `chmod 600 ${FILE}`],
    ["another user's", { uid: 998 }, "warn", "user 998's, not yours", "sudo -u '#998'"],
    ["one that may not be read", { trouble: "EACCES", facts: null, uid: 998 }, "fail", "(EACCES)", "sudo -u '#998'"],
    ["one that cannot be read", { trouble: "EIO", facts: null }, "fail", "(EIO)", "ls -l"],
  ];
  for (const [title, changes, state, message, hint] of cases) {
    it(`says of ${title}: ${state}`, () => {
      expectFinding(judgeDatabase(FILE, { ...well, ...changes }, UID), state, message, hint);
    });
  }

  it("lets the root look at anybody's, and anybody where the system has no users", () => {
    for (const uid of [0, null]) expect(judgeDatabase(FILE, { ...well, uid: 998 }, uid).state).to.equal("ok");
  });
});

describe("judgeDataFolder()", () => {
  const well: DataFolderLook = { folder: "/data", state: "ready", freeBytes: 8e10, trouble: "" };
  const cases: readonly Row<Partial<DataFolderLook>>[] = [
    ["one that is there", {}, "ok", "/data, 80.0 GB free", ""],
    ["one that is not there yet", { state: "absent" }, "ok", "made by the first start", ""],
    [
      "one that cannot be made",
      { state: "unmakeable", trouble: "EROFS" },
      "fail",
      "cannot be made (EROFS)",
      "BELL_DATA_DIR",
    ],
    [
      "one that is another's",
      { state: "unwritable", trouble: "EACCES" },
      "fail",
      "written to (EACCES)",
      "BELL_DATA_DIR",
    ],
    ["one on a full disk", { freeBytes: 4_096 }, "fail", "full: 4.1 kB left", "free some space"],
    ["one on a disk that is nearly full", { freeBytes: 4e8 }, "warn", "nearly full", "free some space"],
    ["one of which nothing is known", { freeBytes: null }, "ok", "free space not known", ""],
  ];
  for (const [title, changes, state, message, hint] of cases) {
    it(`says of ${title}: ${state}`, () =>
      expectFinding(judgeDataFolder({ ...well, ...changes }), state, message, hint));
  }
});
