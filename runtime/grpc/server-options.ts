import type { ServerOptions } from "@grpc/grpc-js";
import type { SecureServerOptions } from "node:http2";
import { limits, type Limits } from "./limits.ts";

/** What our server tells HTTP/2 clients; grpc-js has an option for the first alone, so the credentials carry them. */
const http2Settings = {
  maxConcurrentStreams: limits.streamsPerConnection,
  initialWindowSize: limits.windowBytes,
  maxHeaderListSize: limits.headerListBytes,
} as const;

/** What node:http2 and node:tls hold our clients to; grpc-js hands on what the credentials carry. */
export const connectionOptions: SecureServerOptions = {
  settings: http2Settings,
  maxSessionInvalidFrames: limits.invalidFrames,
  maxSessionRejectedStreams: limits.refusedStreams,
  streamResetBurst: limits.resetsAtOnce, // HTTP/2 counts every one; the call guard those that were not answered yet
  streamResetRate: limits.resetsPerSecond,
  handshakeTimeout: limits.handshakeMs,
  unknownProtocolTimeout: limits.handshakeMs,
};

/** How our server meets its clients. How old a connection may get, the call guard knows: it ends the streams first. */
export function serverOptions({ idleMs, keepaliveMs, keepaliveTimeoutMs }: Limits): ServerOptions {
  return {
    "grpc.max_receive_message_length": limits.batchMessageBytes,
    "grpc.max_concurrent_streams": limits.streamsPerConnection,
    "grpc.max_connection_idle_ms": idleMs,
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": keepaliveTimeoutMs,
    "grpc.enable_channelz": 0, // nobody reads its statistics, and each call and connection pays for them
  };
}
