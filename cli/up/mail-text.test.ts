import { expect } from "chai";
import { createServer, type AddressInfo } from "node:net";
import { systemClock } from "../../runtime/clock/clock.ts";
import { lookAtMail, mailText } from "./mail-text.ts";

describe("lookAtMail()", () => {
  it("says nothing of the mailbox on this machine", async () => {
    expect(await lookAtMail({}, systemClock)).to.equal(undefined);
  });

  it("says that no mail goes out while nobody listens, and how to find out more", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const environment = { BELL_SMTP: `127.0.0.1:${port}`, BELL_SERVER: "localhost:1" };
    expect(await lookAtMail(environment, systemClock)).to.equal(
      `no mail goes out (nobody listens at 127.0.0.1:${port}: ./bell doctor --mail)`,
    );
  });
});

describe("mailText()", () => {
  const sound = {
    host: "smtp.example.com",
    port: 587,
    isEncrypted: true,
    tlsVersion: "TLSv1.3",
    hasLogIn: true,
    fault: null,
    from: "bell@example.com",
    warning: null,
  };

  it("names the mail server that would take mail, also one that may dislike the sender", () => {
    expect(mailText(sound)).to.equal("mail goes to smtp.example.com:587");
    expect(mailText({ ...sound, warning: "it may not like you" })).to.equal("mail goes to smtp.example.com:587");
  });

  it("says that it takes too long to answer", () => {
    expect(mailText(undefined)).to.include("no mail goes out").and.include("too long");
  });
});
