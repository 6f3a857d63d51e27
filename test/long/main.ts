// `make test-long`: the properties of `make test` with far more trials, a JSON line each. Ends with 1 if one is violated.
import "../../cli/check-node.ts";

const { runTrials } = await import("./run-trials.ts");

process.exitCode = await runTrials(process.argv.slice(2));
