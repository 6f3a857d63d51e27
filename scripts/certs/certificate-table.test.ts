import { join } from "node:path";
import { expect } from "chai";
import { certificateTable } from "./certificate-table.ts";

describe("certificateTable()", () => {
  it("says what was done, where, until when and why, in columns, and names the server's hosts", () => {
    const notAfter = Date.UTC(2026, 7, 30, 12, 5);
    const table = certificateTable([
      { name: "ca", path: join(process.cwd(), "certs/ca.crt"), action: "kept", reason: "fine", notAfter, hosts: [] },
      {
        name: "server",
        path: "/elsewhere/server.crt",
        action: "renewed",
        reason: "expired",
        notAfter,
        hosts: ["localhost", "::1"],
      },
    ]);
    expect(table.split("\n")).to.deep.equal([
      "certificate  what     where                  until                 why",
      "ca           kept     certs/ca.crt           2026-08-30 12:05 UTC  fine",
      "server       renewed  /elsewhere/server.crt  2026-08-30 12:05 UTC  expired",
      "The server's certificate holds for localhost, ::1.",
    ]);
  });
});
