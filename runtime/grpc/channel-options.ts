import type { ChannelOptions } from "@grpc/grpc-js";
import { limits } from "./limits.ts";

/** A process that lost its server tries again at least this often: it costs next to nothing, and a server that was killed is back in a second. */
export const MAX_RECONNECT_BACKOFF_MS = 500;

/** How every client of ours connects. */
export const channelOptions: ChannelOptions = {
  "grpc.max_receive_message_length": limits.batchMessageBytes,
  "grpc.keepalive_time_ms": limits.keepaliveMs,
  "grpc.keepalive_timeout_ms": limits.keepaliveTimeoutMs,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": MAX_RECONNECT_BACKOFF_MS,
};
