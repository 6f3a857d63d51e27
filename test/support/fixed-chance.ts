// Loaded before the tests: what is drawn by chance is the same in each run, so that a run fails because of a change and not by chance.
// `CHANCE=7 make test` draws something else.
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["CHANCE"] ?? 1) });
