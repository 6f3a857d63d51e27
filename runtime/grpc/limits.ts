// What one client, or all of them, may take of the server: every number in one place, with its reason. docs/limits.md shows the
// same table, and a test holds the two against each other. A limit on what one message may say (how many quotes a batch, how many
// symbols a call, how long a page) stands where that message is read.

/** Every limit of connections, streams, sizes and times; the unit is in the name, and what has none is a count. */
export const limits = {
  // Connections
  /** Through the handshake, with a checked certificate. Each costs about 60 kB. */
  connections: 1_000,
  /** An installation on one machine has a handful, and every `bell` call one for a moment. */
  connectionsPerAddress: 100,
  /** Those without a checked certificate yet, counted apart. An honest one is done in some 10 ms; beyond this the oldest is cut. */
  handshakes: 500,
  /** As many as all of one machine's programs may begin at once, and then some. */
  handshakesPerAddress: 200,
  /** From the first byte to a checked certificate; Node's own limit is two minutes. */
  handshakeMs: 10_000,
  /** A connection without calls is closed; a client that comes back connects anew. */
  idleMs: 15 * 60_000,
  /** A connection is told to go after so long, a tenth more or less; so a revoked certificate is not in use for ever. */
  ageMs: 60 * 60_000,
  /** Calls under way may go on for so long after that, then the connection is cut. Clients of ours begin a new stream elsewhere. */
  ageGraceMs: 30_000,
  /** Connections of an address that may be cut for what came on them before it has to wait, until all but these are forgiven. */
  cutsForgiven: 3,
  /** No more are counted, so that nobody waits for longer than a minute. */
  maxCuts: 9,
  /** One is forgiven after so long, then the next. */
  cutForgivenMs: 10_000,
  /** A dead peer is noticed after at most these two together. */
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 20_000,

  // HTTP/2, each connection
  /** Calls open at a time: the library's default, no limit, lets one client take all memory. */
  streamsPerConnection: 100,
  /** What all headers of a call may take; ours take less than 2 kB, with a token. */
  headerListBytes: 16_384,
  /** What one call may have under way to us unread: a fetcher's eight batches. */
  windowBytes: 1_048_576,
  /** Frames that are none, and calls beyond the limit, before the connection is cut. */
  invalidFrames: 100,
  refusedStreams: 100,
  /** Calls broken off by the client, at once and then each second, before the connection is cut; HTTP/2 itself allows 1,000 and 33. */
  resetsAtOnce: 100,
  resetsPerSecond: 30,
  /** A call whose message is too large, or none, counts as so many of them, for it has cost as much. */
  resetsPerBadMessage: 10,
  /** Calls refused because their caller asks too much, at once and then each second, before the connection is cut: it does not wait as it is told. */
  refusalsAtOnce: 300,
  refusalsPerSecond: 20,

  // Messages
  /** What clients send, but for fetchers: an alert with all its texts is less than 4 kB. */
  messageBytes: 262_144,
  /** What fetchers send, and the largest that anybody takes: a batch of 1,000 quotes is about 120 kB. */
  batchMessageBytes: 1_048_576,

  // Calls, each caller: a signed-in user, or else a certificate at one address
  /** A call with one answer is given up after so long, whatever the client said. */
  answerMs: 10_000,
  /** Calls with one answer that are under way at a time: with messages of the largest size, 32 MB. */
  callsAtOnce: 128,
  /** Calls with one answer, each second, after a burst of so many. A person's scripts make 3 a second, for each starts a process. */
  callsPerSecond: 200,
  callsBurst: 1_000,
  /** Streams of one kind that a signed-in user has open: five windows of `bell watch`. */
  streamsPerUser: 5,
  /** The same for a certificate at one address without a user: several people may share a machine and its certificate. */
  streamsPerPeer: 20,
  /** The same for a gateway, which comes with the calls of many people. */
  streamsPerGateway: 500,
  /**
   * A reader that takes nothing for so long is cut. Until then a watch of prices is owed the newest of each symbol, a watch of triggers
   * 1,000 at most, a backup one piece of the file.
   */
  readerMs: 30_000,
  /** After a refusal, what the client still sends is read for so long and dropped; then its stream is closed. Honest ones have heard by then. */
  refusedMs: 250,
  /** When a call has ended, its stream must be gone after so long: a client that neither reads on nor ends its side is cut. */
  streamEndMs: 5_000,

  // The end of the server
  /** At the end, calls under way may go on for so long. */
  stopMs: 3_000,
} as const;

/** The same by name, so that a test can have a shorter hour. */
export type Limits = Readonly<Record<keyof typeof limits, number>>;
