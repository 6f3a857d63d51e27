import { html, type Html } from "./html.ts";
import type { Mail } from "./mail.ts";

/** The page with every mail, newest first; it asks for itself again every five seconds. */
export function renderList(mails: readonly Mail[]): string {
  const rows = mails.toReversed().map(
    (mail) =>
      html`<tr>
        <td>${timeText(mail)}</td>
        <td>${mail.from}</td>
        <td>${mail.to.join(", ")}</td>
        <td><a href="/messages/${mail.id}">${mail.subject === "" ? "(no subject)" : mail.subject}</a></td>
      </tr>`,
  );
  const table = html`<table>
    <thead>
      <tr>
        <th>Received (UTC)</th>
        <th>From</th>
        <th>To</th>
        <th>Subject</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
  return renderPage("Mailbox", mails.length === 0 ? html`<p>No mail has come yet.</p>` : table, true);
}

/** One mail: its head, its text and, in a frame that may run nothing and fetch nothing, its HTML. */
export function renderMail(mail: Mail): string {
  const frame =
    mail.html === ""
      ? html``
      : html`<h2>HTML</h2>
          <iframe sandbox="" src="/messages/${mail.id}/html" title="The HTML part of this mail"></iframe>`;
  const body = html`<dl>
      <dt>Received</dt>
      <dd>${timeText(mail)} UTC</dd>
      <dt>From</dt>
      <dd>${mail.from}</dd>
      <dt>To</dt>
      <dd>${mail.to.join(", ")}</dd>
      <dt>Message-ID</dt>
      <dd>${mail.messageId}</dd>
    </dl>
    <p><a href="/">All mail</a> · <a href="/messages/${mail.id}.eml">Download (${mail.sizeBytes} bytes)</a></p>
    <h2>Text</h2>
    <pre>${mail.text}</pre>
    ${frame}`;
  return renderPage(mail.subject === "" ? "(no subject)" : mail.subject, body, false);
}

/** The page for an address that is none. */
export function renderNotFound(): string {
  return renderPage("Not found", html`<p>There is no such mail. <a href="/">All mail</a></p>`, false);
}

/** The style of all pages. */
export const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: 1rem; }
iframe { width: 100%; height: 36rem; border: 1px solid #8884; background: #fff; }
`;

function renderPage(title: string, body: Html, refresh: boolean): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh ? html`<meta http-equiv="refresh" content="5" />` : html``}
        <title>${title}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html> `.text;
}

function timeText(mail: Mail): string {
  return new Date(mail.receivedTimeMs).toISOString().slice(0, 19).replace("T", " ");
}
