// Imported first by every entry, before anything that needs a newer Node or loads a native module.
import { versionFault } from "./node-version.ts";

const fault = versionFault(process.versions.node);
if (fault !== null) {
  process.stderr.write(`bell: ${fault}\n`);
  process.exit(78);
}
