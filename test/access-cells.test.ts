// The promise: whoever calls whatever, gets what a policy written by hand says, and nothing else.
import { expect } from "chai";
import { ROLES } from "../domain/role.ts";
import { accessRule } from "../server/grpc/access.ts";
import { POLICY, rightOf } from "./access/access-policy.ts";
import { contractMethods } from "./access/contract-methods.ts";
import { OBJECT_REQUESTS } from "./access/object-requests.ts";
import { playCells } from "./access/play-cells.ts";

/** Prime, so that every method and every kind of caller is among them. The long trial `access.cells` plays all. */
const ONE_OF = 11;
/** Fields of a request that name something of a user's. */
const OF_OBJECTS = ["id", "ids", "alert"];
/** What is made there has no id before, and what is only looked at never has one. */
const OF_NEW_ALERTS = ["AlertService/CreateAlert", "AlertService/PreviewAlert"];

describe("who may call what", () => {
  it("is written down for each method of the contract, and for no other", () => {
    const names = contractMethods().map(({ name }) => name);
    expect(Object.keys(POLICY).sort()).to.deep.equal(names.sort());
  });

  it("is the same in the server's own table, for every role", () => {
    for (const { name, path } of contractMethods()) {
      const rule = accessRule(path);
      const { roles, user } = rightOf(name);
      const allowed = ROLES.filter((role) => rule?.roles.includes(role) === true);
      expect({ name, roles: allowed, user: rule?.user }).to.deep.equal({
        name,
        roles: ROLES.filter((role) => roles.includes(role)),
        user,
      });
    }
  });

  it("is written down of another user's objects, wherever a request can name one", () => {
    const isAboutObject = ({ name, fields }: ReturnType<typeof contractMethods>[number]): boolean =>
      POLICY[name]?.gate !== "admin" && fields.some((field) => OF_OBJECTS.includes(field));
    const names = contractMethods()
      .filter(isAboutObject)
      .map(({ name }) => name)
      .filter((name) => !OF_NEW_ALERTS.includes(name))
      .sort();
    expect(Object.keys(OBJECT_REQUESTS).sort()).to.deep.equal(names);
    expect(names.filter((name) => POLICY[name]?.foreign === undefined)).to.deep.equal([]);
  });

  it("is what every kind of caller gets of every method", async () => {
    const violations: string[] = [];
    const cells = await playCells({ oneOf: ONE_OF, onViolation: (text) => violations.push(text) });
    expect(violations).to.deep.equal([]);
    expect(cells).to.be.greaterThan(450);
  });
});
