import { expect } from "chai";
import { startWarning } from "./start-warning.ts";

describe("startWarning()", () => {
  const REAL = { BELL_SMTP: "smtp.example.com:587" };

  it("says that real mail would go out about simulated prices, and names the settings", () => {
    const warning = startWarning(REAL);
    expect(warning).to.include("smtp.example.com").and.include("SIMULATED");
    expect(warning).to.include("BELL_SMTP").and.include("BELL_ALPHA_VANTAGE_API_KEY_FILE");
  });

  it("says nothing where prices are real, or mail stays on this machine", () => {
    expect(startWarning({})).to.equal(null);
    expect(startWarning({ ...REAL, BELL_ALPHA_VANTAGE_API_KEY_FILE: "key" })).to.equal(null);
    expect(startWarning({ BELL_SMTP: "127.0.0.1:2525" })).to.equal(null);
    expect(startWarning({ BELL_SMTP: "relay:25", BELL_LOCAL_HOSTS: "relay" })).to.equal(null);
  });
});
