// `make bench`: measurements beside their baselines, a JSON line each; renews docs/benchmarks.md.
import "../cli/check-node.ts";

const { runBenches } = await import("./run-benches.ts");

process.exitCode = await runBenches(process.argv.slice(2));
