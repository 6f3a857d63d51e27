import { expect } from "chai";
import { repeatedNames } from "./repeated-names.ts";

describe("repeatedNames()", () => {
  const cases: [string, string, string[]][] = [
    ["finds a name that comes twice in one object", '{"a": 1, "b": 2, "a": 3}', ["a"]],
    ["finds it however deep it is", '{"x": [{"y": {"a": 1,"a": 1}}]}', ["a"]],
    ["finds it behind an escape", '{"\\u0061": 1, "a": 2}', ["a"]],
    ["finds it behind values of every kind", '{"a": [1, {"b": "}"}], "c": "\\"", "d": null, "a": true}', ["a"]],
    ["finds it three times as once", '{"a": 1, "a": 2, "a": 3}', ["a"]],
    ["lets the same name in two objects be", '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}', []],
    ["lets texts be that look like names", '{"a": "a", "b": ["a", "a"], "c": "{\\"a\\": 1, \\"a\\": 2}"}', []],
    ["finds nothing in nothing", "", []],
  ];
  for (const [sentence, text, names] of cases) {
    it(sentence, () => expect([...repeatedNames(text)]).to.deep.equal(names));
  }

  it("bears deep nesting", () => {
    expect([...repeatedNames(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)]).to.deep.equal([]);
  });
});
