import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { renderDate } from "../../runtime/tls/render-date.ts";
import { shortPath } from "../../scripts/certs/certificate-table.ts";
import { folderState, isNearEnd, type CertificateState, type FolderState } from "../../scripts/certs/folder-status.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { Output } from "../output.ts";
import { QuietExit } from "../quiet-exit.ts";
import { renderCount } from "../render/count.ts";
import { renderTable, type Column } from "../render/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "certificate" },
  { title: "file", spare: true },
  { title: "serial number", spare: true },
  { title: "until" },
  { title: "days left", align: "right" },
  { title: "state", wraps: true },
];

/** `bell certs status`. Throws QuietExit 78 when something must be mended now, 1 when something ends within 30 days. */
export function showCertificates(context: Context, options: GlobalOptions): void {
  const folder = readCertsFolder(context.environment, options);
  const now = context.clock.now();
  const state = folderState(folder, now);
  const output = new Output(context.terminal, options.json === true);
  output.show(asJson(state, now), () => asText(state, now, output.width));
  const isBroken = state.revocations.fault !== null || state.certificates.some(({ faults }) => faults.length > 0);
  if (isBroken) throw new QuietExit(EXIT.configuration);
  if (state.certificates.some((one) => isNearEnd(one, now))) throw new QuietExit(EXIT.unexpected);
}

function asText({ certificates, revocations }: FolderState, now: TimeMs, width: number | null): string {
  const rows = certificates.map((one) => [
    one.name,
    shortPath(one.file),
    one.serial ?? "-",
    one.notAfter === null ? "-" : renderDate(one.notAfter),
    one.notAfter === null ? "-" : String(daysLeft(one.notAfter, now)),
    stateText(one, now),
  ]);
  const { file, list, fault } = revocations;
  const revoked =
    fault === null
      ? `${renderCount(list.size, "certificate")} revoked in ${shortPath(file)}`
      : `${shortPath(file)} ${fault.message}`;
  return `${renderTable(COLUMNS, rows, width)}\n${fault === null && list.size === 0 ? "nothing is revoked" : revoked}`;
}

function stateText(certificate: CertificateState, now: TimeMs): string {
  if (certificate.faults.length > 0) return faultTexts(certificate).join("; ");
  return isNearEnd(certificate, now) ? "ends soon: make certs" : "fine";
}

/** Each the end of a sentence about the certificate. */
function faultTexts({ file, faults }: CertificateState): string[] {
  return faults.map((fault) => (fault.file === file ? fault.message : `its key ${fault.message}`));
}

function asJson({ certificates, revocations }: FolderState, now: TimeMs): unknown {
  const { file, list, fault } = revocations;
  return {
    certificates: certificates.map((one) => ({
      name: one.name,
      file: one.file,
      serial: one.serial,
      expireTime: one.notAfter === null ? null : new Date(one.notAfter).toISOString(),
      daysLeft: one.notAfter === null ? null : daysLeft(one.notAfter, now),
      isFine: one.faults.length === 0,
      endsSoon: isNearEnd(one, now),
      faults: faultTexts(one),
    })),
    revoked: {
      file,
      fault: fault?.message ?? null,
      entries: list.entries.map(({ serial, time, reason }) => ({ serial, time: new Date(time).toISOString(), reason })),
    },
  };
}

function daysLeft(notAfter: TimeMs, now: TimeMs): number {
  return Math.max(0, Math.floor((notAfter - now) / DAY_MS));
}
