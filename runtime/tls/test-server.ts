// For tests: the smallest gRPC server and client over mutual TLS; the one method answers who the caller is.
import {
  Client,
  Metadata,
  Server,
  status,
  type ServiceDefinition,
  type sendUnaryData,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import { channelCredentials, type CredentialSource } from "./channel-credentials.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { identityUri, peerFromCertificate } from "./identity.ts";
import { serverCredentials, type MutualTlsServerCredentials } from "./server-credentials.ts";

const PATH = "/test.Test/WhoAmI";
const bytes = (text: string): Buffer => Buffer.from(text);
const SERVICE: ServiceDefinition = {
  WhoAmI: {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: String,
    responseSerialize: bytes,
    responseDeserialize: String,
  },
};
const DEADLINE_MS = 60_000;

export interface TestServer {
  readonly port: number;
  close(): void;
}

/** Starts on a free port of 127.0.0.1. */
export async function startTestServer(source: CredentialFiles | MutualTlsServerCredentials): Promise<TestServer> {
  const credentials = "paths" in source ? serverCredentials(source) : source;
  const server = new Server();
  server.addService(SERVICE, { WhoAmI: answerWhoAmI });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, close: () => server.forceShutdown() };
}

function answerWhoAmI(call: ServerUnaryCall<string, string>, reply: sendUnaryData<string>): void {
  try {
    const certificate = call.getAuthContext().sslPeerCertificate;
    if (certificate === undefined) throw new Error("no certificate came through");
    reply(null, identityUri(peerFromCertificate(certificate.raw)));
  } catch (error) {
    const code = error instanceof AppError ? status.UNAUTHENTICATED : status.INTERNAL;
    reply({ code, details: (error as Error).message });
  }
}

/** Asks once who the server takes us for; rejects with grpc-js's ServiceError. */
export async function askWhoAmI(target: string, files: CredentialFiles): Promise<string> {
  const client = new TestClient(target, files);
  try {
    return await client.ask();
  } finally {
    client.close();
  }
}

/** Asks again and again, on one connection as long as it lasts. */
export class TestClient {
  readonly #client: Client;

  constructor(target: string, source: CredentialFiles | CredentialSource) {
    this.#client = new Client(target, channelCredentials(source), { "grpc.initial_reconnect_backoff_ms": 1 });
  }

  ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + DEADLINE_MS;
      this.#client.makeUnaryRequest(PATH, bytes, String, "who am I", new Metadata(), { deadline }, (error, answer) => {
        if (error === null) resolve(answer ?? "");
        else reject(error);
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}
