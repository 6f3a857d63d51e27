import { expect } from "chai";
import { checkReplay } from "./check-replay.ts";

describe("checkReplay()", () => {
  it("lets a replay mail to this machine, and the present mail anywhere", () => {
    expect(() => checkReplay("data", { host: "127.0.0.1", port: 25 })).not.to.throw();
    expect(() => checkReplay("wall", { host: "smtp.example.com", port: 587 })).not.to.throw();
  });

  it("refuses a replay that would mail to the world, naming the setting", () => {
    expect(() => checkReplay("data", { host: "smtp.example.com", port: 587 })).to.throw(
      /^BELL_SMTP: is smtp\.example\.com/,
    );
  });
});
