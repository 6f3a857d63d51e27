import { expect } from "chai";
import { versionFault } from "./node-version.ts";

describe("versionFault()", () => {
  for (const version of ["24.17.0", "24.21.1", "25.0.0"]) {
    it(`takes Node ${version}`, () => expect(versionFault(version)).to.equal(null));
  }
  for (const version of ["24.16.9", "22.22.0", "20.20.2"]) {
    it(`refuses Node ${version} and names the mend`, () =>
      expect(versionFault(version)).to.include(version).and.include("make deps"));
  }
});
