import { expect } from "chai";
import { renderList, renderMail } from "./mail-page.ts";
import type { Mail } from "./mail.ts";

const HOSTILE = `"><script>alert('x')</script>&`;
const MAIL: Mail = {
  id: "00000001-20260515T195630Z",
  receivedTimeMs: Date.parse("2026-05-15T19:56:30Z"),
  from: HOSTILE,
  to: [HOSTILE],
  subject: HOSTILE,
  messageId: HOSTILE,
  text: HOSTILE,
  html: HOSTILE,
  sizeBytes: 12,
};

describe("renderList() and renderMail()", () => {
  it("show hostile texts as texts", () => {
    for (const page of [renderList([MAIL]), renderMail(MAIL)]) {
      expect(page).not.to.contain("<script").and.not.to.contain("alert('x')");
      expect(page).to.contain("&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;");
    }
  });

  it("show the newest mail first", () => {
    const page = renderList([MAIL, { ...MAIL, id: "00000002-20260515T195631Z" }]);
    expect(page.indexOf("00000002")).to.be.lessThan(page.indexOf("00000001"));
    expect(renderList([])).to.contain("No mail has come yet.");
  });

  it("show the HTML part only in a frame without any right, and no frame without HTML", () => {
    expect(renderMail(MAIL)).to.contain('<iframe sandbox="" src="/messages/00000001-20260515T195630Z/html"');
    expect(renderMail({ ...MAIL, html: "" })).not.to.contain("<iframe");
  });
});
