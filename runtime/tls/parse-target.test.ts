import { expect } from "chai";
import { parseTarget } from "./parse-target.ts";

describe("parseTarget()", () => {
  const targets: readonly [string, string | undefined, number?][] = [
    ["localhost:8443", "localhost", 8443],
    ["dns:///server:8443", "server", 8443],
    ["dns:server:8443", "server", 8443],
    ["127.0.0.1:1", "127.0.0.1", 1],
    ["ipv4:127.0.0.1:1", "127.0.0.1", 1],
    ["[::1]:8443", "::1", 8443],
    ["localhost", undefined],
    ["localhost:70000", undefined],
    ["ipv4:127.0.0.1:1,127.0.0.1:2", undefined],
    ["unix:/run/bell.sock", undefined],
    ["::1:8443", undefined],
  ];
  for (const [target, host, port] of targets) {
    it(`reads ${target} as ${host === undefined ? "no single host" : `${host}, port ${String(port)}`}`, () => {
      expect(parseTarget(target)).to.deep.equal(host === undefined ? undefined : { host, port });
    });
  }
});
