// HTTP/2 by hand, byte for byte: what no library would send.
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { CredentialFiles } from "../../runtime/tls/credential-files.ts";

/** Whom an attack is for, and as whom it comes. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** A certificate that the server takes; null: none. */
  readonly files: CredentialFiles | null;
  /** The address from which it comes; the attackers' own unless told. */
  readonly from?: string;
}

/** Attackers come from here, so that what holds for one address does not hold for the honest client's. */
const ATTACKERS_ADDRESS = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 } as const;
const END_STREAM = 1;
export const END_HEADERS = 4;

/** A frame with its nine bytes of head. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header block without Huffman and without the table: each name and value in full. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), literal(name), literal(value)]),
  );
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** The header frame that opens a call. */
export function callHeaders(path: string, stream: number, more: Readonly<Record<string, string>> = {}): Buffer {
  const usual = { ":method": "POST", ":scheme": "https", ":path": path, ":authority": "localhost" };
  const grpc = { "content-type": "application/grpc", te: "trailers" };
  return frame(FRAME.headers, END_HEADERS, stream, headerBlock({ ...usual, ...grpc, ...more }));
}

/** A gRPC message as the data frames of a stream, 16 kB each. */
export function messageFrames(stream: number, bytes: Buffer, { compressed = 0, end = END_STREAM } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(bytes.length, 1);
  const whole = Buffer.concat([head, bytes]);
  const frames: Buffer[] = [];
  for (let at = 0; at < whole.length; at += 16_384) {
    const isLast = at + 16_384 >= whole.length;
    frames.push(frame(FRAME.data, isLast ? end : 0, stream, whole.subarray(at, at + 16_384)));
  }
  return Buffer.concat(frames);
}

/** One connection of an attacker: what it sent is never answered properly, what came back is only counted. */
export class FloodConnection {
  readonly socket: TLSSocket;
  #isCut = false;
  #nextStream = 1;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.setMaxListeners(0); // as many wait as send
    socket.on("error", () => undefined).on("close", () => (this.#isCut = true));
    socket.resume();
  }

  /** Through the handshake, with the preface sent; rejects when the server refuses. `settings` is the payload of the first frame. */
  static async open(target: Target, settings: Buffer = Buffer.alloc(0)): Promise<FloodConnection> {
    const socket = openTls(target);
    await once(socket, "secureConnect");
    const connection = new FloodConnection(socket);
    connection.socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    connection.socket.write(frame(FRAME.settings, 0, 0, settings));
    return connection;
  }

  /** Whether the server has ended the connection. */
  get isCut(): boolean {
    return this.#isCut;
  }

  nextStream(): number {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    return stream;
  }

  /** Sends, no faster than the network takes it. Resolves also when the connection ends. */
  async send(bytes: Buffer): Promise<void> {
    if (this.#isCut || this.socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.socket.once("drain", resolve).once("close", resolve);
    });
  }

  end(): void {
    this.socket.destroy();
  }
}

/** A TCP connection from the attackers' address; errors are nobody's concern. */
export function openTcp({ host, port, from = ATTACKERS_ADDRESS }: Target): Socket {
  const socket = connectTcp({ host, port, localAddress: from });
  return socket.on("error", () => undefined);
}

function openTls(target: Target): TLSSocket {
  const { files } = target;
  const identity = files === null ? {} : { ca: files.ca, cert: files.cert, key: files.key };
  const options = { servername: "localhost", ALPNProtocols: ["h2"], rejectUnauthorized: false };
  return connectTls({ socket: openTcp(target), ...options, ...identity });
}
