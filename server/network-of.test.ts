import { expect } from "chai";
import { networkOf } from "./network-of.ts";

describe("networkOf()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["", ""],
    ["no address", "no address"],
  ];
  for (const [address, network] of cases) {
    it(`takes ${address === "" ? "nothing" : address} for ${network === "" ? "nothing" : network}`, () => {
      expect(networkOf(address)).to.equal(network);
    });
  }

  it("takes all that one customer has for one place, and two customers for two", () => {
    expect(networkOf("2001:db8:1:2:ffff::1")).to.equal(networkOf("2001:db8:1:2::"));
    expect(networkOf("2001:db8:1:3::1")).not.to.equal(networkOf("2001:db8:1:2::1"));
  });
});
