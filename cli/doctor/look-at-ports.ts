import { networkInterfaces } from "node:os";
import { addressText } from "../../runtime/config/address-text.ts";
import { isLoopbackHost } from "../../runtime/config/loopback-host.ts";
import { readSettings, type Environment } from "../../runtime/config/read-settings.ts";
import type { Address } from "../../runtime/config/setting-types.ts";
import { planProcesses } from "../up/plan.ts";
import { hear, lookAtTcp, seeCertificate, type SpeakerLook } from "./look-at-tcp.ts";

/** A place where one of our processes is to listen. */
interface ListenPlace {
  readonly setting: "BELL_LISTEN" | "BELL_SIMULATOR_LISTEN" | "BELL_MAILBOX_SMTP_LISTEN" | "BELL_MAILBOX_PAGE_LISTEN";
  /** Who is to listen there, and the command that starts it alone. */
  readonly process: "server" | "simulator" | "mailbox";
  readonly address: Address;
}

/** What is there. `silent`: no connection comes about; `elsewhere`: no address of this machine. */
export interface PortLook extends ListenPlace {
  readonly state: SpeakerLook | "free" | "silent" | "elsewhere";
}

/** All the time that one port has, in two steps. */
const TCP_LIMIT_MS = 1_500;
const SPEAK_LIMIT_MS = 1_500;
const ANY_HOST: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Looks at every port of this machine that `bell up` would take with these settings. Takes none itself: whoever starts just now must not meet us. Never rejects. */
export function lookAtPorts(environment: Environment, speakLimitMs = SPEAK_LIMIT_MS): Promise<PortLook[]> {
  return Promise.all(placesIn(environment).map((place) => lookAtPort(place, speakLimitMs)));
}

function placesIn(environment: Environment): ListenPlace[] {
  const plan = planProcesses(environment);
  const values = readSettings(environment, [
    "BELL_LISTEN",
    "BELL_SIMULATOR_LISTEN",
    "BELL_MAILBOX_SMTP_LISTEN",
    "BELL_MAILBOX_PAGE_LISTEN",
  ]);
  const all = [
    { setting: "BELL_LISTEN", process: "server", address: values.BELL_LISTEN },
    { setting: "BELL_SIMULATOR_LISTEN", process: "simulator", address: values.BELL_SIMULATOR_LISTEN },
    { setting: "BELL_MAILBOX_SMTP_LISTEN", process: "mailbox", address: values.BELL_MAILBOX_SMTP_LISTEN },
    { setting: "BELL_MAILBOX_PAGE_LISTEN", process: "mailbox", address: values.BELL_MAILBOX_PAGE_LISTEN },
  ] as const;
  return all.filter(({ process, address }) => plan.includes(process) && address.port !== 0); // the system finds a free one for 0
}

async function lookAtPort(place: ListenPlace, speakLimitMs: number): Promise<PortLook> {
  if (!isOfThisMachine(place.address.host)) return { ...place, state: "elsewhere" };
  const address = { ...place.address, host: reachable(place.address.host) };
  const tcp = await lookAtTcp(address, TCP_LIMIT_MS);
  if (tcp === "refused") return { ...place, state: "free" };
  if (tcp !== "connected") return { ...place, state: "silent" };
  return { ...place, state: await lookAtSpeaker(place.setting, address, speakLimitMs) };
}

/** Every process of ours has something that it says at once. */
function lookAtSpeaker(setting: ListenPlace["setting"], address: Address, limitMs: number): Promise<SpeakerLook> {
  switch (setting) {
    case "BELL_LISTEN":
      return seeCertificate(address, limitMs);
    case "BELL_SIMULATOR_LISTEN":
      return hear(address, httpQuestion("/control", address), /\r\n\r\n\{\s*"market":/, limitMs);
    case "BELL_MAILBOX_SMTP_LISTEN":
      return hear(address, "", /^220 .*Tickerbell mailbox/, limitMs);
    case "BELL_MAILBOX_PAGE_LISTEN":
      return hear(address, httpQuestion("/api/messages", address), /\r\n\r\n\{\s*"messages":/, limitMs);
  }
}

function httpQuestion(path: string, address: Address): string {
  return `GET ${path} HTTP/1.0\r\nHost: ${addressText(address)}\r\n\r\n`; // 1.0: the answer comes in one piece
}

function reachable(host: string): string {
  if (!ANY_HOST.has(host)) return host;
  return host === "::" ? "::1" : "127.0.0.1";
}

/** A name may be anything; an address must be one of ours, or nothing can listen there. */
function isOfThisMachine(host: string): boolean {
  if (ANY_HOST.has(host) || isLoopbackHost(host) || !/^[\d.]+$|:/.test(host)) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some(({ address }) => address === host);
}
