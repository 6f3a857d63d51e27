import { addressText } from "../../runtime/config/address-text.ts";
import { fail, ok, type Finding } from "./finding.ts";
import type { PortLook } from "./look-at-ports.ts";

/** Whether our processes can have the ports that they are to listen at. */
export function judgePort({ setting, process, address, state }: PortLook): Finding {
  const name = `port ${address.port}`;
  const where = addressText(address);
  const another = `name another place: ${setting}=host:port`;
  switch (state) {
    case "free":
      return ok(name, `${where} is free for the ${process}`);
    case "ours":
      return ok(name, `${where} is the ${process}'s, which listens there`);
    case "another":
      return fail(
        name,
        `another program listens at ${where}, where the ${process} is to listen`,
        `find it: lsof -i :${address.port}; end it, or ${another}`,
      );
    case "mute":
      return fail(
        name,
        `whoever listens at ${where} says nothing: the ${process}, which hangs, or another program`,
        `find it and end it: lsof -i :${address.port}; or ${another}`,
      );
    case "silent":
      return fail(
        name,
        `${where}, where the ${process} is to listen, takes no connection and refuses none`,
        `does a firewall stand in between? else ${another}`,
      );
    case "elsewhere":
      return fail(name, `${where}, where the ${process} is to listen, is no address of this machine`, another);
  }
}
