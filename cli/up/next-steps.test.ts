import { expect } from "chai";
import { nextSteps } from "./next-steps.ts";
import type { Addresses, ProcessName } from "./plan.ts";

const PATHS = { BELL_CERTS_DIR: "/bell/certs", BELL_DATA_DIR: "/bell/data" };
const SECOND = { server: "localhost:50051", simulator: "127.0.0.1:8081", paths: PATHS };
const FIRST = { server: undefined, paths: PATHS, example: "AAPL above 200", standIn: undefined, mail: undefined };
const TERMINALS = { first: FIRST, second: SECOND };

describe("nextSteps()", () => {
  it("says that prices are simulated and where the mail is", () => {
    const known = new Map<ProcessName, Addresses>([
      ["mailbox", { smtp: "127.0.0.1:1025", page: "http://127.0.0.1:8025/" }],
      ["simulator", { http: "127.0.0.1:8081" }],
      ["server", { grpc: "127.0.0.1:50051" }],
    ]);
    const text = nextSteps(known, TERMINALS);
    expect(text.split("\n")[0]).to.equal(
      "Tickerbell is up. Prices are SIMULATED; mail goes to the mailbox at http://127.0.0.1:8025.",
    );
    expect(text).to.include("./bell register").and.include("./bell simulator set").and.not.include("export");
  });

  it("says that prices are real, what becomes of mail, and which variables the second terminal needs", () => {
    const first = { ...FIRST, mail: "mail goes to smtp.example.com:587" };
    const text = nextSteps(new Map([["server", { grpc: "0.0.0.0:40051" }]]), { first, second: SECOND });
    expect(text).to.include("Prices are real; mail goes to smtp.example.com:587.\n").and.not.include("simulator set");
    expect(text).to.include("export BELL_SERVER=localhost:40051").and.not.include("BELL_SIMULATOR_LISTEN");
  });

  it("does not call prices real that something on this machine tells", () => {
    const first = { ...FIRST, standIn: "ws://127.0.0.1:9443" };
    const text = nextSteps(new Map([["server", { grpc: "127.0.0.1:50051" }]]), { first, second: SECOND });
    expect(text).to.include("Prices are what ws://127.0.0.1:9443 tells, on this machine; ").and.not.include("real");
  });

  it("names what was set in the first terminal already, which the second does not know", () => {
    const paths = { ...PATHS, BELL_CERTS_DIR: "/home/o'neil/my certs", BELL_SESSION_FILE: "/tmp/ann.json" };
    const first = { ...FIRST, server: "bell.example.com:50051", paths };
    const known = new Map<ProcessName, Addresses>([
      ["simulator", { http: "127.0.0.1:9081" }],
      ["server", { grpc: "0.0.0.0:50051" }],
    ]);
    const text = nextSteps(known, { first, second: SECOND });
    expect(text.split("\n").filter((line) => line.includes("export"))).to.deep.equal([
      "  export BELL_SERVER=bell.example.com:50051",
      "  export BELL_SIMULATOR_LISTEN=127.0.0.1:9081",
      "  export BELL_CERTS_DIR='/home/o'\\''neil/my certs'",
      "  export BELL_SESSION_FILE=/tmp/ann.json",
    ]);
  });
});
