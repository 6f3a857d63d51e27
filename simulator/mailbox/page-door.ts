import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../../domain/error.ts";
import { notLoopback, sendError, sendJson } from "../http/error-answer.ts";
import { isLocalRequest } from "../http/loopback.ts";
import type { MailFolder } from "./mail-folder.ts";
import { renderList, renderMail, renderNotFound, STYLE } from "./mail-page.ts";
import type { Mail } from "./mail.ts";

/** Our own pages: a style sheet and a frame of our own, nothing else. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** What a mail brought along: no script, no request to anywhere, no way out of its frame. */
const MAIL_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'";
const PATH = /^\/(api\/)?messages\/([0-9TZ-]+)(\.eml|\/html)?$/;

/** The mailbox's pages and its JSON, for this machine only. Mails are looked up by name in memory, never by a path. */
export class PageDoor {
  readonly #folder: MailFolder;
  readonly #localHosts: readonly string[];

  constructor(folder: MailFolder, localHosts: readonly string[] = []) {
    this.#folder = folder;
    this.#localHosts = localHosts;
  }

  /** Answers every request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!isLocalRequest(request, this.#localHosts)) throw notLoopback();
      if (request.method !== "GET" && request.method !== "HEAD") throw noMethod(request.method ?? "");
      await this.#answer((request.url ?? "").split("?")[0] ?? "", response);
    } catch (error) {
      sendError(response, error);
    }
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    if (path === "/") send(response, 200, HTML, renderList(this.#folder.mails));
    else if (path === "/style.css") send(response, 200, "text/css; charset=utf-8", STYLE);
    else if (path === "/api/messages") {
      sendJson(response, 200, { messages: this.#folder.mails.toReversed().map(summaryOf) });
    } else {
      const [, api, id = "", part] = PATH.exec(path) ?? [];
      const mail = this.#folder.find(id);
      if (mail !== undefined && api === undefined) await this.#answerMail(mail, part, response);
      else if (mail !== undefined && part === undefined) sendJson(response, 200, detailsOf(mail));
      else if (path.startsWith("/api/")) throw noMail();
      else send(response, 404, HTML, renderNotFound());
    }
  }

  async #answerMail(mail: Mail, part: string | undefined, response: ServerResponse): Promise<void> {
    if (part === undefined) send(response, 200, HTML, renderMail(mail));
    else if (part === "/html") send(response, 200, HTML, mail.html, MAIL_POLICY);
    else {
      response.setHeader("Content-Disposition", `attachment; filename="${mail.id}.eml"`);
      send(response, 200, "message/rfc822", await this.#folder.loadRaw(mail));
    }
  }
}

const HTML = "text/html; charset=utf-8";

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  policy = PAGE_POLICY,
): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
  });
  response.end(body);
}

function summaryOf({ id, receivedTimeMs, from, to, subject, messageId, sizeBytes }: Mail): object {
  return { id, receivedTime: new Date(receivedTimeMs).toISOString(), from, to, subject, messageId, sizeBytes };
}

function detailsOf(mail: Mail): object {
  return { ...summaryOf(mail), text: mail.text, html: mail.html };
}

function noMail(): AppError {
  return new AppError("NOT_FOUND", "FIELD_INVALID", "there is no such mail", { hint: "list them with /api/messages" });
}

function noMethod(method: string): AppError {
  return new AppError("INVALID_ARGUMENT", "FIELD_INVALID", `${method} is not allowed here`, { hint: "use GET" });
}
