import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

const END_OF_MAIL = "\r\n.\r\n";

/** Stands between a notifier and its mail server, and can lose the answer to a mail: the moment that nobody can exclude. */
export class SmtpProxy {
  /** While true, what the mail server says after a whole mail is lost. */
  losesAnswers = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string) {
    this.#server = createServer((client) => this.#join(client, target));
  }

  /** `target` is the mail server's host:port. */
  static async start(target: string): Promise<SmtpProxy> {
    const proxy = new SmtpProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** host:port for the notifier. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, target: string): void {
    const [host, port] = target.split(":") as [string, string];
    const mailServer = connect(Number(port), host);
    let lastSaid = "";
    for (const socket of [client, mailServer]) this.#sockets.add(socket.on("error", () => undefined));
    client.on("data", (chunk) => {
      lastSaid = (lastSaid + chunk.toString("latin1")).slice(-END_OF_MAIL.length);
      mailServer.write(chunk);
    });
    mailServer.on("data", (chunk) => {
      if (lastSaid !== END_OF_MAIL || !this.losesAnswers) client.write(chunk);
    });
    client.on("close", () => mailServer.destroy());
    mailServer.on("close", () => client.destroy());
  }
}
