/** A CSV answer taken apart. */
export interface CsvRows {
  readonly header: string;
  /** The fields of each row that has as many as the header. */
  readonly rows: readonly (readonly string[])[];
  /** Rows of another width, and a last one without a line end: it may have been cut off within a number. */
  readonly brokenRows: number;
}

/** Splits an answer into rows. The service quotes nothing, so neither do we unquote. */
export function parseCsvRows(text: string): CsvRows {
  const [header = "", ...lines] = text.split(/\r?\n/);
  const width = header.split(",").length;
  const unended = lines.pop() ?? "";
  const fields = lines.filter((line) => line !== "").map((line) => line.split(","));
  const rows = fields.filter((row) => row.length === width);
  return { header, rows, brokenRows: fields.length - rows.length + Number(unended !== "") };
}

/** The fields of a line in which a field with a comma stands in quotation marks, as names of companies do. */
export function splitCsvLine(line: string): string[] {
  const fields = `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}
