// The promise: any gRPC client can do what bell does. This one has nothing of ours but the .proto files and the certificates.
import { credentials, loadPackageDefinition, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { expect } from "chai";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { World } from "./support/world.ts";

/** What the library makes of a .proto file: methods by name, messages as plain objects. */
type Message = Record<string, unknown>;
type Unary = (
  request: Message,
  metadata: Metadata,
  answer: (error: ServiceError | null, response: Message) => void,
) => void;
interface ForeignStream extends NodeJS.EventEmitter {
  write(message: Message): void;
  end(): void;
}
type ForeignClient = Record<string, Unary> & {
  streamQuotes(): ForeignStream;
  ServerReflectionInfo(): ForeignStream;
  close(): void;
};
type Services = Record<
  string,
  new (address: string, channel: ReturnType<typeof credentials.createSsl>) => ForeignClient
>;

const ROOT = join(import.meta.dirname, "..");
const REFLECTION_PROTO = join(
  dirname(createRequire(import.meta.url).resolve("@grpc/reflection")),
  "../proto/grpc/reflection/v1/reflection.proto",
);
const EMAIL = "stranger@example.com";
const PASSWORD = "four unrelated words";

/** The services in some .proto files, under their package's name. */
function servicesOf(packageName: string, files: readonly string[]): Services {
  const includeDirs = [join(ROOT, "proto"), join(ROOT, "third_party")];
  const definition = loadSync([...files], { includeDirs, longs: Number, enums: String, oneofs: true });
  const inner = packageName
    .split(".")
    .reduce<Message>((outer, name) => outer[name] as Message, loadPackageDefinition(definition));
  return inner as unknown as Services;
}

describe("a client that has only the contract", () => {
  const names = ["quote", "alert", "notification", "user"];
  const ours = servicesOf(
    "tickerbell.v1",
    names.map((name) => `tickerbell/v1/${name}_service.proto`),
  );
  const { ServerReflection } = servicesOf("grpc.reflection.v1", [REFLECTION_PROTO]);
  const clients: ForeignClient[] = [];
  let world: World;
  let token = "";

  before(async () => {
    world = await World.open();
    for (const name of ["mailbox", "server", "notifier"] as const) await world.start(name);
  });
  after(async () => {
    for (const client of clients) client.close();
    await world.close();
  });

  function connect(Service: Services[string] | undefined, role: string): ForeignClient {
    const read = (name: string): Buffer => readFileSync(join(world.environment["BELL_CERTS_DIR"] ?? "", name));
    const channel = credentials.createSsl(read("ca.crt"), read(`${role}.key`), read(`${role}.crt`));
    const client = new Service!(world.environment["BELL_SERVER"] ?? "", channel);
    clients.push(client);
    return client;
  }

  function ask(service: string, method: string, request: Message): Promise<Message> {
    const client = connect(ours[service], "cli");
    const metadata = new Metadata();
    if (token !== "") metadata.set("authorization", `Bearer ${token}`);
    return new Promise((resolve, reject) => {
      client[method]!(request, metadata, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  /** One tick, and what the server answers. */
  async function sendTick(stream: ForeignStream, sequence: number, price: number): Promise<Message> {
    const seconds = Date.now() / 1_000;
    const moment = { seconds: Math.floor(seconds), nanos: Math.floor((seconds % 1) * 1_000) * 1_000_000 };
    const prices = { open: price, high: price, low: price, close: price };
    const quote = { symbol: "ACME", source: "stranger", quoteTime: moment, fetchTime: moment, ...prices };
    stream.write({ batch: { sequence, quotes: [{ ...quote, volume: 1, sessionClass: "SESSION_CLASS_ALWAYS" }] } });
    const [response] = (await once(stream, "data")) as [Message];
    return response["ack"] as Message;
  }

  it("gets an account, with the code from the mail", async () => {
    await ask("UserService", "registerUser", { email: EMAIL, password: PASSWORD });
    const code = await world.inbox.code(EMAIL);
    const { user, session } = await ask("UserService", "verifyUser", { code });
    expect(user).to.have.property("email", EMAIL);
    token = (session as { accessToken: string }).accessToken;
    expect(await ask("UserService", "getCurrentUser", {})).to.have.property("email", EMAIL);
  });

  it("makes an alert, brings prices and gets each acknowledged, and the mail comes", async () => {
    const alert = await ask("AlertService", "createAlert", { text: "ACME above 200", alert: { note: "from afar" } });
    expect(alert).to.have.property("state", "ALERT_STATE_ARMED");
    const stream = connect(ours["QuoteService"], "fetcher").streamQuotes();
    expect(await sendTick(stream, 1, 190)).to.include({ sequence: 1, storedCount: 1 });
    expect(await sendTick(stream, 2, 201)).to.include({ sequence: 2, storedCount: 1 });
    stream.end();
    const { text } = await world.inbox.waitFor("a mail about ACME", ({ subject }) => subject.startsWith("ACME"));
    expect(text).to.include("from afar").and.include("201.00");
    const { notifications } = await ask("NotificationService", "listNotifications", { filter: "", pageSize: 10 });
    expect(notifications).to.have.lengthOf(1);
  });

  it("hears what was wrong as a status with words, such as for a condition that is none", async () => {
    const failure = await ask("AlertService", "createAlert", { text: "ACME over 200" }).then(
      () => null,
      (error: unknown) => error as ServiceError,
    );
    expect(failure).to.include({ code: status.INVALID_ARGUMENT });
    expect(failure?.details).to.include('"over"');
  });

  it("learns the contract by reflection with a cli's certificate", async () => {
    const stream = connect(ServerReflection, "cli").ServerReflectionInfo();
    stream.write({ listServices: "" });
    const [response] = (await once(stream, "data")) as [{ listServicesResponse: { service: { name: string }[] } }];
    stream.end();
    const services = response.listServicesResponse.service.map(({ name }) => name);
    expect(services).to.include.members(["QuoteService", "AlertService"].map((name) => `tickerbell.v1.${name}`));
  });

  it("is refused reflection with a fetcher's certificate", async () => {
    const stream = connect(ServerReflection, "fetcher").ServerReflectionInfo();
    const refused = once(stream, "error");
    stream.write({ listServices: "" });
    expect((await refused)[0]).to.have.property("code", status.PERMISSION_DENIED);
  });
});
