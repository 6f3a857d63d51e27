import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Stands between a process and its server and passes everything on a little later, as a network between two places does. */
export class SlowLine {
  readonly #server: Server;
  readonly #delayMs: number;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string, delayMs: number) {
    const [host, port] = target.split(":") as [string, string];
    this.#delayMs = delayMs;
    this.#server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ port: Number(port), host, allowHalfOpen: true });
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  /** `target` is host:port; each way takes `delayMs`. */
  static async start(target: string, delayMs: number): Promise<SlowLine> {
    const line = new SlowLine(target, delayMs);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  /** host:port of the near end. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Bytes, the end and the loss of the connection, each as much later: so their order stays. */
  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    const later = (act: () => void): void => void setTimeout(act, this.#delayMs);
    from.setNoDelay(true);
    from.on("error", () => undefined); // tells itself by "close"
    from.on("data", (chunk: Buffer) => later(() => to.write(chunk)));
    from.on("end", () => later(() => to.end()));
    from.on("close", () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}
