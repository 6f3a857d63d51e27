import { expect } from "chai";
import { request as httpRequest } from "node:http";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { FRIDAY_AFTERNOON } from "./ask-for-test.ts";
import { PLANS } from "./plan.ts";
import { startSimulator, type Simulator, type SimulatorConfig } from "./start-simulator.ts";

const CONFIG: SimulatorConfig = {
  host: "127.0.0.1",
  port: 0,
  seed: 1,
  symbols: ["AAPL", "IBM"],
  defaultPlan: PLANS.unlimited,
};

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

describe("startSimulator()", () => {
  let simulator: Simulator;
  const deps = { clock: new FakeClock(FRIDAY_AFTERNOON), log: createLog("simulator", "silent") };

  beforeEach(async () => {
    simulator = await startSimulator(CONFIG, deps);
  });
  afterEach(() => simulator.close());

  function get(path: string, method = "GET", headers: Record<string, string> = {}, body = ""): Promise<Got> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${simulator.url}${path}`, { method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  const CSV = "/query?function=TIME_SERIES_INTRADAY&symbol=aapl&interval=1min&datatype=csv&apikey=k";

  it("answers csv with the headers of the service, and JSON with its own type", async () => {
    const csv = await get(CSV);
    expect(csv.status).to.equal(200);
    expect(csv.headers).to.include({
      "content-type": "application/x-download",
      "content-disposition": "attachment; filename=intraday_1min_AAPL.csv",
      "content-length": String(csv.body.length),
      allow: "GET, HEAD, OPTIONS",
      server: "tickerbell-simulator",
      via: "1.1 vegur",
      vary: "Cookie, Origin",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    const json = await get("/query?function=GLOBAL_QUOTE&symbol=AAPL&apikey=k");
    expect(json.headers).to.include({ "content-type": "application/json", server: "tickerbell-simulator" });
    expect(json.headers).not.to.have.any.keys("content-disposition", "etag", "cache-control");
  });

  it("says that it is a simulator on every answer", async () => {
    const answers = [
      await get("/query"),
      await get("/query", "POST"),
      await get("/nothing"),
      await get("/control"),
      await get(CSV, "GET", { accept: "image/png" }),
    ];
    for (const { headers } of answers) expect(headers["server"]).to.equal("tickerbell-simulator");
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 405, 404, 200, 406]);
    expect(answers[4]?.body).to.equal('{"detail": "Could not satisfy the request Accept header."}');
  });

  it("allows HEAD and OPTIONS", async () => {
    expect(await get(CSV, "HEAD")).to.deep.include({ status: 200, body: "" });
    expect((await get("/query", "OPTIONS")).headers["allow"]).to.equal("GET, HEAD, OPTIONS");
  });

  it("moves a price through its handle and through the control door", async () => {
    simulator.setPrice("IBM", "300");
    const json = { "content-type": "application/json" };
    const moved = await get("/control/price", "POST", json, '{"symbol":"aapl","price":"201"}');
    expect(JSON.parse(moved.body)).to.deep.equal({ symbol: "AAPL", price: "201.0000" });
    const [first] = (await get(CSV)).body.split("\r\n").slice(1);
    expect(first).to.match(/,201\.0000,[\d.]+,201\.0000,\d+$/);
    const state = JSON.parse((await get("/control")).body) as Record<string, unknown>;
    expect(state).to.deep.equal({
      market: "random",
      time: "2026-05-15T19:56:30.000Z",
      symbols: [
        { symbol: "AAPL", price: "201.0000" },
        { symbol: "IBM", price: "300.0000" },
      ],
      keys: [{ key: "***", requests: 1, refused: 0 }],
    });
  });

  const mistakes: readonly (readonly [what: string, body: string, status: number, reason: string])[] = [
    ["no JSON", "AAPL 201", 400, "FIELD_INVALID"],
    ["no symbol", '{"price":"201"}', 400, "FIELD_REQUIRED"],
    ["an unknown symbol", '{"symbol":"ZZZ","price":"201"}', 404, "SYMBOL_NOT_TRACKED"],
    ["no price", '{"symbol":"AAPL"}', 400, "FIELD_REQUIRED"],
    ["a number for a price", '{"symbol":"AAPL","price":201}', 400, "FIELD_INVALID"],
    ["a price that is none", '{"symbol":"AAPL","price":"-1"}', 400, "PRICE_RANGE"],
    ["a list", "[]", 400, "FIELD_REQUIRED"],
    ["null", "null", 400, "FIELD_REQUIRED"],
    ["too much", JSON.stringify({ symbol: "A".repeat(20_000) }), 400, "FIELD_INVALID"],
  ];
  for (const [what, body, status, reason] of mistakes) {
    it(`refuses to set ${what}`, async () => {
      const got = await get("/control/price", "POST", { "content-type": "application/json" }, body);
      expect(got.status).to.equal(status);
      const error = JSON.parse(got.body) as Record<string, string>;
      expect(error).to.have.all.keys("code", "reason", "message", "hint");
      expect(error["reason"]).to.equal(reason);
    });
  }

  it("keeps the control door shut for pages from elsewhere", async () => {
    const attempts = [
      await get("/control", "GET", { host: "evil.example" }),
      await get("/control", "GET", { origin: "https://evil.example" }),
      await get("/control/price", "POST", { "content-type": "text/plain" }, '{"symbol":"AAPL","price":"201"}'),
    ];
    expect(attempts.map(({ status }) => status)).to.deep.equal([403, 403, 400]);
    expect((await get("/control/other")).status).to.equal(404);
  });

  it("says who holds the port when it is taken, and refuses a symbol that is none", async () => {
    const port = Number(simulator.address.split(":")[1]);
    const reasonOf = (config: SimulatorConfig): Promise<unknown> =>
      startSimulator(config, deps).then(
        () => "started",
        (error: unknown) => (error as Error).message,
      );
    expect(await reasonOf({ ...CONFIG, port })).to.contain("is taken by another process");
    expect(await reasonOf({ ...CONFIG, symbols: ["a b"] })).to.contain('"a b" is not a symbol');
    expect(await reasonOf({ ...CONFIG, barsDir: "/nonexistent" })).to.contain("cannot be read");
  });
});
