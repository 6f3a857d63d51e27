// What mail.rate is measured against: the library alone, with a pool of connections, sends mails that lie ready in memory.
import { createTransport } from "nodemailer";
import { runProcess } from "../runtime/life/run-process.ts";
import { readMails } from "./mail-file.ts";

/** What it is asked: to send the mails of a file. */
export interface BareTask {
  readonly file: string;
  readonly smtpPort: number;
  readonly connections: number;
}

process.on("message", (task: BareTask) => {
  void sendAll(task).then((sent) => process.send?.({ sent }));
});

await runProcess(() => Promise.resolve({ addresses: {}, close: () => Promise.resolve() }), process.env);

/** Connections are never renewed: the sink, which lets new ones wait, would only slow it down. */
async function sendAll({ file, smtpPort, connections }: BareTask): Promise<number> {
  const mails = readMails(file);
  const transport = createTransport({
    host: "127.0.0.1",
    port: smtpPort,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
  });
  await Promise.all(
    mails.map(({ from, to, bytes }) => transport.sendMail({ envelope: { from, to: [...to] }, raw: bytes })),
  );
  transport.close();
  return mails.length;
}
