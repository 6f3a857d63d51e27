// A child for the supervisor's tests: ready at once, and deaf to SIGTERM.
process.on("SIGTERM", () => process.stdout.write("stubborn stays\n"));
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: {} });
