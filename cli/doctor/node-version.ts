import { versionFault } from "../node-version.ts";
import { fail, ok, type Finding } from "./finding.ts";

/** Whether this Node is new enough. */
export function judgeNode(version: string): Finding {
  const fault = versionFault(version);
  if (fault === null) return ok("node", `Node ${version}`);
  const [message = "", mend = ""] = fault.split("\n");
  return fail("node", message, mend.replace(/^ *hint: /, ""));
}
