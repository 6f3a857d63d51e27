import { expect } from "chai";
import { outcomeKindToJSON } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { classifyOutcome, faultFromError, type SmtpFault } from "./classify-outcome.ts";

const SETUP = { stage: "setup", command: "CONN" } as const;
const MAIL = { stage: "envelope", command: "MAIL FROM" } as const;
const RCPT = { stage: "envelope", command: "RCPT TO" } as const;
const DATA = { stage: "envelope", command: "DATA" } as const;
const DOT = { stage: "content", command: "DATA" } as const;

const cases: readonly (readonly [sentence: string, at: Omit<SmtpFault, "response">, response: string, kind: string])[] =
  [
    ["no connection", SETUP, "", "SERVER_TROUBLE"],
    ["a busy greeting", SETUP, "421 4.7.0 too many connections", "SERVER_TROUBLE"],
    ["a refusing greeting", SETUP, "554 no service", "SERVER_TROUBLE"],
    ["a refused log-in", { stage: "setup", command: "AUTH PLAIN" }, "535 5.7.8 no", "SERVER_TROUBLE"],
    ["a log-in put off", { stage: "setup", command: "AUTH PLAIN" }, "454 4.7.0 later", "SERVER_TROUBLE"],
    ["silence before DATA", { stage: "envelope", command: "CONN" }, "", "NOT_TAKEN"],
    ["a sender put off", MAIL, "451 4.3.0 later", "NOT_TAKEN"],
    ["a refused sender", MAIL, "550 5.1.8 no such domain", "SERVER_TROUBLE"],
    ["our own address refused with a recipient's code", MAIL, "550 5.1.1 unknown", "SERVER_TROUBLE"],
    ["greylisting", RCPT, "450 4.2.0 greylisted", "NOT_TAKEN"],
    ["a full mailbox", RCPT, "452 4.2.2 full", "NOT_TAKEN"],
    ["a closing server", RCPT, "421 4.3.2 closing", "NOT_TAKEN"],
    ["an unknown mailbox", RCPT, "550 5.1.1 unknown", "ADDRESS_REFUSED"],
    ["an unknown domain", RCPT, "550 5.1.2 unknown", "ADDRESS_REFUSED"],
    ["a bad address", RCPT, "501 5.1.3 syntax", "ADDRESS_REFUSED"],
    ["a mailbox that has moved", RCPT, "551 5.1.6 moved", "ADDRESS_REFUSED"],
    ["a domain that takes no mail", RCPT, "556 5.1.10 null MX", "ADDRESS_REFUSED"],
    ["a disabled mailbox", RCPT, "550 5.2.1 disabled", "ADDRESS_REFUSED"],
    ["a plain 550", RCPT, "550 no such user", "ADDRESS_REFUSED"],
    ["a plain 553", RCPT, "553 not allowed", "ADDRESS_REFUSED"],
    ["a plain 550 over several lines", RCPT, "550-no such user\n550 here", "ADDRESS_REFUSED"],
    ["an unknown mailbox told in the last line", RCPT, "550-sorry\n550 5.1.1 unknown", "ADDRESS_REFUSED"],
    ["a policy told in the last line", RCPT, "550-we know you not\n550 5.7.1 blocked", "SERVER_TROUBLE"],
    ["a policy told beside the address", RCPT, "550-5.1.1 perhaps\n550 5.7.1 blocked", "SERVER_TROUBLE"],
    ["a 550 that says it may pass", RCPT, "550 4.7.1 later", "SERVER_TROUBLE"],
    ["content refused in many words", DOT, "554-5.7.1 spam\n554 see there", "CONTENT_REFUSED"],
    ["a policy's 550", RCPT, "550 5.7.1 blocked", "SERVER_TROUBLE"],
    ["a code that only begins like an address's", RCPT, "550 5.1.15 other", "SERVER_TROUBLE"],
    ["a refused relay", RCPT, "554 5.7.1 relay access denied", "SERVER_TROUBLE"],
    ["a plain 554", RCPT, "554 no", "SERVER_TROUBLE"],
    ["commands out of order", RCPT, "503 5.5.1 order", "SERVER_TROUBLE"],
    ["DATA put off", DATA, "451 4.3.0 later", "NOT_TAKEN"],
    ["DATA refused", DATA, "554 5.5.1 no", "SERVER_TROUBLE"],
    ["DATA refused with a plain 550", DATA, "550 no", "SERVER_TROUBLE"],
    ["an address refused only at DATA", DATA, "550 5.1.1 unknown", "ADDRESS_REFUSED"],
    ["content put off", DOT, "451 4.3.0 later", "NOT_TAKEN"],
    ["refused content", DOT, "554 5.6.0 no", "CONTENT_REFUSED"],
    ["content refused with a plain 550", DOT, "550 no", "CONTENT_REFUSED"],
    ["an address refused only after the content", DOT, "550 5.1.1 unknown", "ADDRESS_REFUSED"],
    ["silence after 354", { stage: "content", command: "CONN" }, "", "UNSURE"],
    ["an answer to the content that is none", DOT, "hello", "UNSURE"],
    ["an answer to the content with a meaningless code", DOT, "354 again", "UNSURE"],
  ];

describe("classifyOutcome()", () => {
  for (const [sentence, at, response, kind] of cases) {
    it(`calls ${sentence} ${kind}`, () => {
      expect(outcomeKindToJSON(classifyOutcome({ ...at, response }))).to.equal(`OUTCOME_KIND_${kind}`);
    });
  }
});

describe("faultFromError()", () => {
  it("takes the command and the answer from the library's error", () => {
    const error = Object.assign(new Error("x"), { command: "RCPT TO", response: "550 no" });
    expect(faultFromError(error, "envelope")).to.deep.equal({
      stage: "envelope",
      command: "RCPT TO",
      response: "550 no",
    });
  });

  it("makes a fault without an answer of anything else", () => {
    expect(faultFromError("broken", "content")).to.deep.equal({ stage: "content", command: "", response: "" });
  });
});
