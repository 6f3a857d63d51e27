import type { ChannelOptions } from "@grpc/grpc-js";

/** The largest message either side takes: a batch of 1,000 quotes is about 120 kB. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** A dead peer is noticed after at most these two together. */
export const KEEPALIVE_TIME_MS = 60_000;
export const KEEPALIVE_TIMEOUT_MS = 20_000;
/** A process that lost its server tries again at least this often. */
export const MAX_RECONNECT_BACKOFF_MS = 2_000;

/** How every client of ours connects. */
export const channelOptions: ChannelOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
  "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": MAX_RECONNECT_BACKOFF_MS,
};
