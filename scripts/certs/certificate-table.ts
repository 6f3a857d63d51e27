import { relative } from "node:path";
import { renderDate } from "../../runtime/tls/render-date.ts";
import type { CertificateResult } from "./leaf.ts";

/** What was done for each certificate, why, where it is, until when it lives and for which hosts: for people, no line at its end. */
export function certificateTable(results: readonly CertificateResult[]): string {
  const rows = results.map(({ name, action, path, notAfter, reason }) => [
    name,
    action,
    shortPath(path),
    renderDate(notAfter),
    reason,
  ]);
  const table = [["certificate", "what", "where", "until", "why"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [...lines, ...results.flatMap(hostsLine)].join("\n");
}

function hostsLine({ name, hosts }: CertificateResult): string[] {
  return hosts.length === 0 ? [] : [`The ${name}'s certificate holds for ${hosts.join(", ")}.`];
}

/** As somebody who stands in the project's folder would type it. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}
