import { createHash } from "node:crypto";
import { AppError } from "../../domain/error.ts";
import type { FieldProblems } from "../../domain/field-problems.ts";

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

/** The part of a user's listing that a request asks for; what is wrong with it is added to `problems`. */
export function pageFrom(
  problems: FieldProblems,
  request: { readonly pageToken: string; readonly pageSize: number; readonly filter: string },
  limits: PageLimits,
  userId: string,
): { before: number | null; limit: number } {
  return {
    before: problems.read("page_token", null, () => positionFromToken(request.pageToken, userId, request.filter)),
    limit: problems.read("page_size", limits.usual, () => pageSize(request.pageSize, limits)),
  };
}

/** An opaque token that continues a listing, bound to whose listing it is and what it asked for. */
export function pageToken(position: number | null, ...query: readonly (string | number | null)[]): string {
  return placeToken(position === null ? null : String(position), ...query);
}

/** The position in a token; null for the first page. Throws INVALID_ARGUMENT PAGE_TOKEN for anything but a token of this very listing. */
export function positionFromToken(token: string, ...query: readonly (string | number | null)[]): number | null {
  const place = placeFromToken(token, ...query);
  if (place === null) return null;
  if (/^\d{1,16}$/.test(place)) return Number(place);
  throw foreignToken();
}

/** The same for a listing that goes by a text, such as an address. */
export function placeToken(place: string | null, ...query: readonly (string | number | null)[]): string {
  return place === null ? "" : Buffer.from(`${place} ${fingerprint(query)}`).toString("base64url");
}

/** The text in such a token; null for the first page. Throws as positionFromToken() does. */
export function placeFromToken(token: string, ...query: readonly (string | number | null)[]): string | null {
  if (token === "") return null;
  const bytes = Buffer.from(token, "base64url");
  const match = /^(\S{1,254}) (\w+)$/.exec(bytes.toString());
  const isOurs = match?.[2] === fingerprint(query) && bytes.toString("base64url") === token; // the decoder drops what it does not know
  if (match?.[1] !== undefined && isOurs) return match[1];
  throw foreignToken();
}

/** A token that is none of the listing. */
export function foreignToken(): AppError {
  const hint = "Pass next_page_token of the page before, with the same filter; an empty one starts over.";
  return AppError.invalidField("page_token", "PAGE_TOKEN", "is not a token of this listing", hint);
}

function fingerprint(query: readonly (string | number | null)[]): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("hex").slice(0, 16);
}
