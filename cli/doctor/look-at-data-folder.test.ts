import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookAtDataFolder } from "./look-at-data-folder.ts";

describe("lookAtDataFolder()", () => {
  it("calls a file what it is, not a folder that is somebody else's", () => {
    const folder = mkdtempSync(join(tmpdir(), "tickerbell-doctor-"));
    try {
      const file = join(folder, "data");
      writeFileSync(file, "");
      expect(lookAtDataFolder(file)).to.include({ state: "unwritable", trouble: "ENOTDIR" });
      expect(lookAtDataFolder(join(file, "below"))).to.include({ state: "unmakeable", trouble: "ENOTDIR" });
      expect(lookAtDataFolder(folder)).to.include({ state: "ready", trouble: "" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
