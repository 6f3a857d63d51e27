import { Metadata, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { Alert } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  AlertServiceService,
  CreateAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { makeOperator } from "../access/bearers.ts";
import { bearer, startTestServer, type As, type SignedUp, type TestServer } from "../support/test-server.ts";

/** Whoever sends so much that is no message is cut; here that is what is tried. */
const LIMITS = { resetsAtOnce: 1_000_000 };

/** Makes the call of a case. */
export type UnaryCall = (world: UnaryWorld) => Promise<unknown>;

/** A server with two users that have an alert each, an operator, and every call that a case makes. */
export class UnaryWorld {
  readonly server: TestServer;
  readonly ann: SignedUp;
  readonly bob: SignedUp;
  /** Looks after other people's accounts. */
  readonly operator: SignedUp;
  alert = Alert.fromPartial({});
  bobsAlert = Alert.fromPartial({});

  private constructor(server: TestServer, ann: SignedUp, bob: SignedUp, operator: SignedUp) {
    this.server = server;
    this.ann = ann;
    this.bob = bob;
    this.operator = operator;
  }

  static async open(): Promise<UnaryWorld> {
    const server = await startTestServer({ limits: LIMITS });
    const world = new UnaryWorld(server, await server.signUp(), await server.signUp(), await server.signUp());
    await makeOperator(server, world.operator);
    world.alert = await world.create({ text: "AAPL above 200" });
    await world.create({ text: "IBM below 100" }); // a second one, so that pages have tokens
    const request = CreateAlertRequest.fromPartial({ text: "AAPL above 300" });
    world.bobsAlert = await server.ask(AlertServiceService.createAlert, request, { token: world.bob.token });
    await server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text: "IBM below 90" }), {
      token: world.bob.token,
    });
    return world;
  }

  /** As Ann unless told. */
  ask<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    as: As = { token: this.ann.token },
  ): Promise<Response> {
    return this.server.ask(method, request, as);
  }

  create(request: Parameters<typeof CreateAlertRequest.fromPartial>[0]): Promise<Alert> {
    return this.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial(request));
  }

  /** Changes Ann's alert. */
  update(alert: Parameters<typeof Alert.fromPartial>[0], updateMask: string[] | undefined, text = ""): Promise<Alert> {
    const request = UpdateAlertRequest.fromPartial({ alert: { id: this.alert.id, ...alert }, text });
    return this.ask(AlertServiceService.updateAlert, { ...request, updateMask });
  }

  /** Sends bytes as they are; rejects with the AppError that the server sent. */
  async sendBytes(
    path: string,
    bytes: Buffer,
    { role = "cli", token }: As = { token: this.ann.token },
  ): Promise<Buffer> {
    const client = await this.server.channel(role);
    const same = (raw: Buffer): Buffer => raw;
    const metadata = token === undefined ? new Metadata() : bearer(token);
    const options = { deadline: Date.now() + 60_000 };
    return new Promise((resolve, reject) => {
      const answered = (error: ServiceError | null, response?: Buffer): void => {
        if (error === null) resolve(response ?? Buffer.alloc(0));
        else reject(errorFromStatus(error));
      };
      client.makeUnaryRequest(path, same, same, bytes, metadata, options, answered);
    });
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
