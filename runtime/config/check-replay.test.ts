import { expect } from "chai";
import { checkReplay } from "./check-replay.ts";

describe("checkReplay()", () => {
  it("lets a replay mail to this machine, and the present mail anywhere", () => {
    expect(() => checkReplay("data", { host: "127.0.0.1", port: 25 })).not.to.throw();
    expect(() => checkReplay("wall", { host: "smtp.example.com", port: 587 })).not.to.throw();
  });

  it("lets a replay mail to a host that is declared as good as this machine, and no other", () => {
    expect(() => checkReplay("data", { host: "mailbox", port: 1025 }, ["mailbox"])).not.to.throw();
    expect(() => checkReplay("data", { host: "mailbox", port: 1025 })).to.throw(/^BELL_SMTP: is mailbox/);
  });

  it("refuses a replay that would mail to the world, naming the setting", () => {
    expect(() => checkReplay("data", { host: "smtp.example.com", port: 587 })).to.throw(
      /^BELL_SMTP: is smtp\.example\.com/,
    );
  });
});
