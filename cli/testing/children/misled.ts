// A child for the supervisor's tests: a setting keeps it from starting.
process.stderr.write("bell: BELL_LISTEN: is nothing\n", () => process.exit(78));
