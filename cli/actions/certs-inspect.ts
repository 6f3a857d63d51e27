import { renderDate } from "../../runtime/tls/render-date.ts";
import { inspectCertificates, type InspectedCertificate } from "../../scripts/certs/inspect-certificate.ts";
import { readCertsFolder, type GlobalOptions } from "../config.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { Output } from "../output.ts";
import { QuietExit } from "../quiet-exit.ts";
import { wrapFields } from "../render/wrapped-fields.ts";

/** `bell certs inspect`. Throws QuietExit 78 when something is wrong with it, AppError TLS_SETUP when it cannot be read. */
export function inspectFile(context: Context, options: GlobalOptions, file: string): void {
  const folder = readCertsFolder(context.environment, options);
  const certificates = inspectCertificates({ file, folder, now: context.clock.now() });
  const output = new Output(context.terminal, options.json === true);
  output.show({ file, certificates: certificates.map(asJson) }, () =>
    certificates.map((one) => wrapFields(fieldsOf(one), output.width)).join("\n\n"),
  );
  if (certificates.some(({ faults }) => faults.length > 0)) throw new QuietExit(EXIT.configuration);
}

function fieldsOf(certificate: InspectedCertificate): (readonly [string, string])[] {
  const { uris, hosts, usages, faults } = certificate;
  return [
    [
      "for",
      certificate.isAuthority ? "an authority, which signs certificates" : uris.join(", ") || "nobody: it has no URI",
    ],
    ["subject", certificate.subject],
    ["issued by", certificate.issuer],
    ["serial number", certificate.serial],
    ["from", renderDate(certificate.notBefore)],
    ["until", renderDate(certificate.notAfter)],
    ...(hosts.length === 0 ? [] : [["hosts", hosts.join(", ")] as const]),
    ["used as", usages.join(", ") || "-"],
    ["key", certificate.key],
    ["SHA-256", certificate.fingerprint],
    ...(faults.length === 0 ? [["state", "fine"] as const] : faults.map((fault) => ["wrong", fault] as const)),
  ];
}

function asJson({ notBefore, notAfter, ...rest }: InspectedCertificate): unknown {
  return { ...rest, startTime: new Date(notBefore).toISOString(), expireTime: new Date(notAfter).toISOString() };
}
