// A child for the supervisor's tests: ready at once, ends on SIGTERM and says so.
process.send?.({ ready: { grpc: `127.0.0.1:${process.pid}` } });
process.on("SIGTERM", () => {
  process.stdout.write("loyal ends\n", () => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
