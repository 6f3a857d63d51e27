import type { ServerOptions } from "@grpc/grpc-js";
import { KEEPALIVE_TIME_MS, KEEPALIVE_TIMEOUT_MS, MAX_MESSAGE_BYTES } from "./channel-options.ts";

/** One connection may have so many calls open: the library's default, no limit, lets one client take all memory. */
const MAX_CONCURRENT_STREAMS = 100;
/** A connection without calls is closed. */
const MAX_IDLE_MS = 15 * 60_000;

/**
 * What one call may have under way to us unread: a fetcher's eight batches. With HTTP/2's own 64 kB a batch would stop in the
 * middle and wait for the server's thread, which is busy with the one before.
 */
const STREAM_WINDOW_BYTES = MAX_MESSAGE_BYTES;

/** What our server tells HTTP/2 clients; grpc-js has an option for the first alone, so the credentials carry both. */
export const http2Settings = {
  maxConcurrentStreams: MAX_CONCURRENT_STREAMS,
  initialWindowSize: STREAM_WINDOW_BYTES,
} as const;

/** How our server meets its clients. */
export const serverOptions: ServerOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_concurrent_streams": MAX_CONCURRENT_STREAMS,
  "grpc.max_connection_idle_ms": MAX_IDLE_MS,
  "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
  "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
};
