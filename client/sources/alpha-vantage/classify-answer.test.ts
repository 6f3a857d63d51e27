import { expect } from "chai";
import type { Refusal, RefusalClass } from "../source.ts";
import { classifyAnswer } from "./classify-answer.ts";
import type { HttpAnswer } from "../fetch-answer.ts";

const KEY = "CANARY123";

function classify(body: string | null, answer: Partial<HttpAnswer> = {}): ReturnType<typeof classifyAnswer> {
  return classifyAnswer({ status: 200, contentType: "application/json", retryAfterMs: null, body, ...answer }, KEY);
}

function refusal(body: string | null, answer: Partial<HttpAnswer> = {}): Refusal {
  const result = classify(body, answer);
  if (result.kind !== "refusal") throw new Error(`taken for ${result.kind}`);
  return result.refusal;
}

const said = (key: string, words: string): string => JSON.stringify({ [key]: words });
const PREMIUM = "Visit https://www.alphavantage.co/premium/ to instantly unlock all premium endpoints";

const GLOBAL_QUOTE = '{"Global Quote": {"01. symbol": "IBM", "05. price": "1.0000"}}';

describe("classifyAnswer()", () => {
  const cases: [string, string, RefusalClass, number | null][] = [
    [
      "the daily quota of 2024, which echoes the key and praises premium plans",
      said(
        "Information",
        `We have detected your API key as ${KEY} and our standard API rate limit is 25 requests per day. ${PREMIUM}`,
      ),
      "daily_quota",
      3_600_000,
    ],
    [
      "the daily quota of 2023",
      said("Information", "Our standard API rate limit is 25 requests per day."),
      "daily_quota",
      3_600_000,
    ],
    [
      "the free burst, although it names the day and premium endpoints",
      said(
        "Information",
        `spreading out your requests (1 request per second). lift the rate limit (25 requests per day) ${PREMIUM}`,
      ),
      "throttle",
      2_000,
    ],
    [
      "the old note, although it names the day",
      said("Note", "Our standard API call frequency is 5 calls per minute and 500 calls per day. premium"),
      "throttle",
      60_000,
    ],
    [
      "the hard throttle",
      said("Information", "contact premium@ if you target a higher API call volume."),
      "throttle",
      60_000,
    ],
    ["the paid burst", said("Information", "Burst pattern detected. Please slow down."), "throttle", 2_000],
    ["the paid minute", said("Information", "Minute-level rate limit exceed."), "throttle", 60_000],
    ["a premium function", said("Information", `This is a premium endpoint. ${PREMIUM}`), "not_entitled", null],
    ["a premium value", said("Information", "outputsize=full is a premium feature for X"), "not_entitled", null],
    [
      "no entitlement",
      said("Information", "You are not yet entitled to realtime US market data"),
      "not_entitled",
      null,
    ],
    ["the demo key", said("Information", "The **demo** API key is for demo purposes only."), "bad_key", null],
    ["no key", said("Error Message", "the parameter apikey is invalid or missing."), "bad_key", null],
    ["an unknown function", said("Error Message", "This API function (XYZ) does not exist."), "bad_request", null],
    ["an unknown symbol", said("Error Message", "Invalid API call. Please retry"), "bad_request", null],
    ["an error in new words", said("Error Message", "Oh no"), "bad_request", null],
    [
      "a limit in new words counts as a throttle with a long pause",
      said("Information", "Slow down, friend."),
      "throttle",
      600_000,
    ],
    [
      "a sentence under a new key counts as a throttle",
      said("Notice", "You have had enough for now."),
      "throttle",
      600_000,
    ],
    ["a known limit under a new key", said("warning", "only 1 request per second please"), "throttle", 2_000],
    ["a refusal without words", '{"Information": {"a": 1}}', "throttle", 600_000],
    [
      "a refusal beside data is still a refusal",
      '{"Note": "5 calls per minute", "Time Series (1min)": {}}',
      "throttle",
      60_000,
    ],
    [
      "the free burst as it was in December 2025, which names no second",
      said(
        "Information",
        "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day) and instantly unlock all premium endpoints",
      ),
      "throttle",
      2_000,
    ],
    [
      "a burst beside the sentence of the daily quota",
      said(
        "Information",
        "spread your requests (1 request per second). Our standard API rate limit is 25 requests per day.",
      ),
      "throttle",
      2_000,
    ],
    [
      "the paid burst whole, which speaks of volume too",
      said(
        "Information",
        "Burst pattern detected. Please consider spreading out your API requests more evenly across a 1-minute window and query no more than 20 requests per second. Please contact support@alphavantage.co if you are targeting a higher API request volume.",
      ),
      "throttle",
      2_000,
    ],
    [
      "the throttle of 2017",
      said("Information", "Please consider optimizing your API call frequency"),
      "throttle",
      60_000,
    ],
    [
      "a day's calls in the words of the old note",
      said("Note", "Our standard API call frequency is 25 calls per day."),
      "daily_quota",
      3_600_000,
    ],
    [
      "a day that is used up",
      said("Information", `API key ${KEY} has reached the 25 requests per day limit. ${PREMIUM}`),
      "daily_quota",
      3_600_000,
    ],
    [
      "a premium function whose plans are named by their requests a minute",
      said(
        "Information",
        "This is a premium endpoint. Please subscribe to either the 600 requests per minute or the 1200 requests per minute premium plan",
      ),
      "not_entitled",
      null,
    ],
    [
      "a limit in new words that praises the plans",
      said("Information", `You are a bit eager today. ${PREMIUM}`),
      "throttle",
      600_000,
    ],
    ["an invalid call that is information", said("Information", "Invalid API call. Please retry"), "bad_request", null],
    [
      "invalid inputs",
      said("Information", "Invalid inputs. Please refer to the API documentation and try again."),
      "bad_request",
      null,
    ],
    ["an invalid key", said("Error Message", "Invalid API key."), "bad_key", null],
    [
      "an error with a message in it",
      '{"error": {"type": "rate_limit", "message": "1 request per second please"}}',
      "throttle",
      2_000,
    ],
    ["an error in one sentence", said("error", "You have been here before."), "throttle", 600_000],
    [
      "a sentence of a name that nobody has seen, beside a price",
      `{"notice": "for illustration only", ${GLOBAL_QUOTE.slice(1)}`,
      "throttle",
      600_000,
    ],
    [
      "a premium message beside a price",
      `{"message": "This is a premium endpoint. Sample data.", ${GLOBAL_QUOTE.slice(1)}`,
      "not_entitled",
      null,
    ],
    [
      "a burst beside rows that are none",
      '{"endpoint": "x", "message": "Burst pattern detected.", "data": []}',
      "throttle",
      2_000,
    ],
    ["a limit that is no JSON", "Burst pattern detected. Please slow down.", "throttle", 2_000],
    ["a limit that is a JSON text", '"our standard API rate limit is 25 requests per day"', "daily_quota", 3_600_000],
    ["a detail", said("detail", "Could not satisfy the request Accept header."), "outage", null],
    ["an empty object", "{}", "no_data", null],
    ["an empty global quote", '{"Global Quote": {}}', "no_data", null],
    ["an empty global quote with a suffix", '{"Global Quote - DATA DELAYED BY 15 MINUTES": {}}', "no_data", null],
    ["sample rows", '{"endpoint": "x", "message": "This is a premium endpoint.", "data": [{}]}', "sample_data", null],
    ["rows without a message", '{"endpoint": "x", "data": [{}]}', "sample_data", null],
    [
      "a bulk refusal without rows",
      '{"endpoint": "x", "message": "This is a premium endpoint."}',
      "not_entitled",
      null,
    ],
  ];
  for (const [sentence, body, expected, retryAfterMs] of cases) {
    it(`classes ${sentence}`, () => {
      const { class: found, retryAfterMs: again } = refusal(body);
      expect({ class: found, retryAfterMs: again }).to.deep.equal({ class: expected, retryAfterMs });
    });
  }

  const statuses: [number, string, RefusalClass][] = [
    [503, "<html><title>Application Error</title></html>", "outage"],
    [500, "", "outage"],
    [429, "{}", "throttle"],
    [429, "<html>Error 1015: you are being rate limited</html>", "throttle"],
    [429, '{"detail": "Request was throttled."}', "throttle"],
    [500, '{"message": "Internal server error"}', "outage"],
    [504, '{"message": "Endpoint request timed out"}', "outage"],
    [503, '{"Information": "We will be back."}', "outage"],
    [500, '{"Error Message": "Something broke."}', "outage"],
    [403, '{"message": "Missing Authentication Token"}', "bad_key"],
    [404, '{"detail": "Not found."}', "bad_request"],
    [400, '{"Error Message": "This API function (X) does not exist."}', "bad_request"],
    [503, '{"Global Quote": {}}', "outage"],
    [429, "slow down", "throttle"],
    [406, '{"detail": "Could not satisfy the request Accept header."}', "outage"],
    [403, "<html>blocked</html>", "outage"],
    [403, "forbidden", "bad_key"],
    [404, "not here", "bad_request"],
    [302, "", "outage"],
    [206, "timestamp,open,high,low,close,volume\r\n", "malformed"],
    [503, '{"Information": "Burst pattern detected."}', "throttle"],
  ];
  for (const [status, body, expected] of statuses) {
    it(`classes HTTP ${status} with ${body === "" ? "nothing" : body} as ${expected}`, () => {
      expect(refusal(body, { status }).class).to.equal(expected);
    });
  }

  it("waits for as long as the answer asks, and for no less than the words of a refusal do", () => {
    const retryAfterOf = (body: string, status: number, retryAfterMs: number): number | null =>
      refusal(body, { status, retryAfterMs }).retryAfterMs;
    const burst = '{"Information": "Burst pattern detected."}'; // two seconds
    expect(retryAfterOf("x", 429, 7_000)).to.equal(7_000);
    expect(retryAfterOf("{}", 429, 7_000)).to.equal(7_000);
    expect(refusal("x", { status: 429 }).retryAfterMs, "a minute where none is named").to.equal(60_000);
    expect(retryAfterOf("x", 503, 90_000)).to.equal(90_000);
    expect(retryAfterOf("x", 503, 99_999_000), "at most an hour").to.equal(3_600_000);
    expect(retryAfterOf(burst, 429, 7_000)).to.equal(7_000);
    expect(retryAfterOf(burst, 200, 1_000)).to.equal(2_000);
    expect(retryAfterOf('{"Error Message": "Invalid API call."}', 400, 7_000), "nothing to wait for").to.equal(null);
  });

  it("goes by content, not by what was asked or by the content type", () => {
    expect(classify("timestamp,open\r\n").kind).to.equal("csv");
    expect(classify('{"Meta Data": {}}', { contentType: "application/x-download" }).kind).to.equal("json");
    expect(classify('{"endpoint": "x", "message": "success", "data": []}').kind).to.equal("json");
    expect(classify('{"endpoint": "Market Status", "markets": []}').kind, "of another function").to.equal("json");
  });

  it("keeps the key and line breaks out of the message, and cuts it", () => {
    const body = said(
      "Information",
      `key ${KEY}\nand\u0007 ${KEY.toLowerCase()} 25 requests per day ${"x".repeat(1000)}`,
    );
    const { message } = refusal(body);
    expect(message).to.match(/^key \*\*\* and \*\*\* 25 requests per day x+…$/);
    expect(message).to.have.lengthOf(301);
  });
});
