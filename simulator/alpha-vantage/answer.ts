/** What goes back to the client; a csv answer is sent as a file of that name. */
export interface Answer {
  readonly contentType: "application/json" | "application/x-download" | "text/html; charset=utf-8";
  readonly body: string;
  readonly filename?: string;
}

/** JSON as the service prints it: four spaces, no line end after the last brace. */
export function jsonAnswer(body: object): Answer {
  return { contentType: "application/json", body: JSON.stringify(body, null, 4) };
}

/** CSV as the service prints it: CRLF after every line, the last one too. */
export function csvAnswer(filename: string, rows: readonly (readonly string[])[]): Answer {
  const body = rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
  return { contentType: "application/x-download", body, filename };
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
