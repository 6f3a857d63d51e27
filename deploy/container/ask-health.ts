// Asks the server of this container whether it serves (grpc.health.v1.Health/Check): `node ask-health.ts PORT CERTS_DIR`. Ends with 0
// if it does. Speaks HTTP/2 as Node has it, because loading a gRPC library twice a minute costs more than the question.
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { join } from "node:path";

const LIMIT_MS = 4_000;
/** A message that is empty, not compressed, behind its length. */
const REQUEST = Buffer.alloc(5);
/** HealthCheckResponse { status: SERVING }, likewise. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 8, 1]);

const [port = "50051", folder = "certs"] = process.argv.slice(2);
const read = (name: string): Buffer => readFileSync(join(folder, name));
const credentials = { ca: read("ca.crt"), cert: read("cli.crt"), key: read("cli.key") };
const session = connect(`https://localhost:${port}`, { ...credentials, minVersion: "TLSv1.3" });
const call = session.request({
  ":method": "POST",
  ":path": "/grpc.health.v1.Health/Check",
  "content-type": "application/grpc",
  te: "trailers",
});
const chunks: Buffer[] = [];

setTimeout(() => end("no answer in time"), LIMIT_MS).unref();
session.on("error", (error: Error) => end(error.message));
call.on("error", (error: Error) => end(error.message));
call.on("data", (chunk: Buffer) => chunks.push(chunk));
call.on("end", () => end(Buffer.concat(chunks).equals(SERVING) ? null : "not serving"));
call.end(REQUEST);

function end(complaint: string | null): void {
  if (complaint !== null) process.stderr.write(`${complaint}\n`);
  process.exit(complaint === null ? 0 : 1);
}
