import { createHash } from "node:crypto";
import { AppError } from "../../domain/error.ts";

/** The bounds of a page's size. */
export interface PageLimits {
  readonly usual: number;
  readonly most: number;
}

/** Rows a page: 0 is the usual number, more than the most counts as the most; less than 0 is INVALID_ARGUMENT. */
export function pageSize(asked: number, { usual, most }: PageLimits): number {
  if (asked < 0) throw AppError.invalidField("page_size", "FIELD_INVALID", "must not be negative");
  return asked === 0 ? usual : Math.min(asked, most);
}

/** An opaque token that continues a listing, bound to whose listing it is and what it asked for. */
export function pageToken(position: number | null, ...query: readonly (string | number | null)[]): string {
  return position === null ? "" : Buffer.from(`${position} ${fingerprint(query)}`).toString("base64url");
}

/** The position in a token; null for the first page. Throws INVALID_ARGUMENT PAGE_TOKEN for anything but a token of this very listing. */
export function positionFromToken(token: string, ...query: readonly (string | number | null)[]): number | null {
  if (token === "") return null;
  const match = /^(\d{1,16}) (\w+)$/.exec(Buffer.from(token, "base64url").toString("latin1"));
  if (match?.[1] !== undefined && match[2] === fingerprint(query)) return Number(match[1]);
  const hint = "Pass next_page_token of the page before, with the same filter; an empty one starts over.";
  throw AppError.invalidField("page_token", "PAGE_TOKEN", "is not a token of this listing", hint);
}

function fingerprint(query: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("hex").slice(0, 16);
}
