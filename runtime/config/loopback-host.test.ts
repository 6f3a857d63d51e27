import { expect } from "chai";
import { isLoopbackHost } from "./loopback-host.ts";

describe("isLoopbackHost()", () => {
  it("knows this machine by its names and addresses, and nothing else", () => {
    for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) {
      expect(isLoopbackHost(host), host).to.equal(true);
    }
    for (const host of ["", "0.0.0.0", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil.example", "::"]) {
      expect(isLoopbackHost(host), host).to.equal(false);
    }
  });
});
