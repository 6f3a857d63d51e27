// `make demo`: a price becomes an e-mail, without a person. Ends with 0 only if it really arrived over SMTP.
import "../cli/check-node.ts";

const { runDemo } = await import("./demo/run-demo.ts");

process.exitCode = await runDemo(process.argv.slice(2), process.env);
