import { PassThrough } from "node:stream";
import { expect } from "chai";
import { AppError } from "../domain/error.ts";
import { typeHidden } from "./hidden-line.ts";

async function typed(...keys: string[]): Promise<string> {
  const stream = new PassThrough();
  const line = typeHidden(stream);
  for (const key of keys) stream.write(key);
  return line;
}

describe("typeHidden()", () => {
  it("reads up to Enter", async () => expect(await typed("sec", "ret\r", "rest")).to.equal("secret"));
  it("takes back what was erased, one character at a time", async () => {
    expect(await typed("aü\u007fb", "\r")).to.equal("ab");
  });
  it("takes back the whole line", async () => expect(await typed("wrong\u0015right\r")).to.equal("right"));
  it("puts together a character that came in pieces", async () => {
    const stream = new PassThrough();
    const line = typeHidden(stream);
    stream.write(Buffer.from([0xc3]));
    stream.write(Buffer.from([0xbc, 0x0d]));
    expect(await line).to.equal("ü");
  });
  it("reads a second line from keys that were paused after the first", async () => {
    const stream = new PassThrough();
    const first = typeHidden(stream);
    stream.write("one\r");
    await first;
    stream.pause();
    const second = typeHidden(stream);
    stream.write("two\r");
    expect(await second).to.equal("two");
  });
  it("is interrupted by Ctrl-C", async () => {
    const error: unknown = await typed("se\u0003").catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(AppError).with.property("code", "CANCELLED");
  });
});
