// How Alpha Vantage says no: status 200, JSON even where csv was asked for, the reason only in the wording.
import { jsonAnswer, type Answer } from "./answer.ts";
import type { Plan } from "./plan.ts";

const THANKS = "Thank you for using Alpha Vantage!";
const PREMIUM = "https://www.alphavantage.co/premium/";
const CLAIM = "(https://www.alphavantage.co/support/#api-key)";

/** No key. */
export function refuseMissingKey(): Answer {
  return errorMessage(
    `the parameter apikey is invalid or missing. Please claim your free API key on ${CLAIM}. It should take less than 20 seconds.`,
  );
}

/** A function that there is not; "()" when none was named. */
export function refuseFunction(name: string): Answer {
  return errorMessage(`This API function (${name}) does not exist.`);
}

/** A symbol or parameter that a function does not take. */
export function refuseCall(functionName: string): Answer {
  return errorMessage(
    `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${functionName}.`,
  );
}

/** The day's requests are used up. The real service echoes the key, and so does this one: clients must mask it. */
export function refuseDay(key: string, plan: Plan): Answer {
  return information(
    `We have detected your API key as ${key} and our standard API rate limit is ${plan.perDay ?? 0} requests per day. Please subscribe to any of the premium plans at ${PREMIUM} to instantly remove all daily rate limits.`,
  );
}

/** The minute's requests are used up; keys that pay nothing get the older `Note`. */
export function refuseMinute(plan: Plan): Answer {
  const limit = plan.perMinute ?? 0;
  if (plan.premium) {
    return information(
      `Minute-level rate limit exceed. Please stay under the number of API requests per minute of your plan (${limit}), or visit ${PREMIUM} if you would like to target a higher API call volume.`,
    );
  }
  const day = plan.perDay === null ? "" : ` and ${plan.perDay} calls per day`;
  return jsonAnswer({
    Note: `${THANKS} Our standard API call frequency is ${limit} calls per minute${day}. Please visit ${PREMIUM} if you would like to target a higher API call frequency.`,
  });
}

/** Too many requests within a second. */
export function refuseBurst(plan: Plan): Answer {
  const limit = plan.perSecond ?? 0;
  if (plan.premium) {
    return information(
      `Burst pattern detected. Please spread your API requests evenly over the minute and query no more than ${limit} requests per second.`,
    );
  }
  return information(
    `${THANKS} Please consider spreading out your free API requests more sparingly (${limit} request per second). You may subscribe to any of the premium plans at ${PREMIUM} to lift the free key rate limit (${plan.perDay ?? 25} requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints`,
  );
}

/** A function that only paying keys may ask. */
export function refusePremiumFunction(): Answer {
  return information(
    `${THANKS} This is a premium endpoint. You may subscribe to any of the premium plans at ${PREMIUM} to instantly unlock all premium endpoints`,
  );
}

/** A value that only paying keys may ask for. */
export function refusePremiumValue(parameter: string, functionName: string): Answer {
  return information(
    `${THANKS} The ${parameter} parameter value is a premium feature for the ${functionName} endpoint. You may subscribe to any of the premium plans at ${PREMIUM} to instantly unlock all premium features`,
  );
}

/** Fresher prices than the plan has. */
export function refuseEntitlement(asked: string): Answer {
  return information(
    `You are not yet entitled to ${asked} US market data access. Please subscribe to a premium plan that includes it at ${PREMIUM}.`,
  );
}

/** The key `demo` for anything but the documented examples. */
export function refuseDemo(): Answer {
  return information(
    `The **demo** API key is for demo purposes only. Please claim your free API key at ${CLAIM} to explore our full API offerings. It takes fewer than 20 seconds, and we are committed to making it free forever.`,
  );
}

function errorMessage(text: string): Answer {
  return jsonAnswer({ "Error Message": text });
}

function information(text: string): Answer {
  return jsonAnswer({ Information: text });
}
